import type { Redis } from 'ioredis';
import type { KeptSets } from '../checkpoint/kept-sets.ts';
import { scanPage } from '../checkpoint/ownership.ts';
import { withoutKept } from '../checkpoint/without-kept.ts';
import type { SlotNodes } from '../control/cluster-nodes.ts';
import { onChange } from '../control/cluster-change.ts';
import { inDatabase } from '../control/in-database.ts';
import { isOwnKey } from '../commands/own-keys.ts';
import { keySlot } from '../router/key-slot.ts';
import type { SlotSet } from '../router/slot-set.ts';
import { NewCopyNeeded } from './give-up.ts';

const SCAN_COUNT = 1000;
const SLOTS_PER_PAGE = 500;

/** Names of keys, as bytes in latin1 text, by the slot that they lie in. */
export type NamesBySlot = ReadonlyMap<number, readonly string[]>;

/** How many keys a node of a cluster has in each of these slots. */
export async function countInSlots(node: Redis, slots: SlotSet): Promise<ReadonlyMap<number, number>> {
  const counts = new Map<number, number>();
  for await (const [page, replies] of inPages(node, slots, (pipeline, slot) =>
    pipeline.call('CLUSTER', 'COUNTKEYSINSLOT', String(slot)),
  ))
    page.forEach((slot, i) => counts.set(slot, Number(replies[i])));
  return counts;
}

/** The keys that a node of a cluster has in these slots, the tool's own left out. @throws NewCopyNeeded past `most` */
export async function namesInSlots(node: Redis, slots: SlotSet, most: number): Promise<string[]> {
  const names: string[] = [];
  for await (const [, replies] of inPages(node, slots, (pipeline, slot) =>
    pipeline.callBuffer('CLUSTER', 'GETKEYSINSLOT', String(slot), String(most + 1)),
  ))
    for (const reply of replies)
      for (const name of foreign(Array.isArray(reply) ? reply : [])) {
        names.push(name.toString('latin1'));
        if (names.length > most) throw tooMany(most);
      }
  return names;
}

/** A target whose keys are looked for. */
export interface StandingSide {
  /** To where the checkpoint lies. It selects databases. */
  readonly redis: Redis;
  /** Where they are looked for. */
  readonly db: number;
  /** Of a cluster. */
  readonly nodes: SlotNodes | undefined;
  /** Keys of its own, which are left out. */
  readonly kept: KeptSets | undefined;
}

/**
 * The keys that a target has in these slots, by slot, the tool's own and those of the target's own left out. Leaves database 0 selected.
 * @throws NewCopyNeeded past `most`, own keys of the target counted; LockstepError TARGET_SLOTS_MOVED
 */
export async function namesStanding(
  { redis, db, nodes, kept }: StandingSide,
  slots: SlotSet,
  most: number,
): Promise<NamesBySlot> {
  const found = new Map<number, string[]>();
  let left = most;
  const note = async (node: Redis, page: readonly Buffer[], noted: number): Promise<void> => {
    const here = page.filter((name) => slots.has(keySlot(name)));
    left -= here.length;
    if (left < 0) throw tooMany(most);
    for (const name of kept ? await withoutKept(node, kept, here, noted) : here) {
      const slot = keySlot(name);
      const there = found.get(slot);
      if (there) there.push(name.toString('latin1'));
      else found.set(slot, [name.toString('latin1')]);
    }
  };
  if (nodes) {
    for (const slot of slots.list()) {
      const node = await nodes.onSlot(slot);
      const [reply] = await onChange(() =>
        inDatabase(node, db, (asking) =>
          asking.callBuffer('CLUSTER', 'GETKEYSINSLOT', String(slot), String(left + 1)),
        ),
      );
      await note(node, foreign(Array.isArray(reply) ? reply : []), db);
    }
    return found;
  }
  let cursor = '0';
  do {
    const [next, names] = await scanPage(redis, db, cursor, SCAN_COUNT);
    await note(redis, foreign(names), db);
    cursor = String(next);
  } while (cursor !== '0');
  return found;
}

type Pipeline = ReturnType<Redis['pipeline']>;

async function* inPages(
  node: Redis,
  slots: SlotSet,
  ask: (pipeline: Pipeline, slot: number) => void,
): AsyncGenerator<[page: number[], replies: unknown[]]> {
  const all = slots.ranges.flatMap(({ first, last }) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i),
  );
  for (let at = 0; at < all.length; at += SLOTS_PER_PAGE) {
    const page = all.slice(at, at + SLOTS_PER_PAGE);
    const pipeline = node.pipeline();
    for (const slot of page) ask(pipeline, slot);
    const replies = (await pipeline.exec()) ?? [];
    yield [
      page,
      replies.map(([error, reply]) => {
        if (error) throw error;
        return reply;
      }),
    ];
  }
}

const foreign = (names: readonly unknown[]): Buffer[] =>
  names.filter((name): name is Buffer => Buffer.isBuffer(name) && !isOwnKey(name, 0, name.length));

const tooMany = (most: number): NewCopyNeeded =>
  new NewCopyNeeded(`the slots that have come hold more than ${most} keys`);
