import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { amendCheckpoint, missing, readCheckpoint } from '../checkpoint/claim.ts';
import { holdsKeys } from '../checkpoint/ownership.ts';
import { readParts } from '../checkpoint/read-parts.ts';
import { taskOf } from '../checkpoint/task-parts.ts';
import { DatabaseChoice } from '../commands/database-choice.ts';
import type { TaskPart } from '../source/task-part.ts';

/**
 * Reads the task's checkpoint as its owner. undefined where the target has lost it and holds no key of the task's databases
 * (of a part: of its slots) either, as one that came back empty: all that can be done there is a new copy.
 * `part`: of a part of a task, which a run that takes the task over may have taken off the target as well.
 * @throws LockstepError TARGET_TAKEN_OVER when another run owns the task now; CHECKPOINT_MISSING when it was removed from a
 * target that holds keys, of which nobody can tell any more how far they are and whose
 */
export async function readOwnCheckpoint(
  redis: Redis,
  task: string,
  ours: Checkpoint | undefined,
  part?: Pick<TaskPart, 'claimant'>,
): Promise<Checkpoint | undefined> {
  const present = await readCheckpoint(redis, task);
  if (!present && ours && (await holdsKeys([redis], DatabaseChoice.parse(ours.databases), ours.slots)))
    throw (await takenOff(redis, task, part?.claimant?.known)) ?? missing();
  if (present && ours) refusePassedOver(present, ours);
  return present;
}

/** What tells that another run, which is none of `known`, has the parts beside one that is gone. */
async function takenOff(
  redis: Redis,
  task: string,
  known: ReadonlySet<string> | undefined,
): Promise<LockstepError | undefined> {
  if (!known) return undefined;
  const others = await readParts(redis, taskOf(task));
  const other = others.find(({ checkpoint }) => !known.has(checkpoint.owner));
  if (!other) return undefined;
  return new LockstepError('TARGET_TAKEN_OVER', `another run of this task has begun ${other.name}`);
}

/** @throws LockstepError TARGET_TAKEN_OVER when another run has claimed the task since `ours` */
export function refusePassedOver(present: Checkpoint, ours: Checkpoint): void {
  // A claim of our own whose answer was lost has a higher epoch as well.
  if (present.epoch > ours.epoch && present.owner !== ours.owner) {
    throw new LockstepError(
      'TARGET_TAKEN_OVER',
      `the checkpoint has epoch ${present.epoch}; this run is epoch ${ours.epoch}`,
    );
  }
}

/** Notes in the checkpoint that the sides differ, so that the next run makes a new copy. */
export async function noteFault(redis: Redis, task: string, ours: Checkpoint, fault: string): Promise<void> {
  await amendCheckpoint(redis, task, ours, (present) => ({ ...present, fault }));
}
