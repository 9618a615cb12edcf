/** So many faults of the target's data within this time are mended; after that something goes on changing it. */
const MOST_MENDS = 5;
const WITHIN_MS = 10 * 60_000;

/** Whether keys on which commands failed are to be mended once more, or something keeps the target different. */
export class MendLimit {
  private times: number[] = [];
  private lastVerified = -1;
  private lastFailure = '';

  /**
   * One more batch had an error; everything up to `verified` of the stream is right, and `failure` says what failed behind it.
   * `mending`: keys were being brought to the source's state when it did.
   * - `mend`: its keys are to be brought there
   * - `in-vain`: that was done, and has brought the target no further
   * - `too-often`: other keys, again and again
   */
  next(verified: number, failure: string, nowMs: number, mending: boolean): 'mend' | 'in-vain' | 'too-often' {
    // Another failure is no sign of that: the mending may have been broken off before, and something else be wrong by now.
    if (mending && verified === this.lastVerified && failure === this.lastFailure) return 'in-vain';
    this.lastVerified = verified;
    this.lastFailure = failure;
    this.times = this.times.filter((timeMs) => nowMs - timeMs < WITHIN_MS);
    if (this.times.length >= MOST_MENDS) return 'too-often';
    this.times.push(nowMs);
    return 'mend';
  }
}
