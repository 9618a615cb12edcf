/** What a modelled server answers. Bytes are latin1 text everywhere. */
export type Reply = number | string | null | Status | Failure | readonly Reply[];

export class Status {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export class Failure {
  readonly failed = true;
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** What stands for `*-1`, the answer to an EXEC that was not run. */
export const NO_ARRAY = new Status('*-1');
export const OK = new Status('OK');

export function encodeReply(reply: Reply): string {
  if (reply === null) return '$-1\r\n';
  if (reply === NO_ARRAY) return '*-1\r\n';
  if (typeof reply === 'number') return `:${reply}\r\n`;
  if (typeof reply === 'string') return `$${reply.length}\r\n${reply}\r\n`;
  if (reply instanceof Status) return `+${reply.text}\r\n`;
  if (reply instanceof Failure) return `-${reply.text}\r\n`;
  let text = `*${reply.length}\r\n`;
  for (const one of reply) text += encodeReply(one);
  return text;
}

export function encodeCommand(words: readonly string[]): string {
  let text = `*${words.length}\r\n`;
  for (const word of words) text += `$${word.length}\r\n${word}\r\n`;
  return text;
}

const CR = 13;
const ZERO = 48;

/** Takes commands apart as they come, wherever they are cut. */
export class CommandParser {
  private text = '';
  /** What lies before it has been taken. */
  private from = 0;
  /** Where a number ends that was read last. */
  private lineEnd = 0;

  push(bytes: string): void {
    this.text = this.from === this.text.length ? bytes : this.text.slice(this.from) + bytes;
    this.from = 0;
  }

  /** The next whole command. Empty lines between commands count for nothing. @throws on what is no command */
  next(): string[] | undefined {
    const { text } = this;
    let at = this.from;
    while (text.charCodeAt(at) === CR && text.startsWith('\r\n', at)) at += 2;
    if (at >= text.length) return undefined;
    const count = this.number(at, '*');
    if (count < 0) return undefined;
    const words: string[] = [];
    at = this.lineEnd;
    for (let i = 0; i < count; i++) {
      const length = this.number(at, '$');
      const begin = this.lineEnd;
      if (length < 0 || text.length < begin + length + 2) return undefined;
      words.push(text.slice(begin, begin + length));
      at = begin + length + 2;
    }
    this.from = at;
    return words;
  }

  /** That of a line that begins with a sign; -1 where it has not come whole. */
  private number(at: number, sign: string): number {
    const { text } = this;
    const end = text.indexOf('\r\n', at);
    if (end < 0) return -1;
    let value = text[at] === sign && end > at + 1 ? 0 : NaN;
    for (let i = at + 1; i < end; i++) {
      const digit = text.charCodeAt(i) - ZERO;
      value = digit >= 0 && digit <= 9 ? value * 10 + digit : NaN;
    }
    if (Number.isNaN(value))
      throw new Error(`the engine sent "${text.slice(at, Math.min(end, at + 60))}" where ${sign} was due`);
    this.lineEnd = end + 2;
    return value;
  }
}
