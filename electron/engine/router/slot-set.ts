import { keySlot, SLOTS } from './key-slot.ts';
import {
  areInOrder,
  countSlots,
  parseSlotRange,
  rangesIn,
  rangesInBoth,
  rangesWhere,
  type SlotRange,
} from './slot-ranges.ts';

/** What a set without any slot is written as: an empty text would be none at all. */
const NONE = '-';

/** Some of the slots that the keys of a cluster are divided into. A plain value. */
export class SlotSet {
  /** In order, and none touches the next. */
  readonly ranges: readonly SlotRange[];
  readonly size: number;
  /** A place for each slot; made when it is looked at, as most sets are compared by their ranges alone. */
  private places: Uint8Array | undefined;

  private constructor(ranges: readonly SlotRange[]) {
    this.ranges = ranges;
    this.size = countSlots(ranges);
  }

  static of(ranges: readonly SlotRange[]): SlotSet {
    return new SlotSet(areInOrder(ranges) ? ranges.slice() : rangesIn(placesOf(ranges)));
  }

  /** Each slot of `among` is asked about once. */
  static where(holds: (slot: number) => boolean, among: SlotSet = ALL_SLOTS): SlotSet {
    return SlotSet.of(rangesWhere(holds, among.ranges));
  }

  /** Reads what `toString` gave; undefined for anything else. */
  static parse(text: string): SlotSet | undefined {
    if (text === NONE) return SlotSet.of([]);
    const ranges = text.split(',').map(parseSlotRange);
    return ranges.every((range) => range !== undefined) ? SlotSet.of(ranges) : undefined;
  }

  has(slot: number): boolean {
    return this.held[slot] === 1;
  }

  /** Whether the key that stands in `bytes` from `from` to before `to` lies in one of them. */
  hasKey(bytes: Uint8Array, from = 0, to = bytes.length): boolean {
    return this.held[keySlot(bytes, from, to)] === 1;
  }

  includes(other: SlotSet): boolean {
    return this.and(other).size === other.size;
  }

  equals(other: SlotSet): boolean {
    return this.size === other.size && this.includes(other);
  }

  /** The slots that are in both. */
  and(other: SlotSet): SlotSet {
    return SlotSet.of(rangesInBoth(this.ranges, other.ranges));
  }

  /** The slots that are not in the other. */
  without(other: SlotSet): SlotSet {
    return this.filled(other.ranges, 0);
  }

  /** The slots that are in either. */
  or(other: SlotSet): SlotSet {
    return this.filled(other.ranges, 1);
  }

  private filled(ranges: readonly SlotRange[], by: 0 | 1): SlotSet {
    if (ranges.length === 0) return this;
    const held = this.held.slice();
    for (const { first, last } of ranges) held.fill(by, first, last + 1);
    return new SlotSet(rangesIn(held));
  }

  private get held(): Uint8Array {
    return (this.places ??= placesOf(this.ranges));
  }

  /** Each of them, in order. */
  list(): number[] {
    return this.ranges.flatMap(({ first, last }) =>
      Array.from({ length: last - first + 1 }, (_, i) => first + i),
    );
  }

  /** `0-5460,5462`, the form that a checkpoint keeps. */
  toString(): string {
    if (this.size === 0) return NONE;
    return this.ranges
      .map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`))
      .join(',');
  }
}

export const ALL_SLOTS = SlotSet.of([{ first: 0, last: SLOTS - 1 }]);

function placesOf(ranges: readonly SlotRange[]): Uint8Array {
  const places = new Uint8Array(SLOTS);
  for (const { first, last } of ranges) places.fill(1, first, last + 1);
  return places;
}
