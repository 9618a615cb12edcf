import { SLOTS } from '../router/key-slot.ts';

/** What was counted of some slots. */
export interface Tallied {
  readonly sourceKeys: number;
  readonly targetKeys: number;
  readonly compared: number;
  readonly differing: number;
}

/** The counts of a comparison, slot by slot, so that a slot can be counted anew and any layout be summed up. Without clusters there is one. */
export class SlotTally {
  readonly sourceKeys: Float64Array;
  readonly targetKeys: Float64Array;
  readonly compared: Float64Array;
  readonly differing: Float64Array;

  constructor(divided: boolean) {
    const cells = (): Float64Array => new Float64Array(divided ? SLOTS : 1);
    this.sourceKeys = cells();
    this.targetKeys = cells();
    this.compared = cells();
    this.differing = cells();
  }

  add(other: SlotTally): void {
    for (let slot = 0; slot < this.compared.length; slot++) {
      this.sourceKeys[slot]! += other.sourceKeys[slot]!;
      this.targetKeys[slot]! += other.targetKeys[slot]!;
      this.compared[slot]! += other.compared[slot]!;
      this.differing[slot]! += other.differing[slot]!;
    }
  }

  clear(slot: number): void {
    for (const counts of [this.sourceKeys, this.targetKeys, this.compared, this.differing]) counts[slot] = 0;
  }

  /** Of all slots, or of those from the first to the last of each range. */
  sum(ranges?: readonly { readonly first: number; readonly last: number }[]): Tallied {
    const of = (counts: Float64Array): number => {
      let sum = 0;
      for (const { first, last } of ranges ?? [{ first: 0, last: counts.length - 1 }])
        for (let slot = first; slot <= last; slot++) sum += counts[slot]!;
      return sum;
    };
    return {
      sourceKeys: of(this.sourceKeys),
      targetKeys: of(this.targetKeys),
      compared: of(this.compared),
      differing: of(this.differing),
    };
  }
}
