/** So many faults of the target's data within this time are mended; after that something goes on changing it. */
const MOST_MENDS = 5;
const WITHIN_MS = 10 * 60_000;

/** Whether keys on which commands failed are to be mended once more, or something keeps the target different. */
export class MendLimit {
  private times: number[] = [];
  private lastVerified = -1;

  /**
   * One more batch had an error; everything up to `verified` of the stream is right.
   * - `mend`: its keys are to be brought to the source's state
   * - `in-vain`: that was done, and has brought the target no further
   * - `too-often`: other keys, again and again
   */
  next(verified: number, nowMs: number): 'mend' | 'in-vain' | 'too-often' {
    if (verified === this.lastVerified) return 'in-vain';
    this.lastVerified = verified;
    this.times = this.times.filter((timeMs) => nowMs - timeMs < WITHIN_MS);
    if (this.times.length >= MOST_MENDS) return 'too-often';
    this.times.push(nowMs);
    return 'mend';
  }
}
