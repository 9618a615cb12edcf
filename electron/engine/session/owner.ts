import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { readCheckpoint, updateCheckpoint } from '../checkpoint/claim.ts';

/**
 * Reads the task's checkpoint as its owner.
 * @throws LockstepError TARGET_TAKEN_OVER when another run owns the task now
 */
export async function readOwnCheckpoint(
  redis: Redis,
  task: string,
  ours: Checkpoint | undefined,
): Promise<Checkpoint | undefined> {
  const present = await readCheckpoint(redis, task);
  // A claim of our own whose answer was lost has a higher epoch as well.
  if (present && ours && present.epoch > ours.epoch && present.owner !== ours.owner) {
    throw new LockstepError(
      'TARGET_TAKEN_OVER',
      `the checkpoint has epoch ${present.epoch}; this run is epoch ${ours.epoch}`,
    );
  }
  return present;
}

/** Notes in the checkpoint that the sides differ, so that the next run makes a new copy. */
export async function noteFault(redis: Redis, task: string, ours: Checkpoint, fault: string): Promise<void> {
  const present = await readCheckpoint(redis, task);
  if (present) await updateCheckpoint(redis, task, { ...present, epoch: ours.epoch, fault });
}
