import type { Difference } from '../../../shared/model/comparison.ts';

/** The differences of a comparison: all are counted, the first ones listed. */
export class DifferenceList {
  total = 0;
  private readonly most: number;
  private entries: { readonly slot: number; readonly difference: Difference }[] = [];

  constructor(most: number) {
    this.most = most;
  }

  note(difference: Difference, slot: number): void {
    this.total += 1;
    if (this.entries.length < this.most) this.entries.push({ slot, difference });
  }

  /** So many keys differ, at least, and nobody knows which. */
  noteUnknown(count: number): void {
    this.total += count;
  }

  /** What was told of these slots of a database, `differing` in all, is found anew, or not. */
  forget(db: number, slots: ReadonlySet<number>, differing: number): void {
    this.total -= differing;
    this.entries = this.entries.filter(({ slot, difference }) => difference.db !== db || !slots.has(slot));
  }

  listed(): readonly Difference[] {
    return this.entries.map(({ difference }) => difference);
  }
}
