/** Slots that the keys of a cluster are divided into. */
export const SLOT_COUNT = 16_384;

/** Slots from one to another, both included. */
export interface SlotRange {
  readonly first: number;
  readonly last: number;
}

const NONE = '-';
const RANGE = /^(\d{1,5})(?:-(\d{1,5}))?$/;

/** `0-5460,5462` as ranges, in that order; `-` is none. What is no range of slots is left out, as it is only shown. */
export const slotRanges = (text: string): SlotRange[] =>
  text === NONE
    ? []
    : text.split(',').flatMap((part) => {
        const found = RANGE.exec(part);
        if (!found) return [];
        const first = Number(found[1]);
        const last = Number(found[2] ?? found[1]);
        return first <= last && last < SLOT_COUNT ? [{ first, last }] : [];
      });

export const countOfSlots = (ranges: readonly SlotRange[]): number =>
  ranges.reduce((sum, { first, last }) => sum + last - first + 1, 0);

/** `0-5460, 5462` */
export const describeSlotRanges = (ranges: readonly SlotRange[]): string =>
  ranges.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`)).join(', ');
