/** Over a shorter time a rate says nothing: a report may come right after another one. */
const SHORTEST_MS = 500;

/** Turns a counter that only grows into a rate per second between two looks. */
export class RateMeter {
  private lastCount = 0;
  private lastMs: number | undefined;
  private rate = 0;

  /** @returns the rate since the last look, or that look's where it was less than SHORTEST_MS ago */
  perSecond(count: number, nowMs: number): number {
    const elapsedMs = nowMs - (this.lastMs ?? nowMs);
    if (this.lastMs !== undefined && elapsedMs >= 0 && elapsedMs < SHORTEST_MS) return this.rate;
    const grown = count < this.lastCount ? count : count - this.lastCount;
    this.lastCount = count;
    this.lastMs = nowMs;
    this.rate = elapsedMs <= 0 ? 0 : (grown * 1000) / elapsedMs;
    return this.rate;
  }
}
