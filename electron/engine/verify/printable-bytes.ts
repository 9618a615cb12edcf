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

/** A key's name for a report: as text, and, where that is cut and it is not too long to be asked about, all of its bytes. */
export function namedBytes(key: Buffer): { key: string; keyBase64?: string } {
  const text = { key: printableBytes(key) };
  const whole = key.length > MOST_SHOWN_BYTES && key.length <= MOST_NAME_BYTES;
  return whole ? { ...text, keyBase64: key.toString('base64') } : text;
}

function escaped(bytes: Buffer): string {
  return bytes
    .toString('latin1')
    .replaceAll('\\', '\\\\')
    .replace(/[^\x20-\x7e]/g, (char) => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
