import { SLOTS } from './key-slot.ts';

/** Slots from `first` to `last`, both of them. */
export interface SlotRange {
  readonly first: number;
  readonly last: number;
}

export const countSlots = (ranges: readonly SlotRange[]): number =>
  ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);

const ALL_RANGES: readonly SlotRange[] = [{ first: 0, last: SLOTS - 1 }];

/** The slots for which `holds` is true, as ranges in order; each is asked about once. `among`: ranges in order, which do not touch. */
export function rangesWhere(
  holds: (slot: number) => boolean,
  among: readonly SlotRange[] = ALL_RANGES,
): SlotRange[] {
  const ranges: SlotRange[] = [];
  for (const { first, last } of among) {
    let begin = -1;
    for (let slot = first; slot <= last; slot++) {
      if (holds(slot)) {
        if (begin < 0) begin = slot;
      } else if (begin >= 0) {
        ranges.push({ first: begin, last: slot - 1 });
        begin = -1;
      }
    }
    if (begin >= 0) ranges.push({ first: begin, last });
  }
  return ranges;
}

/** What is in both, each of them in order with ranges that do not touch. */
export function rangesInBoth(one: readonly SlotRange[], other: readonly SlotRange[]): SlotRange[] {
  const ranges: SlotRange[] = [];
  for (let i = 0, j = 0; i < one.length && j < other.length;) {
    const [a, b] = [one[i]!, other[j]!];
    const first = Math.max(a.first, b.first);
    const last = Math.min(a.last, b.last);
    if (first <= last) ranges.push({ first, last });
    if (a.last < b.last) i += 1;
    else j += 1;
  }
  return ranges;
}

/** Whether ranges are in order, and none touches the next. */
export const areInOrder = (ranges: readonly SlotRange[]): boolean =>
  ranges.every(({ first }, i) => i === 0 || ranges[i - 1]!.last + 1 < first);

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
