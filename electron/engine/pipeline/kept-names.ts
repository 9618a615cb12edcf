import type { Redis } from 'ioredis';
import { CHECKPOINT_DB, keptKeysKey } from '../checkpoint/checkpoint.ts';
import { databasesOfNodes } from '../checkpoint/ownership.ts';
import { eachNodeOf } from '../checkpoint/each-node-of.ts';
import { keptSlotKey, WHOLE, type KeptSlots } from '../checkpoint/kept-slots.ts';
import type { SlotNodes } from '../control/cluster-nodes.ts';
import { databasesOf, readInfo } from '../control/info.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import { SlotSet } from '../router/slot-set.ts';

/** Past this many names every key is taken for one of them, and the target itself decides. */
const MOST_HASHES = 1_000_000;
const SCAN_COUNT = 1000;
const WHOLE_NAME = Buffer.from(WHOLE);

/**
 * A sieve for the names of keys that stood on the target before the task and that the source has not overwritten. It may say yes to
 * other names, never no to one of these; the set on the target decides.
 */
export class KeptNames {
  private readonly hashes = new Set<number>();
  /** The database in which the names were read that are in one now, where keys have changed places since. */
  private readonly places = new Map<number, number>();
  private all = false;

  /** Reads the names that are left; of a part those of its slots. undefined when there are none. */
  static async load(
    redis: Redis,
    task: string,
    databases: DatabaseChoice,
    slots: SlotSet | undefined,
  ): Promise<KeptNames | undefined> {
    const names = new KeptNames();
    for (const db of databasesOf(await readInfo(redis, 'keyspace')).keys()) {
      if (!databases.includes(db)) continue;
      await redis.select(db);
      let cursor = '0';
      do {
        const [next, page] = await redis.sscanBuffer(keptKeysKey(task), cursor, 'COUNT', SCAN_COUNT);
        for (const name of page) if (slots?.hasKey(name) ?? true) names.add(db, name);
        cursor = String(next);
      } while (cursor !== '0' && !names.all);
    }
    await redis.select(CHECKPOINT_DB);
    return names.all || names.hashes.size > 0 ? names : undefined;
  }

  /** The same of a cluster, from the sets of its slots. @throws LockstepError TARGET_SLOTS_MOVED */
  static async loadSlots(
    nodes: SlotNodes,
    task: string,
    { id, slots }: KeptSlots,
  ): Promise<KeptNames | undefined> {
    const names = new KeptNames();
    for (const db of await databasesOfNodes(nodes)) {
      const cursors = new Map(slots.list().map((slot) => [slot, '0']));
      while (cursors.size > 0 && !names.all)
        await eachNodeOf(
          nodes,
          SlotSet.where((slot) => cursors.has(slot), slots),
          (pipeline, slot) =>
            pipeline.sscanBuffer(keptSlotKey(task, id, slot), cursors.get(slot)!, 'COUNT', SCAN_COUNT),
          (slot, reply) => {
            const [cursor, page] = reply as [Buffer, Buffer[]];
            for (const name of page) if (!name.equals(WHOLE_NAME)) names.add(db, name);
            if (String(cursor) === '0') cursors.delete(slot);
            else cursors.set(slot, String(cursor));
          },
          db,
        );
    }
    return names.all || names.hashes.size > 0 ? names : undefined;
  }

  mayHold(db: number, buf: Buffer, from: number, to: number): boolean {
    return this.all || this.hashes.has(hashOf(this.places.get(db) ?? db, buf, from, to));
  }

  /** The names of two databases change places. */
  swap(a: number, b: number): void {
    const ofA = this.places.get(a) ?? a;
    this.places.set(a, this.places.get(b) ?? b);
    this.places.set(b, ofA);
  }

  private add(db: number, name: Buffer): void {
    this.hashes.add(hashOf(db, name, 0, name.length));
    if (this.hashes.size > MOST_HASHES) {
      this.hashes.clear();
      this.all = true;
    }
  }
}

/** FNV-1a over the database and the name. */
function hashOf(db: number, buf: Buffer, from: number, to: number): number {
  let hash = Math.imul(0x811c9dc5 ^ db, 0x01000193);
  for (let i = from; i < to; i++) hash = Math.imul(hash ^ buf[i]!, 0x01000193);
  return hash;
}
