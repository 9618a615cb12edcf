import { isUtf8 } from 'node:buffer';
import { MOST_NAME_BYTES } from '../../../shared/model/key-name.ts';
import { MOST_SHOWN_BYTES } from '../../../shared/format/printable-name.ts';
import { visible } from '../../../shared/format/visible.ts';

/**
 * Bytes as text for a person. UTF-8 text stands as it is; a backslash becomes `\\` and, where there is a control character, a mark of direction,
 * or a byte that is not UTF-8, every byte outside printable ASCII becomes `\xhh`. So two different keys never look alike
 * unless they are cut: more than `maxBytes` bytes end in `…`.
 */
export function printableBytes(bytes: Buffer, maxBytes = MOST_SHOWN_BYTES): string {
  const cut = bytes.length > maxBytes;
  const shown = cut ? bytes.subarray(0, maxBytes) : bytes;
  const text = shown.toString('utf8');
  const readable = isUtf8(shown) && visible(text) === text ? text.replaceAll('\\', '\\\\') : escaped(shown);
  return cut ? `${readable}…` : readable;
}

/** A beginning and an end that tell names apart; together more than what is shown whole, so that nobody takes a cut name for a whole one. */
const HEAD_BYTES = 110;
const TAIL_BYTES = 95;

/** A name as `printableBytes` shows it; of one that is too long both ends, since names often differ at the last one. */
export function printableName(name: Buffer): string {
  if (name.length <= HEAD_BYTES + TAIL_BYTES + 2 * MOST_CONTINUED) return printableBytes(name, name.length);
  let head = HEAD_BYTES;
  let tail = name.length - TAIL_BYTES;
  // Where it is text, no character of it is cut in two.
  for (let n = 0; n < MOST_CONTINUED && isContinued(name[head]!); n++) head += 1;
  for (let n = 0; n < MOST_CONTINUED && isContinued(name[tail]!); n++) tail -= 1;
  return [name.subarray(0, head), name.subarray(tail)]
    .map((part) => printableBytes(part, part.length))
    .join('…');
}

/** Bytes of a character of UTF-8 behind its first. */
const MOST_CONTINUED = 3;
const isContinued = (byte: number): boolean => (byte & 0xc0) === 0x80;

/** A key's name for a report: as text, and, where that is cut and it is not too long to be asked about, all of its bytes. */
export function namedBytes(key: Buffer): { key: string; keyBase64?: string } {
  const text = { key: printableName(key) };
  const whole = key.length > MOST_SHOWN_BYTES && key.length <= MOST_NAME_BYTES;
  return whole ? { ...text, keyBase64: key.toString('base64') } : text;
}

function escaped(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replaceAll('\\', '\\\\')
    .replace(/[^\x20-\x7e]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
