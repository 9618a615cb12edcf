import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { coded } from '../control/control-connection.ts';
import type { TaskEvents } from './task-events.ts';
import { sleep, type Clock } from '../world/clock.ts';

/** How long the end of a run waits for a target to take what makes its expiry exact. */
const INSIST_MS = 60_000;
const AGAIN_MS = 1000;

/**
 * Hands a target over, again where it broke, until it is done or a minute has gone: whoever asked for the end waits.
 * @throws LockstepError TARGET_TAKEN_OVER when that is another run's affair now, and EXPIRY_STILL_LATE
 */
export async function insist(
  clock: Clock,
  target: Endpoint,
  events: Pick<TaskEvents, 'warning'>,
  handOver: () => Promise<number>,
  insistMs = INSIST_MS,
): Promise<number> {
  const endMs = clock.now() + insistMs;
  for (let told = false; ; told = true) {
    try {
      return await coded('target', target, handOver);
    } catch (error) {
      const known = asLockstepError(error);
      if (known.code === 'TARGET_TAKEN_OVER') throw known;
      if (!known.entry.heals || clock.now() > endMs)
        throw new LockstepError('EXPIRY_STILL_LATE', known.message, { cause: error });
      if (!told)
        events.warning(`Expiry on the target could not be made exact yet (${known.message}); trying again`, {
          code: known.code,
          giveUpAtMs: endMs,
        });
      await sleep(clock, AGAIN_MS);
    }
  }
}
