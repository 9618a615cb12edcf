import type { ChainableCommander } from 'ioredis';
import { onChange } from '../control/cluster-change.ts';
import type { SlotNodes } from '../control/cluster-nodes.ts';
import { eachAtOnce } from '../control/each-at-once.ts';
import { inDatabase } from '../control/in-database.ts';
import { SlotSet } from '../router/slot-set.ts';
import { CHECKPOINT_DB } from './checkpoint.ts';

const NODES_AT_ONCE = 16;
const SLOTS_PER_PAGE = 500;

/**
 * Asks one thing of each of these slots, in one database, on the node of a cluster that has it, page by page. `ask` puts a command into the pipeline, and
 * `hear` gets its reply. @throws LockstepError TARGET_SLOTS_MOVED
 */
export async function eachNodeOf(
  nodes: SlotNodes,
  slots: SlotSet,
  ask: (pipeline: ChainableCommander, slot: number) => unknown,
  hear: (slot: number, reply: unknown) => void = () => {},
  db = CHECKPOINT_DB,
): Promise<void> {
  await eachAtOnce(nodes.topology.shards, NODES_AT_ONCE, async ({ slots: own }) => {
    const here = slots.and(SlotSet.of(own)).list();
    for (let at = 0; at < here.length; at += SLOTS_PER_PAGE) {
      const page = here.slice(at, at + SLOTS_PER_PAGE);
      const redis = await nodes.onSlot(page[0]!);
      const replies = await onChange(() =>
        inDatabase(redis, db, (pipeline) => {
          for (const slot of page) ask(pipeline, slot);
        }),
      );
      page.forEach((slot, i) => hear(slot, replies[i]));
    }
  });
}
