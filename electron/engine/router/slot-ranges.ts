import { SLOTS } from './key-slot.ts';

/** Slots from `first` to `last`, both of them. */
export interface SlotRange {
  readonly first: number;
  readonly last: number;
}

export const countSlots = (ranges: readonly SlotRange[]): number =>
  ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);

/** The slots for which `holds` is true, as ranges in order. */
export function rangesWhere(holds: (slot: number) => boolean): SlotRange[] {
  const ranges: SlotRange[] = [];
  for (let slot = 0; slot < SLOTS; slot++) {
    if (!holds(slot)) continue;
    const first = slot;
    while (slot + 1 < SLOTS && holds(slot + 1)) slot += 1;
    ranges.push({ first, last: slot });
  }
  return ranges;
}

/** The slots at which a 1 stands in an array with a place for each, as ranges in order. */
export function rangesIn(held: Uint8Array): SlotRange[] {
  const ranges: SlotRange[] = [];
  for (let first = held.indexOf(1); first >= 0;) {
    const end = held.indexOf(0, first);
    ranges.push({ first, last: (end < 0 ? held.length : end) - 1 });
    first = end < 0 ? -1 : held.indexOf(1, end);
  }
  return ranges;
}

/** Ranges that a sentence names one by one; of more it says how many slots they hold. */
const MOST_NAMED = 4;

/** `0-5460, 5462`, and `…` where there are more than a few. Empty for none. */
export function describeSlots(ranges: readonly SlotRange[]): string {
  const named = ranges
    .slice(0, MOST_NAMED)
    .map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`));
  return ranges.length > MOST_NAMED ? `${named.join(', ')}, …` : named.join(', ');
}

/** `5461` or `0-5460`; undefined for anything else, and for what lies outside of the slots. */
export function parseSlotRange(text: string): SlotRange | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text);
  if (!match) return undefined;
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  return first <= last && last < SLOTS ? { first, last } : undefined;
}
