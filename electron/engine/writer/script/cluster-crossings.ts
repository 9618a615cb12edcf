import type { ChainableCommander, Redis } from 'ioredis';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { findOwnKeys } from '../../checkpoint/find-own-keys.ts';
import { CHECKPOINT_DB } from '../../checkpoint/checkpoint.ts';
import { keptIdIn, keptSlotKey, type KeptSlots } from '../../checkpoint/kept-slots.ts';
import { databasesInUse } from '../../checkpoint/ownership.ts';
import type { Words } from '../../commands/command-row.ts';
import type { DatabaseChoice } from '../../commands/database-choice.ts';
import { flushMode } from '../../commands/flush-mode.ts';
import type { SlotNodes } from '../../control/cluster-nodes.ts';
import { eachAtOnce } from '../../control/each-at-once.ts';
import { isReplyError } from '../../control/reply-error.ts';
import { targetError } from '../../control/target-error.ts';
import { keySlot } from '../../router/key-slot.ts';
import { SlotSet } from '../../router/slot-set.ts';
import { ownerOf } from '../../router/topology.ts';
import { CARRIED_BOUNDS } from './carried-bytes.ts';
import { cross, type PlacedCommand, type PlacedCrossing, type StandingLanes } from './crossing.ts';
import { FLUSH_SCRIPT } from './flush-script.ts';
import { repeatable } from './repeatable-function.ts';
import { refusalOf } from './run-in-lane.ts';

const AT_ONCE = 16;

export interface ClusterCrossingsOptions {
  readonly nodes: SlotNodes;
  /** The checkpoints of the lanes, by their numbers. */
  readonly lanes: readonly string[];
  /** Of the lanes: see Checkpoint.owner. */
  readonly owner: string;
  readonly task: string;
  readonly databases: DatabaseChoice;
  /** See Checkpoint. */
  readonly keptSlots?: KeptSlots | undefined;
}

/** A node, and its lanes by their numbers. */
interface NodeLanes {
  readonly slot: number;
  readonly lanes: number[];
}

/** Does what no lane of a cluster can do by itself, while all of them stand still. */
export class ClusterCrossings {
  private readonly options: ClusterCrossingsOptions;

  constructor(options: ClusterCrossingsOptions) {
    this.options = options;
  }

  /** See crossing.ts: cross. */
  cross(crossing: PlacedCrossing, endOffset: number, lanes: StandingLanes): Promise<void> {
    const { lanes: keys } = this.options;
    return cross(crossing, endOffset, {
      lanes: keys.length,
      offsetOf: (lane) => lanes.offsetOf(lane),
      run: (lane, commands, end, db) => lanes.run(lane, commands, end, db),
      onSlot: (slot, db) => this.onSlot(slot, db),
    });
  }

  /** Nothing else uses these connections, and one command at a time is done over them, in one database. */
  private async onSlot(slot: number, db: number): Promise<Redis> {
    const { nodes } = this.options;
    const redis = await (nodes.forValues?.(slot, CARRIED_BOUNDS) ?? nodes.onSlot(slot));
    if (db === CHECKPOINT_DB && !hasLeft.has(redis)) return redis;
    hasLeft.add(redis);
    await redis.select(db);
    return redis;
  }

  /**
   * FLUSHALL, FLUSHDB, SFLUSH, FUNCTION and SCRIPT, which concern every node. A node with a lane that has passed the command has done it. The tool's
   * own keys stay. Libraries go to nodes as well where a part of a task has no lane, before any lane passes the command.
   */
  async everyNode(command: PlacedCommand, endOffset: number, lanes: StandingLanes): Promise<void> {
    const { words } = command;
    if (isFunction(words)) await eachAtOnce(this.others(), AT_ONCE, (slot) => this.changeOther(slot, words));
    await eachAtOnce(this.nodes(), AT_ONCE, async ({ slot, lanes: here }) => {
      if (here.every((lane) => lanes.offsetOf(lane) < endOffset)) {
        await this.onNode(slot, here[0]!, command, lanes);
      }
      for (const lane of here)
        if (lanes.offsetOf(lane) < endOffset) await lanes.run(lane, [], endOffset, CHECKPOINT_DB);
    });
  }

  private nodes(): readonly NodeLanes[] {
    const { nodes, lanes } = this.options;
    const found = new Map<string, NodeLanes>();
    for (const [lane, key] of lanes.entries()) {
      const slot = keySlot(Buffer.from(key));
      const id = ownerOf(nodes.topology, slot)?.id ?? '';
      const node = found.get(id);
      if (node) node.lanes.push(lane);
      else found.set(id, { slot, lanes: [lane] });
    }
    return [...found.values()];
  }

