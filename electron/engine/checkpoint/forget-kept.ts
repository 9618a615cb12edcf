import type { Redis } from 'ioredis';
import { onChange } from '../control/cluster-change.ts';
import type { SlotNodes } from '../control/cluster-nodes.ts';
import { eachAtOnce } from '../control/each-at-once.ts';
import { repliesOf } from '../control/replies-of.ts';
import { OWN_PREFIX } from '../commands/own-keys.ts';
import { keptIdIn } from './kept-slots.ts';

const NODES_AT_ONCE = 16;
const SCAN_COUNT = 10_000;

/**
 * Removes the sets of names that a task has on a cluster by their ids: of an attempt that came to nothing, or of keys that were noted anew
 * since. Those of others only whoever owns the task may. @throws LockstepError TARGET_SLOTS_MOVED
 */
export const forgetKept = (nodes: SlotNodes, task: string, which: (id: string) => boolean): Promise<void> =>
  eachKept(nodes, task, async (redis, sets) => {
    const old = sets.filter(({ id }) => which(id));
    if (old.length === 0) return;
    const pipeline = redis.pipeline();
    for (const { key } of old) pipeline.del(key);
    await repliesOf(pipeline);
  });

/** The ids of all sets of names that a task has on a cluster. @throws LockstepError TARGET_SLOTS_MOVED */
export async function keptIds(nodes: SlotNodes, task: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  await eachKept(nodes, task, async (_, sets) => {
    for (const { id } of sets) found.add(id);
  });
  return found;
}

async function eachKept(
  nodes: SlotNodes,
  task: string,
  work: (redis: Redis, sets: readonly { readonly key: Buffer; readonly id: string }[]) => Promise<void>,
): Promise<void> {
  await eachAtOnce(await nodes.primaries(), NODES_AT_ONCE, (redis) =>
    onChange(async () => {
      let cursor = '0';
      do {
        const [next, page] = await redis.scanBuffer(cursor, 'MATCH', `${OWN_PREFIX}{*`, 'COUNT', SCAN_COUNT);
        cursor = String(next);
        const sets = page.flatMap((key) => {
          const id = keptIdIn(task, key);
          return id === undefined ? [] : [{ key, id }];
        });
        await work(redis, sets);
      } while (cursor !== '0');
    }),
  );
}
