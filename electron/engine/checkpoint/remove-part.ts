import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { SlotNodes } from '../control/cluster-nodes.ts';
import { databasesOf, readInfo } from '../control/info.ts';
import { buildKey, CHECKPOINT_DB, checkpointKey, parseCheckpoint, type Checkpoint } from './checkpoint.ts';
import { stillOurs } from './claim.ts';
import { removeLanes } from './lanes.ts';
import { scriptTextsKey } from './script-texts.ts';
import { TASKS_KEY } from './task-index.ts';

const MOST_ATTEMPTS = 20;

/** A part of a task that has no slots any more, and whose checkpoint this run owns. */
export interface EmptyPart {
  /** To where the checkpoints of tasks lie. It selects databases, so nothing else is to use it meanwhile. */
  readonly redis: Redis;
  /** Of a target that is a cluster, as it was found a moment ago. */
  readonly nodes: SlotNodes | undefined;
  readonly name: string;
  readonly checkpoint: Checkpoint;
}

/**
 * Removes what a part has on a target: its lanes, then in one step its checkpoint and whatever else is called by its name. The names of
 * the target's own keys are those of other parts as well, and stay. Broken off before that step, the part stands without slots, and is removed the next time. One that is gone already has been removed.
 * @throws LockstepError TARGET_TAKEN_OVER when another run owns it by now; TARGET_SLOTS_MOVED
 */
export async function removePart({ redis, nodes, name, checkpoint }: EmptyPart): Promise<void> {
  if (nodes && checkpoint.lanes && (await present(redis, name, checkpoint)))
    await removeLanes({ nodes, task: name, checkpoint });
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++)
    if (await removeOnce(redis, name, checkpoint)) return;
  throw new LockstepError(
    'TARGET_TAKEN_OVER',
    `the checkpoint of ${name} changes faster than it can be removed`,
  );
}

/** @returns false when it changed meanwhile, and everything stands */
async function removeOnce(redis: Redis, name: string, ours: Checkpoint): Promise<boolean> {
  const databases = databasesOf(await readInfo(redis, 'keyspace')).keys();
  await redis.select(CHECKPOINT_DB);
  await redis.watch(checkpointKey(name));
  try {
    if (!(await present(redis, name, ours))) {
      await redis.unwatch();
      return true;
    }
  } catch (error) {
    await redis.unwatch().catch(() => undefined);
    throw error;
  }
  const removing = redis.multi();
  for (const db of databases) {
    if (db === CHECKPOINT_DB) continue;
    removing.select(db).del(buildKey(name)).select(CHECKPOINT_DB);
  }
  removing.del(buildKey(name), scriptTextsKey(name), checkpointKey(name));
  const replies = await removing.hdel(TASKS_KEY, name).exec();
  for (const [error] of replies ?? []) if (error) throw error;
  return replies !== null;
}

/** undefined where it is gone. @throws LockstepError TARGET_TAKEN_OVER */
async function present(redis: Redis, name: string, ours: Checkpoint): Promise<Checkpoint | undefined> {
  await redis.select(CHECKPOINT_DB);
  const found = parseCheckpoint(await redis.hgetall(checkpointKey(name)));
  if (!found) return undefined;
  if (stillOurs(found, ours).slots?.size !== 0)
    throw new Error(`${name} still vouches for slots, and is not to be removed`);
  return found;
}
