import type { Redis } from 'ioredis';
import { LATEST_FIELD_EXPIRY_MS, trueTimeMs } from '../../../shared/model/lateness.ts';
import { isOwnKey } from '../commands/own-keys.ts';
import { CHECKPOINT_DB } from '../checkpoint/checkpoint.ts';
import { withoutKept } from '../checkpoint/without-kept.ts';
import { repliesOf } from '../control/replies-of.ts';
import { targetExpiryMs } from './late-expiry.ts';
import type { WalkPage, WalkPlace } from './walk-page.ts';

const HSCAN_COUNT = '500';
/** A page that changes meanwhile, or a time that cannot be read to the millisecond, is looked at again this often. */
const MOST_ATTEMPTS = 50;
/** As PTTL and PEXPIRETIME have it. */
export const NO_KEY = -2;
const MOVED = /^(MOVED|ASK|TRYAGAIN) /;

/**
 * What the walk's script does, with plain commands, for servers that run no script. Not while a stream is applied: the
 * checkpoint, which is watched, changes with each of its batches.
 */
export async function walkPageByCommands(
  redis: Redis,
  place: WalkPlace,
  cursor: string,
  hash: Buffer | undefined,
): Promise<WalkPage> {
  await redis.select(place.db);
  if (hash) return walkFields(redis, place, cursor, hash);
  const [next, all] = await redis.scanBuffer(cursor, 'COUNT', place.pageKeys);
  const keys = await foreign(redis, place, all);
  const page = await change(redis, place, keys.length, {
    read: () => readExpiries(redis, keys),
    write: (writing, i, atMs) => writing.pexpireat(keys[i]!, atMs),
    mostMs: Infinity,
  });
  if (page.kind === 'deposed') return page;
  return { ...page, cursor: String(next), hashes: place.fieldExpiry ? await hashesOf(redis, keys) : [] };
}

async function walkFields(redis: Redis, place: WalkPlace, cursor: string, hash: Buffer): Promise<WalkPage> {
  const reply: unknown = await redis.callBuffer('HSCAN', hash, cursor, 'COUNT', HSCAN_COUNT, 'NOVALUES');
  if (!Array.isArray(reply)) throw new Error('HSCAN was not answered');
  const fields = reply[1] as Buffer[];
  const page = await change(redis, place, fields.length, {
    read: async () => {
      if (fields.length === 0) return [];
      const times: unknown = await redis.call('HPEXPIRETIME', hash, 'FIELDS', fields.length, ...fields);
      return Array.isArray(times) ? times.map(Number) : [];
    },
    write: (writing, i, atMs) => writing.call('HPEXPIREAT', hash, atMs, 'FIELDS', '1', fields[i]!),
    mostMs: LATEST_FIELD_EXPIRY_MS,
  });
  return page.kind === 'deposed' ? page : { ...page, cursor: String(reply[0]), hashes: [] };
}

interface Times {
  /** Unix ms of each, negative for none. */
  readonly read: () => Promise<readonly number[]>;
  readonly write: (writing: ReturnType<Redis['multi']>, index: number, atMs: number) => unknown;
  readonly mostMs: number;
}

type Changed = Pick<Extract<WalkPage, { kind: 'walked' }>, 'kind' | 'changed' | 'earliestMs'>;

/** Changes what is to be changed, if the checkpoint is still ours in the very step that does so. */
async function change(
  redis: Redis,
  place: WalkPlace,
  count: number,
  { read, write, mostMs }: Times,
): Promise<Changed | Extract<WalkPage, { kind: 'deposed' }>> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    await redis.select(CHECKPOINT_DB);
    await redis.watch(place.guardKey);
    const epoch = await redis.hget(place.guardKey, 'epoch');
    await redis.select(place.db);
    if (epoch !== String(place.epoch)) {
      await redis.unwatch();
      return { kind: 'deposed', epoch: epoch ?? '' };
    }
    const times = count === 0 ? [] : await read();
    const writing = redis.multi();
    let changed = 0;
    let earliestMs = 0;
    times.forEach((atMs, i) => {
      if (!(atMs > 0)) return;
      const trueMs = trueTimeMs(atMs, place.lateness.amounts);
      if (earliestMs === 0 || trueMs < earliestMs) earliestMs = Math.max(1, trueMs);
      const wantedMs = Math.min(targetExpiryMs(trueMs, place.lateness), mostMs);
      if (wantedMs === atMs || atMs > Number.MAX_SAFE_INTEGER) return;
      write(writing, i, wantedMs);
      changed += 1;
    });
    if (changed === 0) {
      await redis.unwatch();
      return { kind: 'walked', changed, earliestMs };
    }
    const replies = await writing.exec();
    if (!replies) continue;
    for (const [error] of replies) if (error) throw error;
    return { kind: 'walked', changed, earliestMs };
  }
  throw new Error('the checkpoint changes faster than expiry can be walked');
}

/** Without the tool's own keys, those of other slots than a part has, and those that are the target's. */
async function foreign(redis: Redis, place: WalkPlace, all: readonly Buffer[]): Promise<readonly Buffer[]> {
  const { keptKeys, slots } = place;
  const keys = all.filter((key) => !isOwnKey(key, 0, key.length) && (slots?.hasKey(key) ?? true));
  return keptKeys === undefined ? keys : withoutKept(redis, keptKeys, keys, place.db);
}

async function hashesOf(redis: Redis, keys: readonly Buffer[]): Promise<readonly Buffer[]> {
  if (keys.length === 0) return [];
  const asking = redis.pipeline();
  for (const key of keys) asking.type(key);
  const kinds = await repliesOf(asking);
  return keys.filter((_, i) => kinds[i] === 'hash');
}

/**
 * To the millisecond: PEXPIRETIME, or, before 7.0, what remains in a millisecond that began and ended around it. `elsewhere`: what a node
 * of a cluster says of a key that it has no more counts as that it has none; otherwise that is thrown.
 */
export async function readExpiries(
  redis: Redis,
  keys: readonly Buffer[],
  elsewhere: 'none' | 'throw' = 'throw',
): Promise<readonly number[]> {
  const times: number[] = Array.from({ length: keys.length });
  let open = keys.map((_, i) => i);
  const asking = redis.pipeline();
  for (const key of keys) asking.call('PEXPIRETIME', key);
  const direct = (await asking.exec()) ?? [];
  for (const [i, [error, at]] of direct.entries()) {
    if (!error) times[i] = Number(at);
    else if (elsewhere === 'none' && MOVED.test(error.message)) times[i] = NO_KEY;
  }
  open = open.filter((i) => times[i] === undefined);
  for (let attempt = 0; open.length > 0 && attempt < MOST_ATTEMPTS; attempt++) {
    const reading = redis.pipeline();
    reading.time();
    for (const i of open) reading.pttl(keys[i]!).time();
    const replies = await repliesOf(reading);
    open = open.filter((i, nth) => {
      const beforeMs = milliseconds(replies[2 * nth]);
      const remainingMs = Number(replies[2 * nth + 1]);
      if (remainingMs >= 0 && beforeMs !== milliseconds(replies[2 * nth + 2])) return true;
      times[i] = remainingMs < 0 ? remainingMs : beforeMs + remainingMs;
      return false;
    });
  }
  if (open.length > 0) throw new Error('the server is too slow for its expiry to be read to the millisecond');
  return times;
}

function milliseconds(time: unknown): number {
  if (!Array.isArray(time)) throw new Error('TIME was not answered');
  return Number(time[0]) * 1000 + Math.floor(Number(time[1]) / 1000);
}
