const FIRST_SLOTS = 1024;
/** Up to 2^4 bytes of a name are hashed one by one. */
const HASHED_SHIFT = 4;

/** Runs of bytes of one buffer, each added once. Made once and used again and again, without an allocation for each. */
export class NameSet {
  /** For each slot, to which use it belongs, and which bytes it holds. */
  private uses = new Int32Array(FIRST_SLOTS);
  private starts = new Int32Array(FIRST_SLOTS);
  private ends = new Int32Array(FIRST_SLOTS);
  private use = 0;
  private count = 0;

  begin(): void {
    this.count = 0;
    if (this.uses.length > FIRST_SLOTS) this.take(FIRST_SLOTS);
    else this.use = (this.use + 1) | 0;
  }

  /** @returns false where the same bytes are there already */
  add(buf: Buffer, from: number, to: number): boolean {
    if (2 * this.count >= this.uses.length) this.grow(buf);
    const slot = this.find(buf, from, to);
    if (this.uses[slot] === this.use) return false;
    this.put(slot, from, to);
    this.count += 1;
    return true;
  }

  /** The slot that holds these bytes, or a free one for them. At least half of the slots are free. */
  private find(buf: Buffer, from: number, to: number): number {
    // Of a long one every so many bytes.
    const step = 1 + ((to - from) >> HASHED_SHIFT);
    let hash = to - from;
    for (let i = from; i < to; i += step) hash = Math.imul(hash ^ buf[i]!, 0x01000193);
    const mask = this.uses.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (this.uses[slot] === this.use && !this.same(slot, buf, from, to)) slot = (slot + 1) & mask;
    return slot;
  }

  private same(slot: number, buf: Buffer, from: number, to: number): boolean {
    const start = this.starts[slot]!;
    if (this.ends[slot]! - start !== to - from) return false;
    for (let i = 0; i < to - from; i++) if (buf[start + i] !== buf[from + i]) return false;
    return true;
  }

  private put(slot: number, from: number, to: number): void {
    this.uses[slot] = this.use;
    this.starts[slot] = from;
    this.ends[slot] = to;
  }

  private take(slots: number): void {
    this.uses = new Int32Array(slots);
    this.starts = new Int32Array(slots);
    this.ends = new Int32Array(slots);
    this.use = 1;
  }

  private grow(buf: Buffer): void {
    const { uses, starts, ends, use } = this;
    this.take(4 * uses.length);
    for (let i = 0; i < uses.length; i++)
      if (uses[i] === use) this.put(this.find(buf, starts[i]!, ends[i]!), starts[i]!, ends[i]!);
  }
}
