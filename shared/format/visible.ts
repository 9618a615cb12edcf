/**
 * What a server says is shown to people: on a terminal, where control characters move the cursor and recolour what stands
 * there, and on a page, where marks of direction turn a sentence round. Each such character is shown as its number instead.
 */
// C0 and C1, marks and overrides of direction, invisible spaces, separators of lines and paragraphs, halves of pairs.
const UNSEEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Text in one line, with every character in sight: `\x1b`, `\u202e`. */
export const visible = (text: string): string => text.replace(UNSEEN, numbered);

/** The same for text that may have lines of its own. */
export const visibleLines = (text: string): string =>
  text.replace(UNSEEN, (char) => (char === '\n' ? char : numbered(char)));

/** The same for all texts of a message, however deep. Its shape stays. */
export function visibleIn<T>(message: T): T {
  return within(message) as T;
}

function within(value: unknown): unknown {
  if (typeof value === 'string') return visibleLines(value);
  if (Array.isArray(value)) return value.map(within);
  if (typeof value !== 'object' || value === null || !isPlain(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, within(inner)]));
}

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

function numbered(char: string): string {
  const code = char.charCodeAt(0);
  return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
