import { eachAtOnce } from '../control/each-at-once.ts';
import { readContents } from './contents/read-contents.ts';
import type { DatabaseComparison } from './database-comparison.ts';
import { measureKeys } from './measure-keys.ts';
import { missingOn } from './missing-keys.ts';
import { comparePage, ON_SOURCE, ON_TARGET, type PageResult } from './page-comparer.ts';
import { Rechecks } from './rechecks.ts';
import { NAMES_COUNT, scanPages, VALUES_COUNT } from './scan-pages.ts';
import type { Side, SideName } from './side.ts';
import type { SlotRoutes } from './slot-routes.ts';
import { SlotTally } from './slot-tally.ts';
import { throwIfAborted } from './throw-if-aborted.ts';

/** Keys that wait for another reading; beyond it the scan waits for them. */
const MOST_WAITING = 20_000;
/** While one page is compared here, the servers read the next. */
const PAGES_AT_ONCE = 2;
/** Of a cluster; with the pages of each it bounds what is held of values. */
export const SHARDS_AT_ONCE = 8;
/** How often slots that change hands while they are looked at are walked again. */
const MOST_PASSES = 5;

/** Which keys of a server are taken. */
type Accepts = (server: Side, key: Buffer) => boolean;

/**
 * Compares one database, which is selected on both sides: every key of the source with the target, then every key of the
 * target for its existence on the source, all shards of a cluster side by side. Each difference is read again before it counts.
 *
 * Keys of a slot that changes hands meanwhile may be on the way past the walk, so such slots are walked again: first where they come
 * from, then where they go to. Those that did not stand still even then are left in `routes.restless`.
 *
 * @throws LockstepError INTERRUPTED when the signal is aborted, and whatever the connections report
 */
export async function compareDatabase(comparison: DatabaseComparison): Promise<SlotTally> {
  const { routes } = comparison;
  const walks = new Walks(comparison);
  const isQuiet: Accepts = (server, key) => {
    const slot = routes.slotOf(key);
    return !routes.restless.has(slot) && sideOf(routes, server.name).ownerOf(slot) === server;
  };
  await walks.both(routes.single ? undefined : isQuiet, false);
  await routes.look();
  for (let pass = 1; routes.restless.size > 0 && pass <= MOST_PASSES; pass++) {
    const slots = routes.restless;
    routes.restless = new Set();
    walks.forget(slots);
    await walks.both((server, key) => {
      const slot = routes.slotOf(key);
      const side = sideOf(routes, server.name);
      return slots.has(slot) && (side.ownerOf(slot) === server || side.moveOf(slot)?.to === server);
    }, true);
    await routes.look();
    // Others were seen whole before they moved.
    routes.restless = new Set([...routes.restless].filter((slot) => slots.has(slot)));
  }
  return walks.tally;
}

const sideOf = (routes: SlotRoutes, name: SideName): SlotRoutes['source'] => routes[name];

/** The walks over one database, and what they have counted. */
class Walks {
  readonly tally: SlotTally;
  private readonly comparison: DatabaseComparison;
  private readonly routes: SlotRoutes;
  private readonly rechecks: Rechecks;
  private careful = false;

  constructor(comparison: DatabaseComparison) {
    this.comparison = comparison;
    this.routes = comparison.routes;
    this.tally = new SlotTally(this.routes.divided);
    this.rechecks = new Rechecks(comparison, this.tally);
  }

  /** The keys of both sides, and all that differs in them for good. */
  async both(accepts: Accepts | undefined, careful: boolean): Promise<void> {
    this.careful = careful;
    const { sourceKeys, targetKeys, level } = this.comparison;
    await this.walk('source', sourceKeys, accepts, (keys, server) =>
      level === 'names' ? this.lookUpNames(keys, server) : this.compare(keys),
    );
    await this.walk('target', targetKeys, accepts, (keys) => this.lookUp('target', keys));
    await this.rechecks.settleDownTo(0, this.careful);
  }

  /** These slots are counted anew. */
  forget(slots: ReadonlySet<number>): void {
    let differing = 0;
    for (const slot of slots) {
      differing += this.tally.differing[slot]!;
      this.tally.clear(slot);
    }
    this.rechecks.forget(differing);
    this.comparison.onAnew(slots, differing);
  }

