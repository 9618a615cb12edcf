/** A name of so many bytes is always shown whole, and what is cut of a longer one still has more; see printableName of the engine. */
export const MOST_SHOWN_BYTES = 200;

const ESCAPED = /\\\\|\\x([0-9a-f]{2})/g;

/**
 * The bytes behind a key's name as a comparison shows it, in base64; undefined where that was cut, so that it does not say all of them.
 * `\\` stands for a backslash and `\xhh` for a byte.
 */
export function nameOfPrintable(text: string): string | undefined {
  const utf8 = new TextEncoder();
  let latin1 = '';
  let from = 0;
  const take = (plain: string): void => {
    for (const byte of utf8.encode(plain)) latin1 += String.fromCharCode(byte);
  };
  for (const found of text.matchAll(ESCAPED)) {
    take(text.slice(from, found.index));
    latin1 += found[1] === undefined ? '\\' : String.fromCharCode(Number.parseInt(found[1], 16));
    from = found.index + found[0].length;
  }
  take(text.slice(from));
  return latin1.length > MOST_SHOWN_BYTES ? undefined : btoa(latin1);
}
