import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { DatabaseChoice } from '../commands/database-choice.ts';
import { checkpointKey, parseCheckpoint } from './checkpoint.ts';

export interface OtherTask {
  readonly task: string;
  /** Where it comes from, for a person: `from 10.0.0.5:6379`. */
  readonly origin: string;
}

/**
 * Those of these tasks other than `own` that write to one of these databases of a target, or were cut off while they did. One
 * that was handed over, or that ended after its copy, writes nothing more. The connection is in CHECKPOINT_DB.
 */
export async function tasksWriting(
  redis: Redis,
  tasks: readonly string[],
  own: string,
  databases: DatabaseChoice,
): Promise<OtherTask[]> {
  const others: OtherTask[] = [];
  for (const task of tasks) {
    if (task === own) continue;
    const origin = originOfWriting(await redis.hgetall(checkpointKey(task)), databases);
    if (origin !== undefined) others.push({ task, origin });
  }
  return others;
}

/** undefined when the task writes to none of these databases. A checkpoint that cannot be read may be that of one that does. */
function originOfWriting(
  hash: Readonly<Record<string, string>>,
  databases: DatabaseChoice,
): string | undefined {
  try {
    const checkpoint = parseCheckpoint(hash);
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
