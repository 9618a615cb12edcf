import { HASH_WORDS } from './key-hash.ts';

/** Most partitions of a small data set are empty. */
const SMALLEST_SLOTS = 16;

/**
 * A set of hashes of 128 bits, open addressed; at most half of its slots are taken, so 32 to 64 bytes a hash. A hash of nothing
 * but zeros is the mark of a free slot, and is never in it.
 */
export class HashSet {
  private slots: Uint32Array;
  private mask: number;
  size = 0;

  /** @param expected how many hashes it will hold, about */
  constructor(expected = 0) {
    let slots = SMALLEST_SLOTS;
    while (slots < expected * 2) slots *= 2;
    this.slots = new Uint32Array(slots * HASH_WORDS);
    this.mask = slots - 1;
  }

  /** The hash at words[at, at + 4). @returns false when it was in it before */
  add(words: Uint32Array, at: number): boolean {
    const slot = this.find(words, at);
    if (this.taken(slot)) return false;
    this.put(slot, words, at);
    this.size += 1;
    if (this.size * 2 > this.mask) this.grow();
    return true;
  }

  has(words: Uint32Array, at: number): boolean {
    return this.taken(this.find(words, at));
  }

  /** The word at which the hash stands, or would. */
  private find(words: Uint32Array, at: number): number {
    const { slots, mask } = this;
    // The first word chooses the partition, so within one of them its bits say little.
    for (let slot = words[at + 1]! & mask; ; slot = (slot + 1) & mask) {
      const from = slot * HASH_WORDS;
      if (
        slots[from] === words[at] &&
        slots[from + 1] === words[at + 1] &&
        slots[from + 2] === words[at + 2] &&
        slots[from + 3] === words[at + 3]
      )
        return from;
      if (!this.taken(from)) return from;
    }
  }

  private taken(from: number): boolean {
    const { slots } = this;
    return (slots[from]! | slots[from + 1]! | slots[from + 2]! | slots[from + 3]!) !== 0;
  }

  private put(slot: number, words: Uint32Array, at: number): void {
    for (let i = 0; i < HASH_WORDS; i++) this.slots[slot + i] = words[at + i]!;
  }

  private grow(): void {
    const before = this.slots;
    this.slots = new Uint32Array(before.length * 2);
    this.mask = this.slots.length / HASH_WORDS - 1;
    for (let from = 0; from < before.length; from += HASH_WORDS) {
      if ((before[from]! | before[from + 1]! | before[from + 2]! | before[from + 3]!) !== 0)
        this.put(this.find(before, from), before, from);
    }
  }
}
