import { CHECKPOINT_DB, type Checkpoint } from '../../checkpoint/checkpoint.ts';
import { deposed, type GuardedNode } from '../../checkpoint/guarded-node.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';

export interface GuardedRemoval {
  readonly node: GuardedNode;
  readonly checkpoint: Checkpoint;
  readonly db: number;
  readonly keys: readonly Buffer[];
  readonly lazyFree: boolean;
}

/** A transaction of a cluster is for keys of one slot; a script without declared keys is for all of a node. */
const SCRIPT = `local present = redis.call('HGET', KEYS[1], 'epoch')
if present ~= ARGV[1] then return {'deposed', present or ''} end
if ARGV[3] ~= '0' then redis.call('SELECT', ARGV[3]) end
local removed = 0
for i = 4, #ARGV do removed = removed + redis.call(ARGV[2], ARGV[i]) end
return {'removed', removed}`;

/**
 * Removes keys of a database of a server in one step with the look whether the task is still ours. Leaves the connection in database 0.
 * @returns how many there were; @throws LockstepError TARGET_TAKEN_OVER, TARGET_SLOTS_MOVED
 */
export const removeGuarded = (removal: GuardedRemoval): Promise<number> =>
  removal.node.clustered ? removeByScript(removal) : removeWatched(removal);

async function removeByScript({ node, checkpoint, db, keys, lazyFree }: GuardedRemoval): Promise<number> {
  const { redis, guardKey } = node;
  const name = lazyFree ? 'UNLINK' : 'DEL';
  const reply: unknown = await redis.eval(SCRIPT, 1, guardKey, checkpoint.epoch, name, String(db), ...keys);
  const [kind, value] = Array.isArray(reply) ? (reply as unknown[]) : [];
  if (kind !== 'removed') throw deposed(node, String(value), checkpoint.epoch);
  return Number(value);
}

async function removeWatched({ node, checkpoint, db, keys, lazyFree }: GuardedRemoval): Promise<number> {
  const { redis, guardKey } = node;
  await redis.select(CHECKPOINT_DB);
  await redis.watch(guardKey);
  const epoch = await redis.hget(guardKey, 'epoch');
  if (Number(epoch) !== checkpoint.epoch) {
    await redis.unwatch();
    throw deposed(node, epoch ?? '', checkpoint.epoch);
  }
  const transaction = redis.multi().select(db);
  const removing = lazyFree ? transaction.unlink(...keys) : transaction.del(...keys);
  const replies = await removing.select(CHECKPOINT_DB).exec();
  if (!replies)
    throw new LockstepError('TARGET_TAKEN_OVER', 'the checkpoint changed while keys were removed');
  for (const [error] of replies) if (error) throw error;
  return Number(replies[1]?.[1] ?? 0);
}
