/** Turns a counter that only grows into a rate per second between two looks. */
export class RateMeter {
  private lastCount = 0;
  private lastMs: number | undefined;

  perSecond(count: number, nowMs: number): number {
    const elapsedMs = nowMs - (this.lastMs ?? nowMs);
    const grown = count < this.lastCount ? count : count - this.lastCount;
    this.lastCount = count;
    this.lastMs = nowMs;
    return elapsedMs <= 0 ? 0 : (grown * 1000) / elapsedMs;
  }
}
