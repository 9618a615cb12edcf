import type { Redis } from 'ioredis';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { keptSets } from '../checkpoint/kept-sets.ts';
import { coded, controlError, openControl } from '../control/control-connection.ts';
import { CommandKeys } from '../commands/command-keys.ts';
import { connectionName } from '../writer/end-connection.ts';
import { asImportSource } from '../control/import-mode.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { keepsExpired } from '../../../shared/model/expiry-machine.ts';
import { targetNowMs } from '../expiry/expiry-walk.ts';
import { Lateness } from '../expiry/late-expiry.ts';
import type { Arrival, RepairGround, RepairPlace } from './repair-ground.ts';
import type { AskedKey } from './asked-keys.ts';
import { fitAsked } from './fit-asked.ts';
import { Abandoned, NewCopyNeeded, NotPrimary, TooMuch } from './give-up.ts';
import { KeyGroups } from './key-groups.ts';
import { ReadingOrder } from './reading-order.ts';
import {
  mayLackExpired,
  needsRepair,
  type AskedResult,
  type RepairPlan,
  type RepairStage,
} from './repair-plan.ts';
import { offsetPastLosses, readPosition } from './source-clock.ts';
import { namesInSlots } from './slot-keys.ts';
import type { SlotSet } from '../router/slot-set.ts';
import { readValues, readValuesOfShard, type KeySets, type ValuesAtPosition } from './source-values.ts';
import { findOtherTypes } from './other-types.ts';
import { findLosses, findLossesOnNodes } from './target-losses.ts';
import { stageValues } from './stage-values.ts';
import type { ValueCommands } from '../writer/copy/value-commands.ts';
import { WindowKeys } from './window-keys.ts';
import { WindowReader } from './window-reader.ts';

const MOST_KEYS = 20_000;
const MOST_VALUE_BYTES = 64 * 1024 * 1024;
const MOST_WINDOW_BYTES = 2 * 1024 ** 3;
/** More is read when meanwhile a command has used one of the keys together with others. */
const MOST_READINGS = 20;
/** Sources of this version and later send expiry as a point in time. */
export const ABSOLUTE_EXPIRY_VERSION = 70000;
const NO_VALUES: ValueCommands = { parts: [], commands: 0, bytes: 0, fieldExpiry: false };
/** All values come in one reply; one that has grown since it was measured is for the plan to give up on. */
const VALUE_BOUNDS = { mostBytes: 4 * MOST_VALUE_BYTES, timeoutMs: 120_000 };

export interface RepairPlannerOptions extends Omit<RepairGround, 'events'>, RepairPlace {
  /** Nothing is applied after this while the plan is made. The cursor stands at what is verified of it. */
  readonly checkpoint: Checkpoint;
  /** When the source ran what follows is not known, and it gives times to live that remain from then on. */
  readonly undated: boolean;
}

/** Makes the plan of one repair. It moves the feed's cursor, and opens connections of its own. */
export class RepairPlanner {
  private readonly options: RepairPlannerOptions;
  private readonly reader: WindowReader;
  private source: Redis | undefined;
  private target: Redis | undefined;
  private abandoned = false;

  constructor(options: RepairPlannerOptions) {
    this.options = options;
    this.reader = new WindowReader(options.world.clock, options.feed, () => !this.abandoned);
  }

  /** More has been received. */
  wake(): void {
    this.reader.wake();
  }

  abandon(): void {
    this.abandoned = true;
    this.close();
    this.reader.wake();
  }

  /**
   * @returns undefined when there is no key that may differ
   * @throws NewCopyNeeded, Abandoned, LockstepError
   */
  async plan(): Promise<RepairPlan | undefined> {
    const { spec, world, servers } = this.options;
    const { at } = servers;
    try {
      const name = connectionName(spec.task);
      const target = (this.target = await openControl(world, 'target', at.target, name));
      if (keepsExpired(this.options.checkpoint.expiry)) await asImportSource(target);
      const source = (this.source = await openControl(world, 'source', at.source, undefined, VALUE_BOUNDS));
      if (this.abandoned) throw new Abandoned();
      return await this.search(source, target);
    } catch (error) {
      throw this.abandoned ? new Abandoned() : error;
    } finally {
      this.close();
    }
  }