  /** A slot of each node that has none of the lanes. */
  private others(): readonly number[] {
    const { topology } = this.options.nodes;
    const withLanes = new Set(this.nodes().map(({ slot }) => topology.shardOfSlot[slot]));
    return topology.shards.flatMap(({ slots }, shard) => (withLanes.has(shard) ? [] : [slots[0]!.first]));
  }

  /**
   * Where no lane of the task can be looked at in the same step, one elsewhere is before. Who takes the task over ends the connections of
   * this run to all nodes after that.
   */
  private async changeOther(slot: number, words: Words): Promise<void> {
    const { nodes, lanes, owner } = this.options;
    const key = lanes[0]!;
    const found = await (await nodes.onSlot(keySlot(Buffer.from(key)))).hget(key, 'owner');
    if (found !== owner) throw ownedByAnother(found);
    const redis = await nodes.onSlot(slot);
    await this.change(redis.multi(), words);
  }

  private async onNode(
    slot: number,
    lane: number,
    { words, db }: PlacedCommand,
    lanes: StandingLanes,
  ): Promise<void> {
    // Scripts are not run again on a cluster, so there is nothing to remember.
    if (String(words[0]).toUpperCase() === 'SCRIPT') return;
    if (isFunction(words)) return this.changeLibraries(await this.options.nodes.onSlot(slot), lane, words);
    const { task, databases } = this.options;
    const ofTask = (name: Buffer): boolean => keptIdIn(task, name) !== undefined;
    const redis = await this.onSlot(slot, CHECKPOINT_DB);
    const flushed = isFlushOfAll(words) ? await databasesInUse(redis, databases) : [db];
    if (flushed.some((one) => one !== CHECKPOINT_DB)) hasLeft.add(redis);
    const own = await findOwnKeys(redis, flushed, ofTask);
    for (const one of flushed) {
      const guard = [this.options.owner, String(lanes.offsetOf(lane))];
      await this.flush(redis, lane, [...guard, flushMode(words)], one, own.get(one) ?? []);
    }
  }

  private async flush(
    redis: Redis,
    lane: number,
    words: readonly string[],
    db: number,
    own: readonly Buffer[],
  ): Promise<void> {
    const key = this.options.lanes[lane]!;
    // That a slot's names are whole is said in this database alone.
    const sets = db === CHECKPOINT_DB ? this.keptSetsBeside(key) : [];
    const args = [...words, db === CHECKPOINT_DB ? '' : String(db), String(sets.length), ...sets, ...own];
    await redis.eval(FLUSH_SCRIPT, 1, key, ...args).catch((error: unknown) => {
      throw refusalOf(error);
    });
  }

  /** The sets of kept names of the node that has this key. */
  private keptSetsBeside(key: string): string[] {
    const { nodes, task, keptSlots } = this.options;
    if (!keptSlots) return [];
    const { shards, shardOfSlot } = nodes.topology;
    const own = SlotSet.of(shards[shardOfSlot[keySlot(Buffer.from(key))]!]!.slots);
    return keptSlots.slots
      .and(own)
      .list()
      .map((slot) => keptSlotKey(task, keptSlots.id, slot));
  }

  /** In one step with the look whether the lane is still this run's. */
  private async changeLibraries(redis: Redis, lane: number, words: Words): Promise<void> {
    const { lanes, owner } = this.options;
    const key = lanes[lane]!;
    await redis.watch(key);
    const found = await redis.hget(key, 'owner');
    if (found !== owner) {
      await redis.unwatch();
      throw ownedByAnother(found);
    }
    await this.change(redis.multi(), words);
  }

  private async change(step: ChainableCommander, words: Words): Promise<void> {
    const { words: sent, mayFail } = repeatable(words);
    const [name, ...args] = sent as [string | Buffer, ...(string | Buffer)[]];
    const replies = await step.call(String(name), ...args).exec();
    if (!replies) throw new LockstepError('TARGET_TAKEN_OVER', 'the lane changed meanwhile');
    const [error] = replies[0]!;
    if (!error || mayFail?.test(error.message)) return;
    throw isReplyError(error) ? targetError(error.message, `FUNCTION ${String(words[1])}`) : error;
  }
}

/**
 * Connections that were in another database than the first: they outlive the line of a task that left them there, and whoever crosses next
 * selects.
 */
const hasLeft = new WeakSet<Redis>();

/** SFLUSH is of the database that it is run in, as FLUSHDB is. */
const isFlushOfAll = (words: Words): boolean => String(words[0]).toUpperCase() === 'FLUSHALL';

const isFunction = (words: Words): boolean => String(words[0]).toUpperCase() === 'FUNCTION';

const ownedByAnother = (owner: string | null): LockstepError =>
  new LockstepError('TARGET_TAKEN_OVER', `the lane's owner is ${owner ?? 'none'}`);
