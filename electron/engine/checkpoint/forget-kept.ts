import type { Redis } from 'ioredis';
import { onChange } from '../control/cluster-change.ts';
import type { SlotNodes } from '../control/cluster-nodes.ts';
import { eachAtOnce } from '../control/each-at-once.ts';
import { inDatabase } from '../control/in-database.ts';
import { databasesOf, readInfo } from '../control/info.ts';
import { OWN_PREFIX } from '../commands/own-keys.ts';
import { keptIdIn } from './kept-slots.ts';

const NODES_AT_ONCE = 16;
const SCAN_COUNT = 10_000;

interface KeptSet {
  readonly key: Buffer;
  readonly id: string;
}

/**
 * Removes the sets of names that a task has on a cluster by their ids: of an attempt that came to nothing, or of keys that were noted anew
 * since. Those of others only whoever owns the task may. @throws LockstepError TARGET_SLOTS_MOVED
 */
export const forgetKept = (nodes: SlotNodes, task: string, which: (id: string) => boolean): Promise<void> =>
  eachKept(nodes, task, async (redis, db, sets) => {
    const old = sets.filter(({ id }) => which(id));
    if (old.length === 0) return;
    await inDatabase(redis, db, (removing) => {
      for (const { key } of old) removing.del(key);
    });
  });

/** The ids of all sets of names that a task has on a cluster. @throws LockstepError TARGET_SLOTS_MOVED */
export async function keptIds(nodes: SlotNodes, task: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  await eachKept(nodes, task, async (_redis, _db, sets) => {
    for (const { id } of sets) found.add(id);
  });
  return found;
}

async function eachKept(
  nodes: SlotNodes,
  task: string,
  work: (redis: Redis, db: number, sets: readonly KeptSet[]) => Promise<void>,
): Promise<void> {
  await eachAtOnce(await nodes.primaries(), NODES_AT_ONCE, (redis) =>
    onChange(async () => {
      for (const db of databasesOf(await readInfo(redis, 'keyspace')).keys())
        await eachKeptIn(redis, db, task, (sets) => work(redis, db, sets));
    }),
  );
}

async function eachKeptIn(
  redis: Redis,
  db: number,
  task: string,
  work: (sets: readonly KeptSet[]) => Promise<void>,
): Promise<void> {
  let cursor = '0';
  do {
    const [[next, page]] = (await inDatabase(redis, db, (asking) =>
      asking.scanBuffer(cursor, 'MATCH', `${OWN_PREFIX}{*`, 'COUNT', SCAN_COUNT),
    )) as [[Buffer, Buffer[]]];
    cursor = String(next);
    await work(
      page.flatMap((key) => {
        const id = keptIdIn(task, key);
        return id === undefined ? [] : [{ key, id }];
      }),
    );
  } while (cursor !== '0');
}
