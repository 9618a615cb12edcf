/** After it woke links that stood before are found broken; what takes longer to heal is a fault like any other. */
const GRACE_MS = 90_000;

/** Whether the computer sleeps, or has slept a moment ago. */
export class Sleep {
  private sinceMs: number | undefined;
  private wokeAtMs = -Infinity;

  begins(nowMs: number): void {
    this.sinceMs ??= nowMs;
  }

  /** @returns for how long it slept; undefined where it did not */
  ends(nowMs: number): number | undefined {
    const { sinceMs } = this;
    if (sinceMs === undefined) return undefined;
    this.sinceMs = undefined;
    this.wokeAtMs = nowMs;
    return Math.max(0, nowMs - sinceMs);
  }

  /** A fault that is met now comes of it. */
  explains(nowMs: number): boolean {
    return this.sinceMs !== undefined || nowMs - this.wokeAtMs < GRACE_MS;
  }
}
