import type { Redis } from 'ioredis';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { CHECKPOINT_DB, checkpointKey, type Checkpoint } from '../../checkpoint/checkpoint.ts';

export interface GuardedRemoval {
  readonly redis: Redis;
  readonly task: string;
  readonly checkpoint: Checkpoint;
  readonly db: number;
  readonly keys: readonly Buffer[];
  readonly lazyFree: boolean;
}

/**
 * Removes keys of a database in one step with the look whether the task is still ours; leaves this database selected.
 * @returns how many there were; @throws LockstepError TARGET_TAKEN_OVER
 */
export async function removeGuarded(removal: GuardedRemoval): Promise<number> {
  const { redis, task, checkpoint, db, keys, lazyFree } = removal;
  await redis.select(CHECKPOINT_DB);
  await redis.watch(checkpointKey(task));
  const epoch = await redis.hget(checkpointKey(task), 'epoch');
  if (Number(epoch) !== checkpoint.epoch) {
    await redis.unwatch();
    throw takenOver(`the checkpoint has epoch ${epoch ?? 'none'}; this run is epoch ${checkpoint.epoch}`);
  }
  const transaction = redis.multi().select(db);
  const replies = await (lazyFree ? transaction.unlink(...keys) : transaction.del(...keys)).exec();
  if (!replies) throw takenOver('the checkpoint changed while keys were removed');
  for (const [error] of replies) if (error) throw error;
  return Number(replies[1]?.[1] ?? 0);
}

const takenOver = (fact: string): LockstepError => new LockstepError('TARGET_TAKEN_OVER', fact);
