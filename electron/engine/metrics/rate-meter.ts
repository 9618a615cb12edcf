/** Over a shorter time a rate says nothing: a report may come right after another one. */
const SHORTEST_MS = 500;

/** Turns a counter that only grows into a rate per second between two looks. */
export class RateMeter {
  private lastCount = 0;
  private lastMs: number | undefined;
  private counted: unknown;
  private rate = 0;

  /**
   * `of`: what is counted. Where that is something else than at the last look, how far it is says nothing of its rate.
   * @returns the rate since the last look, or that look's where it was less than SHORTEST_MS ago; 0 at the first one
   */
  perSecond(count: number, nowMs: number, of?: unknown): number {
    if (of !== this.counted) {
      this.counted = of;
      this.lastMs = undefined;
    }
    const elapsedMs = nowMs - (this.lastMs ?? nowMs);
    if (this.lastMs !== undefined && elapsedMs >= 0 && elapsedMs < SHORTEST_MS) return this.rate;
    const grown = count < this.lastCount ? count : count - this.lastCount;
    this.lastCount = count;
    this.lastMs = nowMs;
    this.rate = elapsedMs <= 0 ? 0 : (grown * 1000) / elapsedMs;
    return this.rate;
  }
}
