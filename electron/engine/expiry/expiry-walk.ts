import type { Redis } from 'ioredis';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { deposed, onNode, type GuardedNode } from '../checkpoint/guarded-node.ts';
import { keptSets } from '../checkpoint/kept-sets.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import { eachAtOnce } from '../control/each-at-once.ts';
import { databasesOf, readInfo } from '../control/info.ts';
import { slotsMoved } from '../control/cluster-change.ts';
import { refuseMoved } from './held-slots.ts';
import { Lateness } from './late-expiry.ts';
import { walkPageByCommands } from './walk-commands.ts';
import type { WalkPage, WalkPlace } from './walk-page.ts';
import { walkPageByScript } from './walk-script.ts';
import type { Bound } from '../../../shared/model/lateness.ts';
import { sleep, type Clock } from '../world/clock.ts';

/** About 1 ms of the server's time. */
const PAGE_KEYS = 1000;
/** While the stream flows: a page holds it up for less than a batch does, and the server has most of its time for others. */
const PACED_PAGE_KEYS = 200;
const PACED_REST = 4;
const NODES_AT_ONCE = 16;

export interface ExpiryWalkOptions {
  readonly clock: Clock;
  /** Over connections that nothing else uses meanwhile, where there are several databases: the walk selects them. */
  readonly nodes: readonly GuardedNode[];
  readonly task: string;
  /** The task's checkpoint, which this process owns; its `amounts` are what late times bear, and of a part it has the slots. */
  readonly checkpoint: Pick<Checkpoint, 'epoch' | 'amounts' | 'kept' | 'keptSlots' | 'fieldExpiry' | 'slots'>;
  readonly databases: DatabaseChoice;
  /** The server may run scripts that scan (5.0 and later). */
  readonly scripts: boolean;
  /** What every time is brought to. */
  readonly bound: Bound;
  /** The stream is applied meanwhile, and is not to be slowed. */
  readonly paced?: boolean;
  /** Keys that were carried from node to node alone: see HeldSlots. */
  readonly carriedOnly?: boolean;
  /** False ends the walk where it is. */
  readonly wanted?: () => boolean;
}

export interface WalkResult {
  /** Times that were changed. */
  readonly keys: number;
  /** The target's clock when it began: of several servers the one that was behind. */
  readonly beganAtMs: number;
  /** The earliest true time that was seen, in Unix ms; 0 when nothing expires. */
  readonly earliestExpiryMs: number;
  /** Every key was seen. */
  readonly whole: boolean;
}

/** The target's clock, in Unix ms. */
export async function targetNowMs(redis: Redis): Promise<number> {
  const [seconds, microseconds] = await redis.time();
  return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
}

/** The clock of the server of a target that is ahead of the others. */
export const latestNowMs = async (nodes: readonly GuardedNode[]): Promise<number> =>
  Math.max(...(await Promise.all(nodes.map(({ redis }) => targetNowMs(redis)))));

/**
 * Brings the expiry of every key of the task, or of a part's slots, to a bound: key by key, in any order, safe to be cut short and repeated by anyone.
 * @throws LockstepError TARGET_TAKEN_OVER once the checkpoint has another owner, who is left alone from that very moment;
 * TARGET_SLOTS_MOVED
 */
export async function walkExpiry(options: ExpiryWalkOptions): Promise<WalkResult> {
  const { nodes, wanted = () => true } = options;
  const results: WalkResult[] = [];
  let broken = false;
  await eachAtOnce(nodes, NODES_AT_ONCE, async (node) => {
    try {
      const walk = new NodeWalk({ ...options, wanted: () => !broken && wanted() }, node);
      results.push(await onNode(node, () => walk.run()));
    } catch (error) {
      broken = true;
      throw error;
    }
  });
  // What was carried meanwhile may have been where the walk had gone by already.
  const whole = results.every((result) => result.whole);
  if (whole) await refuseMoved(nodes);
  const earliest = results.map(({ earliestExpiryMs }) => earliestExpiryMs).filter((ms) => ms > 0);
  return {
    keys: results.reduce((sum, { keys }) => sum + keys, 0),
    beganAtMs: Math.min(...results.map(({ beganAtMs }) => beganAtMs)),
    earliestExpiryMs: earliest.length > 0 ? Math.min(...earliest) : 0,
    whole,
  };
}

