import { MOST_CELL_BYTES, type KeyCell } from '../../../../shared/model/key-reading.ts';

/** So much in front of the first byte that differs is shown. */
const BEFORE_BYTES = 64;

/** The first `most` bytes. */
export function cellOf(bytes: Buffer, most = MOST_CELL_BYTES, from = 0): KeyCell {
  const shown = bytes.subarray(from, from + most);
  return { base64: shown.toString('base64'), from, size: bytes.length };
}

export const textCell = (text: string): KeyCell => cellOf(Buffer.from(text));

/** Two values, cut alike, so that the first byte in which they differ is in sight. */
export function cellsOf(source: Buffer, target: Buffer): [KeyCell, KeyCell] {
  const at = firstDifference(source, target);
  const from = at === undefined || at < MOST_CELL_BYTES ? 0 : at - BEFORE_BYTES;
  return [cellOf(source, MOST_CELL_BYTES, from), cellOf(target, MOST_CELL_BYTES, from)];
}

/** The first byte in which they differ; undefined where they are the same. */
export function firstDifference(a: Buffer, b: Buffer): number | undefined {
  if (a.equals(b)) return undefined;
  const shared = Math.min(a.length, b.length);
  // Halved, since comparing is quick and looking at each byte is not.
  let [same, end] = [0, shared];
  while (same < end) {
    const middle = (same + end + 1) >> 1;
    if (a.compare(b, same, middle, same, middle) === 0) same = middle;
    else end = middle - 1;
  }
  return same;
}

export const cellBytes = (cell: KeyCell | null): number => (cell === null ? 0 : (cell.base64.length * 3) / 4);
