const MOST_MARKS = 50_000;

/** Times at places of the stream, both rising. Past MOST_MARKS every other one is forgotten. */
export class TimeMarks {
  private places: number[] = [];
  private times: number[] = [];
  private readonly resolutionMs: number;

  /** Marks that come sooner than this after the one before move that one instead. */
  constructor(resolutionMs: number) {
    this.resolutionMs = resolutionMs;
  }

  add(place: number, timeMs: number): void {
    const last = this.times.length - 1;
    if (last >= 0 && timeMs - this.times[last]! < this.resolutionMs) {
      this.places[last] = place;
      return;
    }
    // Of many at one place the first and the last say all.
    if (last > 0 && this.places[last] === place && this.places[last - 1] === place) {
      this.times[last] = timeMs;
      return;
    }
    this.places.push(place);
    this.times.push(timeMs);
    if (this.places.length > MOST_MARKS) {
      // Counted from the end: the last mark stays, and what a mark that goes had belongs to the one after it.
      const parity = (this.places.length - 1) % 2;
      this.places = this.places.filter((_, i) => i % 2 === parity);
      this.times = this.times.filter((_, i) => i % 2 === parity);
    }
  }

  /** No mark says a later time than this. */
  lower(timeMs: number): void {
    for (let i = this.times.length - 1; i >= 0 && this.times[i]! > timeMs; i--) this.times[i] = timeMs;
  }

  /** The time at the first mark behind this place; undefined when there is none. */
  after(place: number): number | undefined {
    return this.times[this.firstBehind(place)];
  }

  /** The time at the last mark that is not behind this place; undefined when there is none. */
  upTo(place: number): number | undefined {
    return this.times[this.firstBehind(place) - 1];
  }

  /**
   * The longest time between two marks around what follows this place: from `beginMs` where no mark lies before it, to `endMs`
   * behind the last one. Between marks at the same place there is nothing.
   */
  widestGap(place: number, beginMs: number, endMs: number): number {
    const first = this.firstBehind(place);
    let before = this.times[first - 1] ?? beginMs;
    let widest = 0;
    for (let i = first; i < this.times.length; i++) {
      if (i === 0 || this.places[i] !== this.places[i - 1])
        widest = Math.max(widest, this.times[i]! - before);
      before = this.times[i]!;
    }
    return Math.max(widest, endMs - before);
  }

  /** Forgets what lies before this place, but for the last mark there. */
  release(place: number): void {
    const drop = this.firstBehind(place) - 1;
    if (drop <= 1000) return;
    this.places.splice(0, drop);
    this.times.splice(0, drop);
  }

  clear(): void {
    this.places = [];
    this.times = [];
  }

  private firstBehind(place: number): number {
    let low = 0;
    let high = this.places.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.places[middle]! > place) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}
