import type { Redis } from 'ioredis';
import { countKeys, type DatabaseKeys } from '../control/info.ts';
import { isOwnKey } from '../commands/own-keys.ts';
import type { ServerView } from './server-view.ts';
import { ifRefused } from '../control/reply-error.ts';

/** Bounds on what is looked at, so that a source in production does not notice. */
const MOST_KEYS = 2_000;
const MOST_MS = 1_500;
const PAGE_KEYS = 100;
const LEAST_KEYS_OF_DATABASE = 20;

export interface SampledKey {
  readonly db: number;
  readonly name: Buffer;
  readonly type: string;
  /** The length of a string; undefined for other types. */
  readonly stringBytes: number | undefined;
}

export interface KeySample {
  readonly keys: readonly SampledKey[];
  /** Every key was looked at. */
  readonly complete: boolean;
  /** SCAN or TYPE was refused, so nothing is known. */
  readonly refused: boolean;
}

/** Looks at some keys of these databases, spread over them, and over the nodes of a cluster, by their size, with SCAN. */
export async function sampleKeys(
  server: ServerView,
  databases: ReadonlyMap<number, DatabaseKeys>,
): Promise<KeySample> {
  const total = countKeys(databases);
  const { clock } = server.world;
  const untilMs = clock.now() + MOST_MS;
  const keys: SampledKey[] = [];
  let complete = true;
  let refused = false;
  for (const node of await server.nodes()) {
    const held = await node.databases();
    await node.inDatabases(async (redis) => {
      for (const db of databases.keys()) {
        const count = held.get(db)?.keys ?? 0;
        if (count === 0) continue;
        const share = Math.max(LEAST_KEYS_OF_DATABASE, Math.ceil((MOST_KEYS * count) / total));
        const wanted = Math.min(share, MOST_KEYS - keys.length);
        await redis.select(db);
        const whole = await samplePart(redis, db, wanted, () => clock.now() > untilMs, keys);
        if (whole === undefined) refused = true;
        if (!whole) complete = false;
      }
      await redis.select(0);
    });
  }
  return { keys, complete, refused };
}

/** @returns whether all keys of the database were seen; undefined when the server refuses to show them */
async function samplePart(
  redis: Redis,
  db: number,
  wanted: number,
  late: () => boolean,
  into: SampledKey[],
): Promise<boolean | undefined> {
  const end = into.length + wanted;
  let cursor = '0';
  do {
    if (into.length >= end || late()) return false;
    const page = await redis.scanBuffer(cursor, 'COUNT', PAGE_KEYS).catch(ifRefused(undefined));
    if (page === undefined) return undefined;
    cursor = String(page[0]);
    const names = page[1].filter((name) => !isOwnKey(name, 0, name.length)).slice(0, end - into.length);
    const looked = await lookAt(redis, db, names);
    if (looked === undefined) return undefined;
    into.push(...looked);
  } while (cursor !== '0');
  return true;
}

async function lookAt(redis: Redis, db: number, names: readonly Buffer[]): Promise<SampledKey[] | undefined> {
  if (names.length === 0) return [];
  const asking = redis.pipeline();
  for (const name of names) asking.type(name);
  const replies = (await asking.exec()) ?? [];
  if (replies[0]?.[0]) return undefined;
  const types = replies.map(([, type]) => String(type));
  const lengths = await stringLengths(
    redis,
    names.filter((_, i) => types[i] === 'string'),
  );
  return names.map((name, i) => {
    const type = types[i]!;
    return { db, name, type, stringBytes: type === 'string' ? lengths.shift() : undefined };
  });
}

async function stringLengths(redis: Redis, names: readonly Buffer[]): Promise<(number | undefined)[]> {
  const asking = redis.pipeline();
  for (const name of names) asking.strlen(name);
  const replies = names.length === 0 ? [] : ((await asking.exec()) ?? []);
  return replies.map(([error, length]) => (error || typeof length !== 'number' ? undefined : length));
}