/** The walk over the keys of one server. */
class NodeWalk {
  private readonly options: ExpiryWalkOptions & { readonly wanted: () => boolean };
  private readonly node: GuardedNode;
  private readonly pages: Pages;
  private keys = 0;
  private earliestMs = 0;

  constructor(options: ExpiryWalkOptions & { readonly wanted: () => boolean }, node: GuardedNode) {
    this.options = options;
    this.node = node;
    this.pages = new Pages(node, options.scripts);
  }

  async run(): Promise<WalkResult> {
    const { checkpoint, databases, bound, scripts } = this.options;
    const { redis } = this.node;
    const beganAtMs = await targetNowMs(redis);
    const lateness = new Lateness(bound, checkpoint.amounts, beganAtMs, scripts);
    let whole = true;
    for (const [db, counts] of databasesOf(await readInfo(redis, 'keyspace'))) {
      if (!databases.includes(db) || (counts.expires === 0 && !checkpoint.fieldExpiry)) continue;
      whole = await this.walkDatabase(db, lateness);
      if (!whole) break;
    }
    return { keys: this.keys, beganAtMs, earliestExpiryMs: this.earliestMs, whole };
  }

  /** @returns false when it was ended before */
  private async walkDatabase(db: number, lateness: Lateness): Promise<boolean> {
    const { clock, task, checkpoint, paced = false, carriedOnly = false, wanted } = this.options;
    const { holds } = this.node;
    const place: WalkPlace = {
      guardKey: this.node.guardKey,
      epoch: checkpoint.epoch,
      db,
      lateness,
      pageKeys: paced ? PACED_PAGE_KEYS : PAGE_KEYS,
      slots: holds?.slots ?? checkpoint.slots,
      holds,
      carriedOnly,
      keptKeys: keptSets(task, checkpoint),
      fieldExpiry: checkpoint.fieldExpiry,
    };
    let cursor = '0';
    do {
      if (!wanted()) return false;
      const askedAtMs = clock.monotonicMs();
      const page = await this.pages.walk(place, cursor, undefined);
      cursor = this.note(page);
      for (const hash of page.kind === 'walked' ? page.hashes : []) {
        let at = '0';
        do at = this.note(await this.pages.walk(place, at, hash));
        while (at !== '0' && wanted());
      }
      if (paced) await sleep(clock, PACED_REST * (clock.monotonicMs() - askedAtMs));
    } while (cursor !== '0');
    return true;
  }

  /** @returns the cursor of the next page */
  private note(page: WalkPage): string {
    if (page.kind === 'moved') throw slotsMoved(`the node has epoch ${page.epoch} in its cluster by now`);
    if (page.kind === 'deposed') throw deposed(this.node, page.epoch, this.options.checkpoint.epoch);
    this.keys += page.changed;
    if (page.earliestMs > 0 && (this.earliestMs === 0 || page.earliestMs < this.earliestMs))
      this.earliestMs = page.earliestMs;
    return page.cursor;
  }
}

/** One page after another by script, or, from the first that a server by itself does not permit, by commands. */
class Pages {
  private readonly node: GuardedNode;
  private scripts: boolean;

  constructor(node: GuardedNode, scripts: boolean) {
    this.node = node;
    this.scripts = scripts || node.clustered;
  }

  async walk(place: WalkPlace, cursor: string, hash: Buffer | undefined): Promise<WalkPage> {
    const { redis, clustered } = this.node;
    if (this.scripts) {
      try {
        return await walkPageByScript(redis, place, cursor, hash);
      } catch (error) {
        if (clustered || !notPermitted(error)) throw error;
        this.scripts = false;
      }
    }
    return walkPageByCommands(redis, place, cursor, hash);
  }
}

/** The user may not run scripts, or not what this one calls; any other refusal is the server's state, and passes. */
const notPermitted = (error: unknown): boolean =>
  error instanceof Error &&
  /NOPERM|no permissions|ACL failure|unknown command|unknown redis command/i.test(error.message);
