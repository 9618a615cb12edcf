import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { amendCheckpoint } from '../checkpoint/claim.ts';
import { noteOf } from '../control/write-mark.ts';
import { marksOf } from '../target/handed-over.ts';
import { onTarget } from '../target/on-target.ts';
import type { World } from '../world/world.ts';
import { standingOf } from './standing-parts.ts';

const NAME = 'lockstep:rehearsal';
/** Stands in the checkpoint until the copy has been made. */
const REASON = 'others wrote to the target while the source was rehearsed to be lost';

/**
 * The next run of the task is to replace all that the target holds, whatever others have written there since it was handed over. To be called
 * only after somebody has agreed to that.
 * @throws LockstepError TARGET_IN_USE while a run of the task writes; CHECKPOINT_MISSING; TARGET_TAKEN_OVER; what opening a target may throw
 */
export async function copyAnew(world: World, target: Endpoint, task: string): Promise<void> {
  await onTarget(world, target, NAME, async ({ redis, servers }) => {
    const standing = await standingOf(redis, task);
    if (standing.some(({ checkpoint }) => checkpoint.active))
      throw new LockstepError('TARGET_IN_USE', `the task ${task} writes to it`);
    // Each is one more write, and the last one's mark holds for all.
    const handedOver = noteOf(await marksOf(servers), standing.length);
    for (const { name, checkpoint } of standing)
      await amendCheckpoint(redis, name, checkpoint, (present) => ({
        ...present,
        handedOver,
        fault: REASON,
      }));
  });
}
