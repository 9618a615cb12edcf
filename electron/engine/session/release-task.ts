import { randomUUID } from 'node:crypto';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { CHECKPOINT_DB, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { claimCheckpoint, missing, readCheckpoint } from '../checkpoint/claim.ts';
import { findTasks } from '../checkpoint/task-index.ts';
import { coded, openControl } from '../control/control-connection.ts';
import { checkTarget, readFacts } from '../control/server-facts.ts';
import { DatabaseChoice } from '../commands/database-choice.ts';
import { endTaskConnections } from '../writer/end-connection.ts';
import { handOver } from './hand-over.ts';

export interface Released {
  readonly task: string;
  readonly state: Checkpoint['state'];
  /** Times of keys and fields that were late. */
  readonly keys: number;
}

/**
 * Hands a target over when nothing else can any more: takes the task from whoever runs it and makes every expiry exact.
 * @throws LockstepError USAGE when the target has no such task, or several and none was named; what a target may throw
 */
export async function releaseTask(target: Endpoint, name: string | undefined): Promise<Released> {
  const redis = await openControl('target', target);
  try {
    const facts = await readFacts('target', target, redis);
    checkTarget(target, facts);
    return await coded('target', target, async () => {
      await redis.select(CHECKPOINT_DB);
      const task = name ?? theOnlyTask(await findTasks(redis));
      const present = await readCheckpoint(redis, task);
      if (!present) throw new LockstepError('USAGE', `the target has no task ${task}`);
      const checkpoint = await claimCheckpoint(
        redis,
        task,
        randomUUID(),
        (now) => {
          if (!now) throw missing();
          return now;
        },
        'allow',
      );
      await endTaskConnections(redis, task);
      const databases = DatabaseChoice.parse(checkpoint.databases);
      const { scripts } = facts.abilities;
      const keys = await handOver({ redis, task, checkpoint, databases, scripts });
      return { task, state: checkpoint.state, keys };
    });
  } finally {
    redis.disconnect();
  }
}

function theOnlyTask(tasks: readonly string[]): string {
  if (tasks.length === 1) return tasks[0]!;
  if (tasks.length === 0) throw new LockstepError('USAGE', 'the target has no task');
  throw new LockstepError('USAGE', `name one with --task: the target has ${tasks.join(', ')}`);
}
