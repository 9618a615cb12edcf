import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import { Backoff } from '../intake/backoff.ts';
import type { Trouble } from '../intake/trouble.ts';
import { sleep, type Clock } from '../world/clock.ts';

export interface Patience {
  readonly clock: Clock;
  readonly retryForMs: number;
  /** Nothing is waited for any more: what fails now has failed. */
  readonly ended: () => boolean;
  /** What is not waited for, though it may heal. */
  readonly isFinal?: (error: LockstepError) => boolean;
  readonly onTrouble: (trouble: Trouble) => void;
}

/**
 * Does what a run that has begun needs to go on, again where it met a fault that may heal, for as long as the run waits for these.
 * @throws LockstepError what does not heal, and RETRY_EXHAUSTED
 */
export async function patiently<T>(patience: Patience, attempt: () => Promise<T>): Promise<T> {
  const { clock, retryForMs, ended, isFinal, onTrouble } = patience;
  const backoff = new Backoff(retryForMs);
  for (;;) {
    try {
      return await attempt();
    } catch (cause) {
      const error = asLockstepError(cause);
      if (!error.entry.heals || ended() || isFinal?.(error)) throw error;
      const waitMs = backoff.next(clock.now());
      if (waitMs === undefined)
        throw new LockstepError('RETRY_EXHAUSTED', `${error.entry.title}: ${error.message}`, { cause });
      onTrouble({ error, waitMs, giveUpAtMs: backoff.givesUpAtMs });
      await sleep(clock, waitMs);
    }
  }
}
