/** Samples kept, one a second: as far back as lag can be told in seconds. */
const MOST_SAMPLES = 3600;

/**
 * Lag in seconds without writing to the source: from samples of the source's offset it finds when the source passed the
 * offset that is applied now.
 */
export class LagMeter {
  private readonly times: number[] = [];
  private readonly offsets: number[] = [];

  sample(nowMs: number, sourceOffset: number): void {
    // A source that was restarted counts from elsewhere.
    if (this.offsets.length > 0 && sourceOffset < this.offsets.at(-1)!) this.clear();
    this.times.push(nowMs);
    this.offsets.push(sourceOffset);
    if (this.times.length > MOST_SAMPLES) {
      this.times.shift();
      this.offsets.shift();
    }
  }

  clear(): void {
    this.times.length = 0;
    this.offsets.length = 0;
  }

  get sourceOffset(): number {
    return this.offsets.at(-1) ?? 0;
  }

  /** What the source has written a second, over the samples that are kept; 0 before the second one. */
  get bytesPerSecond(): number {
    const spanMs = (this.times.at(-1) ?? 0) - (this.times[0] ?? 0);
    return spanMs > 0 ? ((this.offsets.at(-1)! - this.offsets[0]!) / spanMs) * 1000 : 0;
  }

  bytes(appliedOffset: number): number {
    return Math.max(0, this.sourceOffset - appliedOffset);
  }

  /** 0 when everything that the source had at the last sample is applied. */
  seconds(appliedOffset: number, nowMs: number): number {
    let i = this.offsets.length;
    while (i > 0 && this.offsets[i - 1]! > appliedOffset) i -= 1;
    if (i === this.offsets.length) return 0;
    // The source passed the applied offset between sample i - 1 and sample i; the earlier is the cautious answer.
    const sinceMs = this.times[Math.max(0, i - 1)]!;
    return Math.max(0, (nowMs - sinceMs) / 1000);
  }
}
