const FIRST_MS = 200;
const LONGEST_MS = 5_000;

/** How long to wait before the next attempt, and since when it has been failing. */
export class Backoff {
  private readonly retryForMs: number;
  private failingSinceMs: number | undefined;
  private waitMs = FIRST_MS;
  /** While set, the retry duration does not run out. */
  patient = false;

  constructor(retryForMs: number) {
    this.retryForMs = retryForMs;
  }

  /** It has been failing from here on, unless it was known before. */
  failingSince(atMs: number): void {
    this.failingSinceMs ??= atMs;
  }

  /** The wait before the next attempt, or undefined when the retry duration has passed. */
  next(nowMs: number): number | undefined {
    this.failingSinceMs ??= nowMs;
    const leftMs = this.patient ? Infinity : this.retryForMs - (nowMs - this.failingSinceMs);
    if (leftMs <= 0) return undefined;
    const wait = Math.min(this.waitMs, leftMs);
    this.waitMs = Math.min(LONGEST_MS, this.waitMs * 2);
    return wait;
  }

  /** When the retry duration will have passed; undefined while nothing fails, or nothing runs out. */
  get givesUpAtMs(): number | undefined {
    return this.patient || this.failingSinceMs === undefined
      ? undefined
      : this.failingSinceMs + this.retryForMs;
  }

  succeeded(): void {
    this.failingSinceMs = undefined;
    this.waitMs = FIRST_MS;
  }
}
