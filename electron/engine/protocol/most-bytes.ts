/** No argument and no reply is longer, whatever a server's `proto-max-bulk-len` is: a length beyond this is none. */
export const MOST_BULK_BYTES = 2 ** 40;

/** An offset or the length of a snapshot. As much again can be counted on from here before a number loses bytes. */
const MOST_POSITION = 2 ** 52;

/** The decimal digits of an offset, or of the length of a snapshot; undefined when no source can have got that far. */
export function positionOf(digits: string): number | undefined {
  const position = Number(digits);
  return position <= MOST_POSITION ? position : undefined;
}
