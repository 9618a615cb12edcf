import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { readCheckpoint } from '../checkpoint/claim.ts';
import { readParts } from '../checkpoint/read-parts.ts';
import type { WritesSince } from '../control/write-mark.ts';
import { writesSinceHandOver, type TargetServers } from '../target/handed-over.ts';

/** What a task has on a target: its own checkpoint, or those of its parts. */
export interface StandingCheckpoint {
  readonly name: string;
  readonly checkpoint: Checkpoint;
}

/** @throws LockstepError CHECKPOINT_MISSING where the task has none */
export async function standingOf(redis: Redis, task: string): Promise<readonly StandingCheckpoint[]> {
  const own = await readCheckpoint(redis, task);
  const standing = own ? [{ name: task, checkpoint: own }] : await readParts(redis, task);
  if (standing.length === 0) throw new LockstepError('CHECKPOINT_MISSING', `the target has no task ${task}`);
  return standing;
}

/** Whether others have written to the target since the task handed it over, as far as any part of it can tell. */
export async function writesBeside(
  servers: TargetServers,
  standing: readonly StandingCheckpoint[],
): Promise<WritesSince> {
  const told = await Promise.all(standing.map(({ checkpoint }) => writesSinceHandOver(servers, checkpoint)));
  return told.find((one) => one === 'some') ?? told.find((one) => one === 'unknown') ?? 'none';
}