  private async walk(
    phase: SideName,
    keysTotal: number,
    accepts: Accepts | undefined,
    work: (keys: Buffer[], server: Side) => Promise<void>,
  ): Promise<void> {
    const { db, level, sample, contents, numbers, onProgress, onOwnKeys, signal, pace } = this.comparison;
    let keysDone = 0;
    for (const servers of this.inOrder(phase)) {
      await eachAtOnce(servers, SHARDS_AT_ONCE, async (server) => {
        // With care they are met a second time.
        const onOwn = (keys: number): void => (this.careful ? undefined : onOwnKeys(phase, keys));
        const most = level === 'values' ? VALUES_COUNT : NAMES_COUNT;
        const pages = scanPages(server, onOwn, () => pace.pageCount(most));
        const worker = async (): Promise<void> => {
          for (let page = await pages.next(); !page.done; page = await pages.next()) {
            throwIfAborted(signal);
            const taken = sample ? page.value.filter((key) => sample.takes(key)) : page.value;
            const keys = accepts ? taken.filter((key) => accepts(server, key)) : taken;
            if (keys.length > 0) await work(keys, server);
            if (contents) await readContents(server, numbers[phase], keys, contents[phase]);
            await this.rechecks.reread(this.careful);
            await this.rechecks.settleDownTo(MOST_WAITING, this.careful);
            keysDone += page.value.length;
            onProgress({ db, phase, keysDone, keysTotal });
            await pace.took(page.value.length);
          }
        };
        await Promise.all(Array.from({ length: PAGES_AT_ONCE }, worker));
      });
    }
  }

  /** With care first those that keys are moved away from: so a key that is carried meanwhile is met on the one or on the other. */
  private inOrder(phase: SideName): readonly (readonly Side[])[] {
    const side = sideOf(this.routes, phase);
    if (!this.careful || !side.isCluster) return [side.servers()];
    const moves = [...side.movingSlots()].flatMap((slot) => side.moveOf(slot) ?? []);
    const from = new Set(moves.map((move) => move.from));
    const others = new Set(
      [...side.servers(), ...moves.map((move) => move.to)].filter((one) => !from.has(one)),
    );
    return [[...from], [...others]];
  }

  private async compare(keys: readonly Buffer[]): Promise<void> {
    const take = ({ findings, places, sizes }: PageResult, of: readonly Buffer[]): void =>
      of.forEach((key, i) => {
        const slot = this.routes.slotOf(key);
        if (places[i]! & ON_SOURCE) this.met('source', slot, key);
        if (places[i] === ON_SOURCE + ON_TARGET) this.tally.compared[slot]! += 1;
        this.rechecks.note(key, findings[i]);
        if (sizes[i]! > 0) this.comparison.prefixes?.measured(key, sizes[i]!);
      });
    await this.routes.each(keys, this.careful, comparePage, take);
  }

  /** Names are compared without a look at values; of some keys it is asked how large they are. */
  private async lookUpNames(keys: readonly Buffer[], server: Side): Promise<void> {
    const { prefixes } = this.comparison;
    await this.lookUp('source', keys);
    if (prefixes?.measures) await measureKeys(server, keys, prefixes);
  }

  private met(side: SideName, slot: number, key: Buffer): void {
    (side === 'source' ? this.tally.sourceKeys : this.tally.targetKeys)[slot]! += 1;
    this.comparison.prefixes?.count(side, key);
  }

  /** Keys that this side has are looked for on the other one. */
  private async lookUp(side: SideName, keys: readonly Buffer[]): Promise<void> {
    const other = side === 'source' ? 'target' : 'source';
    const here = side === 'source' ? ON_SOURCE : ON_TARGET;
    await this.routes.each(keys, this.careful, missingOn(other), ({ missing, looked }, of) => {
      const absent = new Set(missing);
      for (const key of of) {
        if (absent.has(key)) continue;
        const slot = this.routes.slotOf(key);
        this.met(side, slot, key);
        if (side === 'source') this.tally.compared[slot]! += 1;
      }
      missing.forEach((key, i) => {
        const slot = this.routes.slotOf(key);
        if (looked!.places[i]! & here) this.met(side, slot, key);
        if (side === 'source' && looked!.places[i] === ON_SOURCE + ON_TARGET) this.tally.compared[slot]! += 1;
        const bytes = looked!.sizes[i]!;
        if (side === 'target' && bytes > 0) this.comparison.prefixes?.measured(key, bytes);
        this.rechecks.note(key, looked!.findings[i]);
      });
    });
  }
}
