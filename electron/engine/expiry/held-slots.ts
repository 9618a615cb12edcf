import { onNode, type GuardedNode } from '../checkpoint/guarded-node.ts';
import { slotsMoved } from '../control/cluster-change.ts';
import { eachAtOnce } from '../control/each-at-once.ts';
import { parseClusterNodes } from '../router/parse-cluster-nodes.ts';
import { SlotSet } from '../router/slot-set.ts';

const NODES_AT_ONCE = 16;

/**
 * Each node of a cluster has what it had when its lanes were fenced, has had it all the time, and none of it is on its way: so no key was
 * carried since. @throws LockstepError TARGET_SLOTS_MOVED
 */
export async function refuseMoved(nodes: readonly GuardedNode[]): Promise<void> {
  const all = nodes.flatMap(({ holds }) => holds ?? []);
  const held = (slot: number): boolean => all.some(({ slots }) => slots.has(slot));
  await eachAtOnce(nodes, NODES_AT_ONCE, async (node) => {
    const { holds, redis } = node;
    if (!holds) return;
    const view = parseClusterNodes(String(await onNode(node, () => redis.call('CLUSTER', 'NODES'))));
    const own = view.nodes.find(({ id }) => id === view.teller);
    const there = own?.role === 'primary' && own.epoch === holds.epoch;
    if (!there || !SlotSet.of(own.slots).includes(holds.slots))
      throw slotsMoved('slots were moved meanwhile');
    const mark = own.marks.find(({ slot }) => held(slot));
    if (mark) throw slotsMoved(`slot ${mark.slot} is under way from one node to another`);
  });
}