  private async search(source: Redis, target: Redis): Promise<RepairPlan | undefined> {
    const { feed, databases, checkpoint, servers, part, slots, arrival, failed, furthest } = this.options;
    const { expired } = this;
    const groups = new KeyGroups();
    const commandKeys = new CommandKeys(servers.table, databases);
    const arrived = arrival && (await this.look(source, arrival));
    const asked = await this.fit(source, target);
    const keys = new WindowKeys({
      commandKeys,
      databases,
      slots,
      bringsLibraries: part?.leads ?? true,
      groups,
      db: checkpoint.verifiedDb,
      // Of what one lane has done and another has not, a key may be where the one is, and have expired since.
      unverifiedUntil: this.doubtful ? Math.max(checkpoint.offset, furthest) : checkpoint.offset,
      arrived,
      failed,
      lost: (db, names) => this.inQuestion(source, target, db, names),
      lateExpiry: expired && this.sendsRelativeExpiry,
      mostKeys: MOST_KEYS,
    });
    for (const name of arrived?.names ?? []) keys.found.add(groups.idOf(databases.targetDb(0), name));
    for (const { db, key } of asked ?? []) keys.found.add(groups.idOf(db, key));
    const offset = Math.max(
      expired ? await this.offsetPastExpired(source, target) : checkpoint.offset,
      arrived?.until ?? 0,
      furthest,
    );
    this.checkWindow(offset);
    await this.reader.read(offset, keys);
    if (failed.length > 0) await this.reader.readPast(Math.max(...failed.map(({ until }) => until)), keys);
    // What is still missing from here on has expired on the source as well, where its DEL comes before any use.
    await keys.endSearch();
    if (keys.found.size === 0 && !arrival) return undefined;
    const order = new ReadingOrder(groups, keys.uses);
    const readings: ValuesAtPosition[] = [];
    let rounds = 0;
    let next = new Set([...keys.found].flatMap((id) => groups.groupOf(id)));
    while (next.size > 0) {
      if (rounds++ === MOST_READINGS) throw new TooMuch('the source uses them together with ever more keys');
      if (order.readings.size + next.size > MOST_KEYS)
        throw new TooMuch(`more than ${MOST_KEYS} of them are in use on the source`);
      const wanted = keySets(groups, next);
      const { version } = servers.facts.source.abilities;
      const mostBytes = readings.reduce((left, { bytes }) => left - bytes, MOST_VALUE_BYTES);
      const read = await this.ask(async () =>
        servers.facts.source.cluster
          ? readValuesOfShard(source, wanted, databases, version, mostBytes)
          : [await readValues(source, wanted, databases, version, mostBytes)],
      );
      const readAt = Math.max(...read.map(({ offset: at }) => at));
      this.checkWindow(readAt);
      await this.reader.read(readAt, keys);
      if (read.some(({ replid }) => feed.replid !== replid))
        throw this.replaced('the source was replaced meanwhile');
      readings.push(...read);
      for (const { values, offset: at } of read)
        order.note(
          values.map(({ db, key }) => groups.idOf(db, key.toString('latin1'))),
          at,
        );
      next = order.next();
    }
    keys.refuseSwapped(order.readings.keys());
    return {
      ...this.finished(groups, order, readings, offset),
      commandKeys,
      asked: outcomesOf(asked ?? [], readings),
      failed,
    };
  }

