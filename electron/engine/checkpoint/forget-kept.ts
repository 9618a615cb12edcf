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
export async function forgetKept(
  nodes: SlotNodes,
  task: string,
  which: (id: string) => boolean,
): Promise<void> {
  await eachAtOnce(await nodes.primaries(), NODES_AT_ONCE, (redis) =>
    onChange(async () => {
      let cursor = '0';
      do {
        const [next, page] = await redis.scanBuffer(cursor, 'MATCH', `${OWN_PREFIX}{*`, 'COUNT', SCAN_COUNT);
        cursor = String(next);
        const old = page.filter((key) => {
          const id = keptIdIn(task, key);
          return id !== undefined && which(id);
        });
        if (old.length === 0) continue;
        const pipeline = redis.pipeline();
        for (const key of old) pipeline.del(key);
        await repliesOf(pipeline);
      } while (cursor !== '0');
    }),
  );
}
