/** Limits commands per second with a bucket of a tenth of a second. 0 is without limit. */
export class Pace {
  private readonly perSecond: number;
  private credit = 0;
  private lastMs = Date.now();

  constructor(perSecond: number) {
    this.perSecond = perSecond;
  }

  /** How many commands may be sent now. */
  allowed(nowMs: number): number {
    if (this.perSecond === 0) return Infinity;
    const burst = Math.max(1, this.perSecond / 10);
    // A clock that was set back must not cost credit.
    const elapsedMs = Math.max(0, nowMs - this.lastMs);
    this.credit = Math.min(burst, this.credit + (elapsedMs / 1000) * this.perSecond);
    this.lastMs = nowMs;
    return Math.floor(this.credit);
  }

  used(commands: number): void {
    if (this.perSecond > 0) this.credit -= commands;
  }
}

/** When the pace holds the appliers back, they look again after this time. */
export const PACE_INTERVAL_MS = 20;
