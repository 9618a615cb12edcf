/** Skips `skip` commands from `at` and describes the next: its name and first argument, cut to a readable length. */
export function describeCommand(buf: Buffer, at: number, to: number, skip: number): string {
  let pos = at;
  for (let n = 0; n <= skip; n++) {
    const words = readHeader(buf, pos, to);
    const shown: string[] = [];
    pos = words.at;
    for (let i = 0; i < words.count && pos < to; i++) {
      const word = readHeader(buf, pos, to);
      if (n === skip && i < 2) shown.push(printable(buf, word.at, Math.min(word.at + word.count, to)));
      pos = word.at + word.count + 2;
    }
    if (n === skip) return shown.join(' ');
    if (pos >= to) break;
  }
  return 'a command';
}

/** The first three words of `count` commands from `at` on, in latin1 and cut after a kilobyte; of the last what is there. */
export function commandWords(buf: Buffer, at: number, to: number, count: number): string[][] {
  const commands: string[][] = [];
  for (let pos = at; commands.length < count && pos < to;) {
    const words = readHeader(buf, pos, to);
    const shown: string[] = [];
    pos = words.at;
    for (let i = 0; i < words.count && pos < to; i++) {
      const word = readHeader(buf, pos, to);
      const end = Math.min(word.at + Math.min(word.count, KEY_SHOWN_BYTES), to);
      if (i < 3) shown.push(buf.toString('latin1', word.at, end));
      pos = word.at + word.count + 2;
    }
    commands.push(shown);
  }
  return commands;
}

function readHeader(buf: Buffer, at: number, to: number): { count: number; at: number } {
  let count = 0;
  let i = at + 1;
  for (; i < to && buf[i] !== 13; i++) count = count * 10 + (buf[i]! - 48);
  return { count, at: i + 2 };
}

const SHOWN_BYTES = 100;
/** Who is to find a key needs its whole name; this is for those that are none. */
const KEY_SHOWN_BYTES = 1024;

/** The name of a key that a person has to do something about, quoted like `printable`. */
export const printableKey = (buf: Buffer, from: number, to: number): string =>
  printable(buf, from, to, KEY_SHOWN_BYTES);

/** Bytes as text for a person: quoted where they are not plain ASCII, cut after 100 characters. */
export function printable(buf: Buffer, from: number, to: number, most = SHOWN_BYTES): string {
  const text = buf.toString('latin1', from, Math.min(to, from + most));
  const escaped = text.replace(/[^\x20-\x7e]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return to - from > most ? `${escaped}…` : escaped;
}
