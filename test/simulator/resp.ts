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
  return `*${reply.length}\r\n${reply.map(encodeReply).join('')}`;
}

export const encodeCommand = (words: readonly string[]): string =>
  `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join('')}`;

/** Takes commands apart as they come, wherever they are cut. */
export class CommandParser {
  private text = '';

  push(bytes: string): void {
    this.text += bytes;
  }

  /** The next whole command. Empty lines between commands count for nothing. @throws on what is no command */
  next(): string[] | undefined {
    const { text } = this;
    let at = 0;
    while (text.startsWith('\r\n', at)) at += 2;
    if (at >= text.length) return undefined;
    const head = this.number(at, '*');
    if (!head) return undefined;
    const words: string[] = [];
    at = head.next;
    for (let i = 0; i < head.value; i++) {
      const length = this.number(at, '$');
      if (!length || text.length < length.next + length.value + 2) return undefined;
      words.push(text.slice(length.next, length.next + length.value));
      at = length.next + length.value + 2;
    }
    this.text = text.slice(at);
    return words;
  }

  private number(at: number, sign: string): { readonly value: number; readonly next: number } | undefined {
    const end = this.text.indexOf('\r\n', at);
    if (end < 0) return undefined;
    const line = this.text.slice(at, end);
    if (line[0] !== sign || !/^\d+$/.test(line.slice(1)))
      throw new Error(`the engine sent "${line.slice(0, 60)}" where ${sign} was due`);
    return { value: Number(line.slice(1)), next: end + 2 };
  }
}
