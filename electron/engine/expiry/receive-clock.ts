/** Marks no denser than this, so that a day of stream stays small. */
const RESOLUTION_MS = 20;
const MOST_MARKS = 50_000;

/** Remembers when which part of the stream was received, to turn relative expiry into absolute times. */
export class ReceiveClock {
  private positions: number[] = [];
  private times: number[] = [];

  /** Bytes up to `position` have been received by `nowMs`. Past MOST_MARKS every other mark is forgotten. */
  received(position: number, nowMs: number): void {
    const last = this.times.length - 1;
    if (last >= 0 && nowMs - this.times[last]! < RESOLUTION_MS) {
      this.positions[last] = position;
      return;
    }
    this.positions.push(position);
    this.times.push(nowMs);
    if (this.positions.length > MOST_MARKS) {
      // Counted from the end: the last mark stays, and what a mark that goes had belongs to the one after it.
      const parity = (this.positions.length - 1) % 2;
      this.positions = this.positions.filter((_, i) => i % 2 === parity);
      this.times = this.times.filter((_, i) => i % 2 === parity);
    }
  }

  /** When the byte at `position` was received. */
  at(position: number, nowMs: number): number {
    let low = 0;
    let high = this.positions.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.positions[middle]! > position) high = middle;
      else low = middle + 1;
    }
    return this.times[low] ?? nowMs;
  }

  /** Forgets what lies before `position`. */
  release(position: number): void {
    let drop = 0;
    while (drop < this.positions.length - 1 && this.positions[drop]! < position) drop += 1;
    if (drop > 1000) {
      this.positions.splice(0, drop);
      this.times.splice(0, drop);
    }
  }
}
