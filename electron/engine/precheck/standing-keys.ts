import type { Redis } from 'ioredis';
import { isOwnKey } from '../commands/own-keys.ts';
import { libraryNames } from '../control/function-libraries.ts';
import { printable } from '../protocol/resp/describe-command.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import type { ServerView } from './server-view.ts';

/** Pages of SCAN per database: an own key beyond them is counted as one that is not ours. */
const MOST_PAGES = 8;
/** While none but own keys were met: a task that kept names on a cluster has left thousands. */
const MOST_PAGES_OF_OWN = 100;
const PAGE_KEYS = 250;
const MOST_NAMES = 5;

/** What stands on a target before a task. */
export interface Standing {
  /** Databases that hold keys which are not the tool's own. */
  readonly databases: readonly StandingDatabase[];
  /** Keys of the tool's own that were met. */
  readonly ownKeys: number;
  /** Names of function libraries; they belong to no database. */
  readonly libraries: readonly string[];
}

export interface StandingDatabase {
  readonly db: number;
  readonly keys: number;
  /** Keys of the tool's own that were met in it; at least 1 where more may be there. */
  readonly ownKeys: number;
  /** A few of them, fit to be printed. */
  readonly names: readonly string[];
}

/** Counts the keys of these databases without going through all of them. `beside`: other tasks have been there. */
export async function lookAtStanding(
  redis: Redis,
  databases: readonly number[],
  beside: boolean,
): Promise<Standing> {
  const standing: StandingDatabase[] = [];
  let ownKeys = 0;
  for (const db of databases) {
    await redis.select(db);
    const size = await redis.dbsize();
    const names: string[] = [];
    const own = new Set<string>();
    let cursor = '0';
    for (let page = 0; page < (names.length > 0 ? MOST_PAGES : MOST_PAGES_OF_OWN); page++) {
      const [next, keys] = await redis.scanBuffer(cursor, 'COUNT', PAGE_KEYS);
      cursor = String(next);
      for (const key of keys) {
        if (isOwnKey(key, 0, key.length)) own.add(key.toString('latin1'));
        else if (names.length < MOST_NAMES) names.push(printable(key, 0, key.length));
      }
      if (cursor === '0') break;
    }
    ownKeys += own.size;
    const keys = size - own.size;
    // Where not all was looked at, keys of theirs may be there that were not met.
    const unmet = beside && cursor !== '0' ? 1 : 0;
    if (keys > 0) standing.push({ db, keys, ownKeys: Math.max(unmet, own.size), names });
  }
  await redis.select(0);
  return { databases: standing, ownKeys, libraries: (await libraryNames([redis])) ?? [] };
}

/** What stands on one node of a cluster, and where that is reached from here. */
export interface NodeStanding extends Standing {
  readonly endpoint: Endpoint;
}

/** The same of each primary of a cluster, where keys of other tasks may come to any node at any time. */
export async function lookAtNodes(target: ServerView, beside: boolean): Promise<NodeStanding[]> {
  const found: NodeStanding[] = [];
  for (const node of await target.nodes()) {
    const standing = await node.inDatabases((redis) => lookAtStanding(redis, [0], beside));
    const databases = standing.databases.map((one) => ({
      ...one,
      ownKeys: beside ? Math.max(1, one.ownKeys) : one.ownKeys,
    }));
    found.push({ ...standing, databases, endpoint: node.endpoint });
  }
  return found;
}
