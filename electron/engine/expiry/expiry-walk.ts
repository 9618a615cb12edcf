import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { checkpointKey, keptKeysKey, type Checkpoint } from '../checkpoint/checkpoint.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import { databasesOf, readInfo } from '../control/info.ts';
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

export interface ExpiryWalkOptions {
  readonly clock: Clock;
  /** A connection that nothing else uses meanwhile: the walk selects databases on it. */
  readonly redis: Redis;
  readonly task: string;
  /** The task's checkpoint, which this process owns; its `amounts` are what late times bear. */
  readonly checkpoint: Pick<Checkpoint, 'epoch' | 'amounts' | 'kept' | 'fieldExpiry'>;
  readonly databases: DatabaseChoice;
  /** The server may run scripts that scan (5.0 and later). */
  readonly scripts: boolean;
  /** What every time is brought to. */
  readonly bound: Bound;
  /** The stream is applied meanwhile, and is not to be slowed. */
  readonly paced?: boolean;
  /** False ends the walk where it is. */
  readonly wanted?: () => boolean;
}

export interface WalkResult {
  /** Times that were changed. */
  readonly keys: number;
  /** The target's clock when it began. */
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

/**
 * Brings the expiry of every key of the task to a bound: key by key, in any order, safe to be cut short and repeated by anyone.
 * @throws LockstepError TARGET_TAKEN_OVER once the checkpoint has another owner, who is left alone from that very moment
 */
export async function walkExpiry(options: ExpiryWalkOptions): Promise<WalkResult> {
  const { clock, redis, task, checkpoint, databases, bound, paced = false, wanted = () => true } = options;
  const beganAtMs = await targetNowMs(redis);
  const lateness = new Lateness(bound, checkpoint.amounts, beganAtMs, options.scripts);
  const inUse = databasesOf(await readInfo(redis, 'keyspace'));
  const pages = new Pages(redis, options.scripts);
  let keys = 0;
  let earliestExpiryMs = 0;
  const note = (page: WalkPage): string => {
    if (page.kind === 'deposed') throw deposed(page.epoch, checkpoint.epoch);
    keys += page.changed;
    if (page.earliestMs > 0 && (earliestExpiryMs === 0 || page.earliestMs < earliestExpiryMs))
      earliestExpiryMs = page.earliestMs;
    return page.cursor;
  };
  for (const [db, counts] of inUse) {
    if (!databases.includes(db) || (counts.expires === 0 && !checkpoint.fieldExpiry)) continue;
    const place: WalkPlace = {
      checkpointKey: checkpointKey(task),
      epoch: checkpoint.epoch,
      db,
      lateness,
      pageKeys: paced ? PACED_PAGE_KEYS : PAGE_KEYS,
      keptKeys: checkpoint.kept ? keptKeysKey(task) : undefined,
      fieldExpiry: checkpoint.fieldExpiry,
    };
    let cursor = '0';
    do {
      if (!wanted()) return { keys, beganAtMs, earliestExpiryMs, whole: false };
      const askedAtMs = clock.monotonicMs();
      const page = await pages.walk(place, cursor, undefined);
      cursor = note(page);
      for (const hash of page.kind === 'walked' ? page.hashes : []) {
        let at = '0';
        do at = note(await pages.walk(place, at, hash));
        while (at !== '0' && wanted());
      }
      if (paced) await sleep(clock, PACED_REST * (clock.monotonicMs() - askedAtMs));
    } while (cursor !== '0');
  }
  return { keys, beganAtMs, earliestExpiryMs, whole: true };
}

/** One page after another by script, or, from the first that the server does not permit, by commands. */
class Pages {
  private readonly redis: Redis;
  private scripts: boolean;

  constructor(redis: Redis, scripts: boolean) {
    this.redis = redis;
    this.scripts = scripts;
  }

  async walk(place: WalkPlace, cursor: string, hash: Buffer | undefined): Promise<WalkPage> {
    if (this.scripts) {
      try {
        return await walkPageByScript(this.redis, place, cursor, hash);
      } catch (error) {
        if (!notPermitted(error)) throw error;
        this.scripts = false;
      }
    }
    return walkPageByCommands(this.redis, place, cursor, hash);
  }
}

/** The user may not run scripts, or not what this one calls; any other refusal is the server's state, and passes. */
const notPermitted = (error: unknown): boolean =>
  error instanceof Error &&
  /NOPERM|no permissions|ACL failure|unknown command|unknown redis command/i.test(error.message);

function deposed(present: string, ours: number): LockstepError {
  return new LockstepError(
    'TARGET_TAKEN_OVER',
    `the checkpoint has epoch ${present === '' ? 'none' : present}; this run is epoch ${ours}`,
  );
}
