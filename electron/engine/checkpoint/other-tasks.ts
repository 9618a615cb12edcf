import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { DatabaseChoice } from '../commands/database-choice.ts';
import { checkpointKey, parseCheckpoint } from './checkpoint.ts';
import { belongTogether, partOf, taskOf } from './task-parts.ts';

export interface OtherTask {
  /** As its user calls it, whether it has parts or not. */
  readonly task: string;
  /** Where it comes from, for a person: `from 10.0.0.5:6379`. */
  readonly origin: string;
}

/**
 * Those of these tasks other than the one of `own` that write to one of these databases of a target, or were cut off while they did. One
 * that was handed over, or that ended after its copy, writes nothing more. `names` and `own`: of tasks, or of parts of them. The
 * connection is in CHECKPOINT_DB.
 */
export async function tasksWriting(
  redis: Redis,
  names: readonly string[],
  own: string,
  databases: DatabaseChoice,
): Promise<OtherTask[]> {
  const origins = new Map<string, string>();
  for (const name of names) {
    const task = taskOf(name);
    if (belongTogether(name, own) || origins.has(task)) continue;
    const origin = originOfWriting(await redis.hgetall(checkpointKey(name)), databases);
    if (origin !== undefined) origins.set(task, origin);
  }
  return [...origins].map(([task, origin]) => ({ task, origin }));
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

/**
 * A task has parts or has none: one that was given another kind of source in between would write beside what it has on the target. The
 * connection is in CHECKPOINT_DB. @throws LockstepError TASK_MISMATCH
 */
export async function refuseOtherForm(redis: Redis, names: readonly string[], own: string): Promise<void> {
  const parted = partOf(own) !== undefined;
  for (const name of names) {
    if (!belongTogether(name, own) || (partOf(name) !== undefined) === parted) continue;
    if ((await redis.exists(checkpointKey(name))) === 0) continue;
    throw otherForm(taskOf(own), parted);
  }
}

/** `parted`: its source is a cluster now. */
export function otherForm(task: string, parted: boolean): LockstepError {
  const [before, now] = parted ? ['one server', 'a cluster'] : ['a cluster', 'one server'];
  return new LockstepError(
    'TASK_MISMATCH',
    `the task ${task} copied from ${before} before, and its source is ${now} now; give the task with this source another name`,
  );
}
