import type { KeyCell } from '../../shared/model/key-reading.ts';

/** How bytes are shown: as the text that they are, as JSON in lines of its own, or as pairs of hexadecimal digits. */
export interface CellText {
  readonly kind: 'text' | 'json' | 'hex';
  readonly text: string;
  /** Of JSON: the same, laid out. */
  readonly unfolded?: string;
  /** What is not shown, in words; empty where nothing is missing. */
  readonly cut: string;
}

const HEX_BYTES_A_LINE = 16;
/** More of what is no text tells nobody anything. */
const MOST_HEX_BYTES = 2048;
// Of control characters only those that make lines and columns are text.
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/;

/** A cell for people. */
export function cellText(cell: KeyCell): CellText {
  const bytes = Uint8Array.from(atob(cell.base64), (char) => char.charCodeAt(0));
  const { from, size } = cell;
  const whole = from === 0 && bytes.length === size;
  const text = textOf(bytes, whole);
  const shown = text === undefined ? Math.min(bytes.length, MOST_HEX_BYTES) : bytes.length;
  const cut = shown === size ? '' : `bytes ${from} to ${from + shown - 1} of ${size}`;
  if (text === undefined) return { kind: 'hex', text: hexOf(bytes.subarray(0, MOST_HEX_BYTES)), cut };
  const unfolded = whole ? unfoldedJson(text) : undefined;
  return unfolded === undefined ? { kind: 'text', text, cut } : { kind: 'json', text, unfolded, cut };
}

/** undefined for bytes that are none. Of what is cut, a character at either end may be in parts. */
function textOf(bytes: Uint8Array, whole: boolean): string | undefined {
  const starts = whole ? [0] : [0, 1, 2, 3];
  const ends = whole ? [0] : [0, 1, 2, 3];
  for (const start of starts)
    for (const end of ends) {
      try {
        const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
          bytes.subarray(start, bytes.length - end),
        );
        return CONTROL.test(text) ? undefined : text;
      } catch {
        // Another place to begin or to end may do.
      }
    }
  return undefined;
}

const hexOf = (bytes: Uint8Array): string => {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += HEX_BYTES_A_LINE)
    lines.push(
      [...bytes.subarray(at, at + HEX_BYTES_A_LINE)]
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join(' '),
    );
  return lines.join('\n');
};

/** Objects and lists in lines of their own; numbers stay as they are written. undefined for what is no JSON, or too simple to unfold. */
function unfoldedJson(text: string): string | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    JSON.parse(text);
  } catch {
    return undefined;
  }
  let depth = 0;
  let out = '';
  const line = (): string => `\n${'  '.repeat(depth)}`;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g)) {
    if (token === '{' || token === '[') {
      depth += 1;
      out += token + line();
    } else if (token === '}' || token === ']') {
      depth -= 1;
      out = /[[{]\s*$/.test(out) ? out.trimEnd() + token : out + line() + token;
    } else if (token === ',') out += token + line();
    else out += token === ':' ? ': ' : token;
  }
  return out;
}