  /** Those of the keys that were asked for that are to be brought; undefined where none were. */
  private fit(source: Redis, target: Redis): Promise<readonly AskedKey[]> | undefined {
    const { asked, spec, databases, slots, checkpoint, servers } = this.options;
    if (!asked) return undefined;
    const nodes = servers.cluster?.nodes;
    const kept = keptSets(spec.task, checkpoint);
    const targetAt = servers.at.target;
    const { databases: targetDatabases } = servers.facts.target.abilities;
    return this.ask(() =>
      fitAsked(asked, { source, target, targetAt, targetDatabases, nodes, databases, slots, kept }),
    );
  }

  /**
   * Which of the keys that the source uses are brought with those that are named. Where nothing has expired they are few: commands on keys of
   * slots that do not come are not left out with those of such that do, since lanes do not tell that they were.
   */
  private async inQuestion(
    source: Redis,
    target: Redis,
    db: number,
    names: readonly string[],
  ): Promise<readonly string[]> {
    const { arrival, asked, failed, databases, servers } = this.options;
    const named = arrival !== undefined || asked !== undefined;
    if (this.expired || (this.doubtful && !named)) return this.lost(target, db, names);
    if (failed.length === 0) return [];
    // What fails on one of them would fail on these.
    return this.ask(() =>
      findOtherTypes({ source, target, nodes: servers.cluster?.nodes, databases }, db, names),
    );
  }

  /** Which of these keys the target may have lost. */
  private lost(target: Redis, db: number, names: readonly string[]): Promise<readonly string[]> {
    const { servers, checkpoint } = this.options;
    return coded('target', servers.at.target, () =>
      servers.cluster
        ? findLossesOnNodes(servers.cluster.nodes, db, names, checkpoint.fieldExpiry)
        : findLosses(target, db, names, checkpoint.fieldExpiry),
    );
  }

  /**
   * All keys of slots that have come. What is not among them is not there at `until`, unless a command of the stream has used it by then:
   * it is looked for after they were listed.
   */
  private async look(
    source: Redis,
    { slots, standing }: Arrival,
  ): Promise<{ readonly slots: SlotSet; readonly until: number; readonly names: ReadonlySet<string> }> {
    const listed = await this.ask(() => namesInSlots(source, slots, MOST_KEYS));
    const { offset } = await this.ask(async () => readPosition(await source.info('replication')));
    return { slots, until: offset, names: new Set([...listed, ...standing]) };
  }

  /** From there on the source uses nothing that has expired on the target without having deleted it first. */
  private async offsetPastExpired(source: Redis, target: Redis): Promise<number> {
    const { world, servers } = this.options;
    // Of several nodes the one whose clock is ahead has lost most.
    const targetMs = await coded('target', servers.at.target, async () => {
      const all = servers.cluster ? await servers.cluster.nodes.primaries() : [target];
      return Math.max(...(await Promise.all(all.map(targetNowMs))));
    });
    const { offset } = await this.ask(() =>
      offsetPastLosses(world.clock, source, targetMs, () => !this.abandoned),
    );
    return offset;
  }

