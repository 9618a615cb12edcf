import type { Redis } from 'ioredis';
import { CHECKPOINT_DB } from '../checkpoint/checkpoint.ts';
import type { SlotNodes } from '../control/cluster-nodes.ts';
import { keySlot } from '../router/key-slot.ts';

/**
 * Which of these keys of one database the target may have lost to its own clock: those that it does not hold, and, where
 * fields of hashes expire, every hash, since a field that is gone leaves no trace.
 */
export async function findLosses(
  redis: Redis,
  db: number,
  keys: readonly string[],
  fieldExpiry: boolean,
): Promise<string[]> {
  const pipeline = redis.pipeline();
  pipeline.select(db);
  for (const key of keys) {
    const name = Buffer.from(key, 'latin1');
    if (fieldExpiry) pipeline.type(name);
    else pipeline.exists(name);
  }
  // Others use the connection to a node of a cluster, and find it in this one.
  pipeline.select(CHECKPOINT_DB);
  const replies = (await pipeline.exec()) ?? [];
  const failure = replies.find(([error]) => error)?.[0];
  if (failure) throw failure;
  return keys.filter((_, i) => {
    const reply = replies[i + 1]?.[1];
    return reply === 0 || reply === 'none' || reply === 'hash';
  });
}

/** The same of keys of a database of a cluster, each asked about on the node that has its slot. */
export async function findLossesOnNodes(
  nodes: SlotNodes,
  db: number,
  keys: readonly string[],
  fieldExpiry: boolean,
): Promise<string[]> {
  const byShard = new Map<number, { readonly slot: number; readonly keys: string[] }>();
  for (const key of keys) {
    const slot = keySlot(Buffer.from(key, 'latin1'));
    const shard = nodes.topology.shardOfSlot[slot]!;
    const there = byShard.get(shard);
    if (there) there.keys.push(key);
    else byShard.set(shard, { slot, keys: [key] });
  }
  const lost = await Promise.all(
    [...byShard.values()].map(async ({ slot, keys: there }) =>
      findLosses(await nodes.onSlot(slot), db, there, fieldExpiry),
    ),
  );
  return lost.flat();
}
