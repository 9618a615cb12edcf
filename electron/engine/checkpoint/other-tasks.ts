import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { DatabaseChoice } from '../commands/database-choice.ts';
import { CHECKPOINT_DB } from './checkpoint.ts';
import { readCheckpoint } from './claim.ts';
import { findTasks } from './find-checkpoints.ts';

/** A larger database 0 is not searched: what fills it stands in the way of a new task by itself. */
const MOST_KEYS = 100_000;

export interface OtherTask {
  readonly task: string;
  /** Where it comes from, for a person: `from 10.0.0.5:6379`. */
  readonly origin: string;
}

/**
 * Tasks other than `own` that write to one of these databases of a target, or were cut off while they did. One that was
 * handed over, or that ended after its copy, writes nothing more.
 */
export async function tasksWriting(
  redis: Redis,
  own: string,
  databases: DatabaseChoice,
): Promise<OtherTask[]> {
  await redis.select(CHECKPOINT_DB);
  if ((await redis.dbsize()) > MOST_KEYS) return [];
  const others: OtherTask[] = [];
  for (const task of await findTasks(redis)) {
    if (task === own) continue;
    const origin = await originOfWriting(redis, task, databases);
    if (origin !== undefined) others.push({ task, origin });
  }
  return others;
}

/** undefined when the task writes to none of these databases. A checkpoint that cannot be read may be that of one that does. */
async function originOfWriting(
  redis: Redis,
  task: string,
  databases: DatabaseChoice,
): Promise<string | undefined> {
  try {
    const checkpoint = await readCheckpoint(redis, task);
    if (!checkpoint?.active) return undefined;
    return databases.overlaps(DatabaseChoice.parse(checkpoint.databases))
      ? `from ${checkpoint.source}`
      : undefined;
  } catch (error) {
    if (error instanceof LockstepError && error.code === 'TASK_MISMATCH')
      return 'with a checkpoint that cannot be read';
    throw error;
  }
}

/** @throws LockstepError TARGET_IN_USE that names the tasks */
export function refuseOtherTasks(others: readonly OtherTask[]): void {
  if (others.length === 0) return;
  const names = others.map(({ task, origin }) => `the task ${task} ${origin}`);
  throw new LockstepError('TARGET_IN_USE', names.join(', '));
}
