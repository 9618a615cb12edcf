import type { Redis } from 'ioredis';
import { HOLD_MS, isHeld } from '../../../shared/model/expiry-hold.ts';
import { CHECKPOINT_DB } from '../checkpoint/checkpoint.ts';
import { databasesOf, readInfo } from '../control/info.ts';
import type { DatabaseChoice } from '../route/database-choice.ts';
import { scanKeys } from './ownership.ts';

export interface ExpiryShiftOptions {
  readonly redis: Redis;
  readonly databases: DatabaseChoice;
  /** Fields of hashes may expire, too. */
  readonly fieldExpiry: boolean;
  readonly onProgress: (keys: number) => void;
}

export interface ReleaseResult {
  readonly keys: number;
  /** By the target's clock. */
  readonly releasedAtMs: number;
  /** The earliest expiry that was made exact, or 0 when nothing expires. */
  readonly earliestExpiryMs: number;
}

/** Sets the exact expiry of every key that is held back. Safe to repeat: a key that is exact already is left alone. */
export async function releaseExpiry(options: ExpiryShiftOptions): Promise<ReleaseResult> {
  const releasedAtMs = await targetNowMs(options.redis);
  let keys = 0;
  let earliestExpiryMs = 0;
  await shift(options, (remainingMs, nowMs) => {
    if (!isHeld(remainingMs)) return undefined;
    const exactMs = nowMs + remainingMs - HOLD_MS;
    keys += 1;
    if (earliestExpiryMs === 0 || exactMs < earliestExpiryMs) earliestExpiryMs = exactMs;
    return Math.max(1, Math.round(exactMs));
  });
  return { keys, releasedAtMs, earliestExpiryMs: Math.round(earliestExpiryMs) };
}

/** Holds back the expiry of every key again, before the stream goes on. */
export async function holdExpiry(options: ExpiryShiftOptions): Promise<number> {
  let keys = 0;
  await shift(options, (remainingMs, nowMs) => {
    if (remainingMs < 0 || isHeld(remainingMs)) return undefined;
    keys += 1;
    return Math.round(nowMs + remainingMs + HOLD_MS);
  });
  return keys;
}

/** The target's clock, in ms since 1970. */
export async function targetNowMs(redis: Redis): Promise<number> {
  const [seconds, microseconds] = await redis.time();
  return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
}

/** Asks `decide` for the new absolute expiry of every key that has one; undefined leaves it. */
async function shift(
  options: ExpiryShiftOptions,
  decide: (remainingMs: number, nowMs: number) => number | undefined,
): Promise<void> {
  const { redis, databases, onProgress } = options;
  const inUse = databasesOf(await readInfo(redis, 'keyspace'));
  let seen = 0;
  for (const [db, counts] of inUse) {
    if (!databases.includes(db) || (counts.expires === 0 && !options.fieldExpiry)) continue;
    await redis.select(db);
    for await (const page of scanKeys(redis)) {
      await shiftPage(redis, page, decide);
      if (options.fieldExpiry) await shiftFields(redis, page, decide);
      seen += page.length;
      onProgress(seen);
    }
  }
  await redis.select(CHECKPOINT_DB);
}

async function shiftPage(
  redis: Redis,
  page: readonly Buffer[],
  decide: (remainingMs: number, nowMs: number) => number | undefined,
): Promise<void> {
  // TIME and every PTTL in one EXEC share one instant, so the sum is the exact expiry.
  const reading = redis.multi();
  reading.time();
  for (const key of page) reading.pttl(key);
  const replies = results(await reading.exec());
  const nowMs = fromTime(replies[0]);
  const writing = redis.pipeline();
  page.forEach((key, i) => {
    const at = decide(Number(replies[i + 1]), nowMs);
    if (at !== undefined) writing.pexpireat(key, at);
  });
  if (writing.length > 0) results(await writing.exec());
}

async function shiftFields(
  redis: Redis,
  page: readonly Buffer[],
  decide: (remainingMs: number, nowMs: number) => number | undefined,
): Promise<void> {
  const types = redis.pipeline();
  for (const key of page) types.type(key);
  const kinds = results(await types.exec());
  for (const key of page.filter((_, i) => kinds[i] === 'hash')) {
    const fields = await redis.hkeysBuffer(key);
    for (let from = 0; from < fields.length; from += 500) {
      const part = fields.slice(from, from + 500);
      const reading = redis.multi();
      reading.time();
      reading.call('HPTTL', key, 'FIELDS', String(part.length), ...part);
      const [time, ttls] = results(await reading.exec());
      const nowMs = fromTime(time);
      const writing = redis.pipeline();
      part.forEach((field, i) => {
        const at = decide(Number(Array.isArray(ttls) ? ttls[i] : -1), nowMs);
        if (at !== undefined) writing.call('HPEXPIREAT', key, String(at), 'FIELDS', '1', field);
      });
      if (writing.length > 0) results(await writing.exec());
    }
  }
}

function fromTime(reply: unknown): number {
  if (!Array.isArray(reply)) throw new Error('TIME was not answered');
  return Number(reply[0]) * 1000 + Number(reply[1]) / 1000;
}

function results(replies: readonly (readonly [Error | null, unknown])[] | null): unknown[] {
  if (!replies) throw new Error('the transaction was refused');
  return replies.map(([error, value]) => {
    if (error) throw error;
    return value;
  });
}
