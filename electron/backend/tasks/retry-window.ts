const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;
/** A task that has been well for this long has left its fault behind. */
const WELL_MS = 60_000;

export interface Retry {
  readonly waitMs: number;
  /** What is left of the retry duration. */
  readonly remainingMs: number;
}

/**
 * When an engine that ended is started again: after 1 s, doubled up to 30 s, within the retry duration of the first fault.
 * Times are those of `performance.now()`, which nobody sets.
 */
export class RetryWindow {
  private sinceMs: number | null = null;
  private attempts = 0;
  private wellSinceMs: number | null = null;

  reset(): void {
    this.sinceMs = null;
    this.attempts = 0;
    this.wellSinceMs = null;
  }

  /** The task works. */
  well(nowMs: number): void {
    this.wellSinceMs ??= nowMs;
  }

  /** The next attempt, or undefined when the retry duration is over before it. */
  next(nowMs: number, retryForMs: number): Retry | undefined {
    if (this.wellSinceMs !== null && nowMs - this.wellSinceMs >= WELL_MS) this.reset();
    this.wellSinceMs = null;
    this.sinceMs ??= nowMs;
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.attempts);
    const remainingMs = this.sinceMs + retryForMs - nowMs;
    if (waitMs > remainingMs) return undefined;
    this.attempts += 1;
    return { waitMs, remainingMs };
  }
}
