import { keySlot, SLOTS } from './key-slot.ts';

const RADIX = 36;

/** The tags that the search has met on its way, by their slot. */
const tags = new Array<string | undefined>(SLOTS).fill(undefined);
let tried = 0;

/**
 * A short name, the same each time, that belongs to this slot, as a hash tag does: a key `…{tag}…` lies there. Up to four digits and
 * lower case letters. The first call for a slot may search for milliseconds.
 */
export function slotTag(slot: number): string {
  if (!Number.isInteger(slot) || slot < 0 || slot >= SLOTS) throw new RangeError(`${slot} is no slot`);
  while (tags[slot] === undefined) {
    const tag = (tried++).toString(RADIX);
    tags[keySlot(Buffer.from(tag))] ??= tag;
  }
  return tags[slot];
}
