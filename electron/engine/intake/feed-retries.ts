import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Clock, Timer } from '../world/clock.ts';
import { Backoff } from './backoff.ts';
import { FeedProgress, type Reach } from './feed-progress.ts';

/** When the source is tried again, and for how long: an attempt that got no further than those before is no success. */
export class FeedRetries {
  private readonly clock: Clock;
  private readonly progress = new FeedProgress();
  private timer: Timer | undefined;
  private copies = 0;
  /** Where the snapshot was taken that this run has copied, or copies. */
  private copiedAt: number | undefined;
  readonly backoff: Backoff;

  constructor(clock: Clock, retryForMs: number) {
    this.clock = clock;
    this.backoff = new Backoff(retryForMs);
  }

  /** A snapshot begins, taken at this offset. */
  copyBegins(offset: number): void {
    this.copiedAt = offset;
    this.copies += 1;
  }

  /** Nothing is to be tried again as things stand. */
  clear(): void {
    this.clock.clear(this.timer);
  }

  later(waitMs: number, run: () => void): void {
    this.clear();
    this.timer = this.clock.setTimeout(run, waitMs);
  }

  /** Until the next attempt; undefined when the retry duration has passed without one that got any further. */
  nextWait(reach: Omit<Reach, 'copy' | 'copiedAt'>): number | undefined {
    const made = this.progress.made({ ...reach, copy: this.copies, copiedAt: this.copiedAt });
    if (made) this.backoff.succeeded();
    return this.backoff.next(this.clock.now());
  }

  exhausted(error: LockstepError): LockstepError {
    const copies = this.progress.copiesInVain;
    const vain = copies > 1 ? ` (${copies} full copies were begun, and none got further than before)` : '';
    return new LockstepError('RETRY_EXHAUSTED', `${error.entry.title}: ${error.message}${vain}`, {
      cause: error,
    });
  }
}
