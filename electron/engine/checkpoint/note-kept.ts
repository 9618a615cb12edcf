import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { onChange, slotsMoved } from '../control/cluster-change.ts';
import type { SlotNodes } from '../control/cluster-nodes.ts';
import { eachAtOnce } from '../control/each-at-once.ts';
import { inDatabase } from '../control/in-database.ts';
import { DatabaseChoice } from '../commands/database-choice.ts';
import { keySlot, SLOTS } from '../router/key-slot.ts';
import { ALL_SLOTS, SlotSet } from '../router/slot-set.ts';
import { sameOwners, type Topology } from '../router/topology.ts';
import { keptAmong, keptId, keptSlotKey, WHOLE, type KeptSlots } from './kept-slots.ts';
import { eachNodeOf } from './each-node-of.ts';
import { refuseUnsettled } from './lanes.ts';
import { databasesInUse, databasesOfNodes, scanKeys } from './ownership.ts';
import { settle } from './settle.ts';

const NODES_AT_ONCE = 16;
const ALL_DATABASES = new DatabaseChoice(undefined);

/** Why a cluster is copied to anew whose own names are not all known any more. */
export const KEPT_LOST =
  'a node of the target no longer has the names of the keys that it held before the task';

/** A cluster whose own keys are noted. */
export interface KeptGround {
  readonly nodes: SlotNodes;
  /** As it is by now. @throws LockstepError */
  lookAgain(): Promise<Topology>;
  readonly task: string;
  /** Looked at with each page; @throws LockstepError where the names are not wanted any more */
  readonly goOn?: (() => void) | undefined;
}

/**
 * Notes the names of all keys that stand on a cluster, or in some of its slots, each in the set of its slot and its database. Those of a slot
 * count once all of them are noted, as its set of database 0 says (WHOLE), and that stands on every node, and on its replicas as well as can be,
 * when this resolves. `empty`: whether slots
 * without a key get a set.
 * @returns the slots that have a set. @throws LockstepError TARGET_SLOTS_MOVED, TARGET_CLUSTER_DOWN
 */
export async function noteKept(
  { nodes, task, lookAgain, goOn }: KeptGround,
  id: string,
  among: SlotSet = ALL_SLOTS,
  empty: 'too' | 'left out' = 'left out',
): Promise<SlotSet> {
  const { topology } = nodes;
  refuseUnsettled(nodes);
  const noted = new Uint8Array(SLOTS);
  await eachAtOnce(await nodes.primaries(), NODES_AT_ONCE, async (redis) =>
    onChange(async () => {
      for (const db of await databasesInUse(redis, ALL_DATABASES))
        for await (const page of scanKeys(redis, among.size === SLOTS ? undefined : among, db)) {
          goOn?.();
          await notePage(redis, db, page, (slot) => keptSlotKey(task, id, slot), noted);
        }
    }),
  );
  // A key that was carried meanwhile may have been met on neither of its two nodes.
  if (!sameOwners(topology, await lookAgain()))
    throw slotsMoved('slots were moved while the keys that stand on the target were listed');
  const slots = empty === 'too' ? among : SlotSet.where((slot) => noted[slot] === 1);
  await eachNodeOf(nodes, slots, (pipeline, slot) => pipeline.sadd(keptSlotKey(task, id, slot), WHOLE));
  await settle(
    nodes,
    topology.shards.map((shard) => ({ tag: '', slots: shard.slots })),
  );
  return slots;
}

async function notePage(
  redis: Redis,
  db: number,
  page: readonly Buffer[],
  setOf: (slot: number) => string,
  noted: Uint8Array,
): Promise<void> {
  const bySlot = new Map<number, Buffer[]>();
  for (const key of page) {
    const slot = keySlot(key);
    const there = bySlot.get(slot);
    if (there) there.push(key);
    else bySlot.set(slot, [key]);
  }
  await inDatabase(redis, db, (noting) => {
    for (const [slot, keys] of bySlot) noting.sadd(setOf(slot), ...keys);
  });
  for (const slot of bySlot.keys()) noted[slot] = 1;
}

/** Of the slots that have a set those in which it is not whole any more: a node has gone back to before it was. @throws LockstepError */
export async function lostKept(nodes: SlotNodes, task: string, { id, slots }: KeptSlots): Promise<SlotSet> {
  const whole = new Uint8Array(SLOTS);
  await eachNodeOf(
    nodes,
    slots,
    (pipeline, slot) => pipeline.sismember(keptSlotKey(task, id, slot), WHOLE),
    (slot, reply) => {
      if (reply === 1) whole[slot] = 1;
    },
  );
  return slots.without(SlotSet.where((slot) => whole[slot] === 1));
}

/**
 * Where names were lost, all keys that stand in those slots by now are taken for the target's own: some may be the task's, and of none it
 * can be told. To be done before anything is written there. All sets have another id from then on: a run that has been passed over adds
 * nothing to those that its successor goes by. `own`: the slots of a part. By its id the other parts know their sets as well, so it stays,
 * and a slot that had one has one again, be there keys or not; whoever takes a part over ends the connections of the run before it first.
 * @throws LockstepError TARGET_SLOTS_MOVED, TARGET_CLUSTER_DOWN
 */
export async function mendKept(
  ground: KeptGround,
  keptSlots: KeptSlots,
  own: SlotSet | undefined,
): Promise<{ readonly lost: SlotSet; readonly keptSlots: KeptSlots }> {
  const lost = await lostKept(ground.nodes, ground.task, keptAmong(keptSlots, own));
  if (lost.size === 0) return { lost, keptSlots };
  if (own) {
    await noteKept(ground, keptSlots.id, lost, 'too');
    return { lost, keptSlots };
  }
  const { nodes, task } = ground;
  const id = keptId(randomUUID());
  const whole = keptSlots.slots.without(lost);
  for (const db of await databasesOfNodes(nodes))
    await eachNodeOf(
      nodes,
      whole,
      (pipeline, slot) =>
        pipeline.sunionstore(keptSlotKey(task, id, slot), keptSlotKey(task, keptSlots.id, slot)),
      () => {},
      db,
    );
  const noted = await noteKept(ground, id, lost);
  return { lost, keptSlots: { id, slots: whole.or(noted) } };
}
