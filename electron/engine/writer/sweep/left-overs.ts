import type { Redis } from 'ioredis';
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { onNode, type GuardedNode } from '../../checkpoint/guarded-node.ts';
import type { KeptSets } from '../../checkpoint/kept-sets.ts';
import { databasesInUse, scanKeys } from '../../checkpoint/ownership.ts';
import { withoutKept } from '../../checkpoint/without-kept.ts';
import type { DatabaseChoice } from '../../commands/database-choice.ts';
import type { SlotSet } from '../../router/slot-set.ts';
import type { SpoolFolder } from '../../log/spool-folder.ts';
import { HashPartitions, PARTITIONS } from './hash-partitions.ts';
import { HashSet } from './hash-set.ts';
import { HASH_WORDS, KeyHash } from './key-hash.ts';
import { findUnfinished } from './find-unfinished.ts';
import { removeGuarded } from './remove-guarded.ts';
import { nextTurn, type Clock } from '../../world/clock.ts';

/** Names that are removed in one walk over the target; more take another walk. At most 64 MB of memory. */
const MOST_IN_A_WALK = 1_000_000;

/** What a full copy makes of the keys that a task has on its target. */
export interface Replacement {
  /** Keys of the snapshot that the copy carries. */
  readonly snapshotKeys: number;
  /** Keys on the target that are the task's, or nobody's that is known. */
  readonly targetKeys: number;
  /** Those of them that the snapshot does not have. */
  readonly goneKeys: number;
}

export interface LeftOversOptions {
  readonly clock: Clock;
  readonly task: string;
  readonly databases: DatabaseChoice;
  /** Of a part: no key elsewhere is counted or removed. undefined for all. */
  readonly slots: SlotSet | undefined;
  /** Where names go that do not fit memory. */
  readonly folder: SpoolFolder;
}

export interface Removal {
  /** All servers of the target. */
  readonly nodes: readonly GuardedNode[];
  /** Whoever owns the task by it removes; nothing is removed by a run that has lost it. */
  readonly checkpoint: Checkpoint;
  readonly lazyFree: boolean;
  /** Resolves when the next keys may be removed. */
  readonly mayGoOn: () => Promise<void>;
  /** Told of every portion that has gone. */
  readonly onRemoved: (keys: number) => void;
}

/**
 * Keys on a target that an earlier full copy left there and that a new snapshot does not have. Names are kept as hashes, those of
 * the snapshot and those of the target in partitions that are joined one after another, so memory is bounded however many keys
 * there are. Only what stood on the target when it was looked at is ever removed.
 */
export class LeftOvers {
  private readonly options: LeftOversOptions;
  private readonly hash = new KeyHash();
  private readonly snapshot: HashPartitions;
  private gone: HashPartitions | undefined;
  private standing: HashPartitions | undefined;

  constructor(options: LeftOversOptions) {
    this.options = options;
    this.snapshot = new HashPartitions(options.folder);
  }

  /** A name that the snapshot has. It may come more than once. */
  readonly note = (db: number, buf: Buffer, from: number, to: number): void => {
    this.hash.hash(db, buf, from, to);
    this.snapshot.add(this.hash.words, 0);
  };

  /** Looks at what stands on the target now, after the snapshot's last name. `kept`: where the names of its own keys are. */
  async look(servers: readonly Redis[], kept: KeptSets | undefined): Promise<Replacement> {
    this.drop();
    const standing = (this.standing = new HashPartitions(this.options.folder));
    for (const redis of servers) await this.lookAt(redis, kept, standing);
    return this.join(standing);
  }

  /** Removes what the last look has found gone. Can be repeated. @throws LockstepError TARGET_TAKEN_OVER */
  async remove(removal: Removal): Promise<void> {
    for (const names of this.walks())
      for (const node of removal.nodes) await onNode(node, () => this.removeOn(node, names, removal));
    for (const node of removal.nodes) await onNode(node, () => this.removeUnfinished(node, removal));
  }

  close(): void {
    this.drop();
    this.snapshot.close();
  }

  private drop(): void {
    this.standing?.close();
    this.gone?.close();
    this.standing = undefined;
    this.gone = undefined;
  }

  private async lookAt(redis: Redis, kept: KeptSets | undefined, standing: HashPartitions): Promise<void> {
    const { databases, slots } = this.options;
    for (const db of await databasesInUse(redis, databases)) {
      for await (const page of scanKeys(redis, slots, db)) {
        for (const key of kept ? await withoutKept(redis, kept, page, db) : page) {
          this.hash.hash(db, key, 0, key.length);
          standing.add(this.hash.words, 0);
        }
      }
    }
  }

  private async join(standing: HashPartitions): Promise<Replacement> {
    const { snapshot } = this;
    const gone = (this.gone = new HashPartitions(this.options.folder));
    let snapshotKeys = 0;
    let targetKeys = 0;
    for (let index = 0; index < PARTITIONS; index++) {
      const names = setOf(snapshot, index);
      snapshotKeys += names.size;
      // A walk of SCAN may tell a key twice.
      const seen = new HashSet(standing.countOf(index));
      for (const words of standing.pieces(index)) {
        for (let at = 0; at < words.length; at += HASH_WORDS)
          if (seen.add(words, at) && !names.has(words, at)) gone.add(words, at);
      }
      targetKeys += seen.size;
      await nextTurn(this.options.clock);
    }
    standing.close();
    this.standing = undefined;
    return { snapshotKeys, targetKeys, goneKeys: gone.count };
  }

  /** The names that are gone, as many at a time as memory may take. */
  private *walks(): Generator<HashSet> {
    const { gone } = this;
    if (!gone || gone.count === 0) return;
    let names = new HashSet();
    for (let index = 0; index < PARTITIONS; index++) {
      if (names.size > 0 && names.size + gone.countOf(index) > MOST_IN_A_WALK) {
        yield names;
        names = new HashSet();
      }
      addAll(names, gone, index);
    }
    if (names.size > 0) yield names;
  }

  private async removeOn(node: GuardedNode, names: HashSet, removal: Removal): Promise<void> {
    const { databases, slots } = this.options;
    for (const db of await databasesInUse(node.redis, databases)) {
      for await (const page of scanKeys(node.redis, slots, db)) {
        const leftOver = page.filter((key) => {
          this.hash.hash(db, key, 0, key.length);
          return names.has(this.hash.words, 0);
        });
        if (leftOver.length === 0) continue;
        await removal.mayGoOn();
        removal.onRemoved(await removeGuarded({ ...removal, node, db, keys: leftOver }));
      }
    }
  }

  /** What a copy that broke was building. */
  private async removeUnfinished(node: GuardedNode, removal: Removal): Promise<void> {
    const { task, databases } = this.options;
    for (const db of await databasesInUse(node.redis, databases)) {
      const keys = await findUnfinished(node, task, db);
      if (keys.length > 0) await removeGuarded({ ...removal, node, db, keys });
    }
  }
}

function setOf(partitions: HashPartitions, index: number): HashSet {
  const set = new HashSet(partitions.countOf(index));
  addAll(set, partitions, index);
  return set;
}

function addAll(set: HashSet, partitions: HashPartitions, index: number): void {
  for (const words of partitions.pieces(index))
    for (let at = 0; at < words.length; at += HASH_WORDS) set.add(words, at);
}