  /** Of each key the value that was read last, at the offset at which that was. */
  private finished(
    groups: KeyGroups,
    order: ReadingOrder,
    readings: readonly ValuesAtPosition[],
    leastOffset: number,
  ): Omit<RepairPlan, 'commandKeys' | 'asked' | 'failed'> {
    const { spec, arena, databases, servers, feed, checkpoint, world } = this.options;
    const keptKeys = keptSets(spec.task, checkpoint);
    const { abilities, clockAheadMs } = servers.facts.target;
    // They are written after more of the stream, when the bound may be another than now: the long one is late enough in any case.
    const bound = keepsExpired(checkpoint.expiry) ? 'exact' : 'long';
    const lateness = new Lateness(
      bound,
      checkpoint.amounts,
      world.clock.now() + clockAheadMs,
      abilities.scripts,
    );
    const keys = new Map<number, Map<string, number>>();
    for (const [id, offset] of order.readings) {
      const { db, key } = groups.nameOf(id);
      keys.set(db, (keys.get(db) ?? new Map<string, number>()).set(key, offset));
    }
    const stages: RepairStage[] = [];
    for (const { offset, values } of readings.toSorted((a, b) => a.offset - b.offset)) {
      const last = values.filter(({ db, key }) => keys.get(db)?.get(key.toString('latin1')) === offset);
      const beganAtMs = world.clock.now();
      // What was read is as the source's own clock had it.
      const options = {
        ...{ arena, abilities, lateness, keptKeys, beganAtMs, buildKey: undefined },
        databases: databases.byTarget,
        ...{ follows: true, primaryClock: true },
      };
      if (last.length > 0) stages.push({ offset, values: stageValues(last, options) });
    }
    // Slots without a key have come as well.
    if (stages.length === 0) stages.push({ offset: leastOffset, values: NO_VALUES });
    return {
      slots: this.options.slots,
      arriving: this.options.arrival?.slots,
      epoch: checkpoint.epoch,
      bound,
      amounts: checkpoint.amounts,
      fromOffset: checkpoint.offset,
      expired: this.expired,
      replid: feed.replid,
      cursor: feed.cursor,
      stages,
      keys,
      keyCount: order.readings.size,
    };
  }

  private get sendsRelativeExpiry(): boolean {
    return this.options.servers.facts.source.abilities.version < ABSOLUTE_EXPIRY_VERSION;
  }

  /** Keys that are used from here on are to be looked at, whether they failed or not. */
  private get expired(): boolean {
    return mayLackExpired(this.options.checkpoint) || this.options.undated;
  }

  /** Not all that lanes have done is known to be right. */
  private get doubtful(): boolean {
    return needsRepair(this.options.checkpoint) || this.options.undated;
  }

  private checkWindow(offset: number): void {
    const { spec, checkpoint } = this.options;
    // Half of what the spool may hold, since the stream goes on while this part of it is read twice.
    const most = Math.min(MOST_WINDOW_BYTES, spec.spoolMaxBytes / 2);
    const bytes = offset - checkpoint.verified;
    if (offset < checkpoint.offset)
      throw new NewCopyNeeded('the source stands before the point where the task was stopped');
    if (bytes > most)
      throw new NewCopyNeeded(`the source has written more than ${Math.round(most / 1024 / 1024)} MB`);
  }

  /** A shard of a cluster has another primary, to which its stream is followed: the next plan is made there. */
  private replaced(what: string): Error {
    return this.options.servers.facts.source.cluster
      ? new LockstepError('SOURCE_LINK_LOST', what)
      : new NewCopyNeeded(what);
  }

  private async ask<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof NotPrimary) throw this.replaced(error.message);
      if (error instanceof NewCopyNeeded || error instanceof Abandoned) throw error;
      const known = controlError('source', this.options.servers.at.source, error);
      if (known.code !== 'SOURCE_NO_PERMISSION') throw known;
      throw new NewCopyNeeded(`the source does not permit what finding them takes (${known.message})`);
    }
  }

  private close(): void {
    this.source?.disconnect();
    this.target?.disconnect();
  }
}

/** What each comes to, by what it was when it was read last. */
function outcomesOf(asked: readonly AskedKey[], readings: readonly ValuesAtPosition[]): AskedResult[] {
  if (asked.length === 0) return [];
  const there = new Map<string, boolean>();
  for (const { values } of readings.toSorted((a, b) => a.offset - b.offset))
    for (const { db, key, dump } of values) there.set(`${db} ${key.toString('latin1')}`, dump !== undefined);
  return asked.map((key) => ({ key, outcome: there.get(`${key.db} ${key.key}`) ? 'copied' : 'removed' }));
}

function keySets(groups: KeyGroups, ids: Iterable<number>): KeySets {
  const sets = new Map<number, Set<string>>();
  for (const id of ids) {
    const { db, key } = groups.nameOf(id);
    sets.set(db, (sets.get(db) ?? new Set<string>()).add(key));
  }
  return sets;
}
