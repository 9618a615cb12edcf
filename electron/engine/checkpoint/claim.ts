import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import {
  CHECKPOINT_DB,
  checkpointFields,
  checkpointKey,
  parseCheckpoint,
  type Checkpoint,
} from './checkpoint.ts';

const MOST_ATTEMPTS = 20;

export async function readCheckpoint(redis: Redis, task: string): Promise<Checkpoint | undefined> {
  await redis.select(CHECKPOINT_DB);
  return parseCheckpoint(await redis.hgetall(checkpointKey(task)));
}

/**
 * Makes this run the owner of the task: writes what `decide` makes of the present checkpoint, with an epoch above it, if
 * nothing changed it in between. From then on no batch of an earlier owner passes. `owner` names this run.
 * @throws LockstepError TARGET_TAKEN_OVER when others keep changing it
 */
export async function claimCheckpoint(
  redis: Redis,
  task: string,
  owner: string,
  decide: (present: Checkpoint | undefined) => Checkpoint,
): Promise<Checkpoint> {
  await redis.select(CHECKPOINT_DB);
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    await redis.watch(checkpointKey(task));
    const present = parseCheckpoint(await redis.hgetall(checkpointKey(task)));
    const claimed = { ...decide(present), owner, epoch: (present?.epoch ?? 0) + 1 };
    const replies = await redis
      .multi()
      .hmset(checkpointKey(task), ...checkpointFields(claimed))
      .exec();
    if (!replies) continue;
    for (const [error] of replies) if (error) throw error;
    return claimed;
  }
  throw new LockstepError('TARGET_TAKEN_OVER', 'the checkpoint changes faster than it can be claimed');
}

/** Takes back a claim under which nothing was written, if it is still ours. */
export async function dropClaim(redis: Redis, task: string, claimed: Checkpoint): Promise<void> {
  await redis.select(CHECKPOINT_DB);
  await redis.watch(checkpointKey(task));
  const epoch = await redis.hget(checkpointKey(task), 'epoch');
  if (Number(epoch) === claimed.epoch) await redis.multi().del(checkpointKey(task)).exec();
  else await redis.unwatch();
}

/**
 * Changes the checkpoint as it stands, if it is still ours: a batch that was under way when its connection was closed may have
 * moved it, and one that comes later does not pass.
 * @throws LockstepError TARGET_TAKEN_OVER
 */
export async function amendCheckpoint(
  redis: Redis,
  task: string,
  ours: Checkpoint,
  change: (present: Checkpoint) => Checkpoint,
): Promise<Checkpoint> {
  await redis.select(CHECKPOINT_DB);
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    await redis.watch(checkpointKey(task));
    const present = parseCheckpoint(await redis.hgetall(checkpointKey(task)));
    if (!present || (present.epoch !== ours.epoch && present.owner !== ours.owner)) {
      await redis.unwatch();
      throw new LockstepError(
        'TARGET_TAKEN_OVER',
        `the checkpoint has epoch ${present?.epoch ?? 'none'}; this run is epoch ${ours.epoch}`,
      );
    }
    const changed = change(present);
    const replies = await redis
      .multi()
      .hmset(checkpointKey(task), ...checkpointFields(changed))
      .exec();
    if (!replies) continue;
    for (const [error] of replies) if (error) throw error;
    return changed;
  }
  throw new LockstepError('TARGET_TAKEN_OVER', 'the checkpoint changed while it was written');
}

/** Writes the checkpoint outside of a batch, if it is still ours. @throws LockstepError TARGET_TAKEN_OVER */
export async function updateCheckpoint(redis: Redis, task: string, checkpoint: Checkpoint): Promise<void> {
  await redis.select(CHECKPOINT_DB);
  await redis.watch(checkpointKey(task));
  const epoch = await redis.hget(checkpointKey(task), 'epoch');
  if (Number(epoch) !== checkpoint.epoch) {
    await redis.unwatch();
    throw new LockstepError(
      'TARGET_TAKEN_OVER',
      `the checkpoint has epoch ${epoch}; this run is epoch ${checkpoint.epoch}`,
    );
  }
  const replies = await redis
    .multi()
    .hmset(checkpointKey(task), ...checkpointFields(checkpoint))
    .exec();
  if (!replies) throw new LockstepError('TARGET_TAKEN_OVER', 'the checkpoint changed while it was written');
  for (const [error] of replies) if (error) throw error;
}
