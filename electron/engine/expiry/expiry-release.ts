import type { Redis } from 'ioredis';
import { CHECKPOINT_DB } from '../checkpoint/checkpoint.ts';
import { databasesOf, readInfo } from '../control/info.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import { shiftFieldExpiry, shiftPageByCommands, type Way } from './expiry-commands.ts';
import { shiftPageByScript } from './expiry-script.ts';
import { scanKeys } from '../checkpoint/ownership.ts';

export interface ExpiryShiftOptions {
  readonly redis: Redis;
  readonly databases: DatabaseChoice;
  /** The server may run scripts that scan (5.0 and later). */
  readonly scripts: boolean;
  /** Fields of hashes may expire, too. */
  readonly fieldExpiry: boolean;
}

export interface ShiftResult {
  readonly keys: number;
  /** The target's clock when it began. */
  readonly beganAtMs: number;
  /** The earliest expiry among the keys that were shifted, or 0 when there is none. */
  readonly earliestExpiryMs: number;
}

/** Sets the exact expiry of every key that is held back. Safe to repeat: a key that is exact already is left alone. */
export const releaseExpiry = (options: ExpiryShiftOptions): Promise<ShiftResult> => shift(options, 'release');

/** Holds back the expiry of every key again, before the stream goes on. Safe to repeat. */
export const holdExpiry = (options: ExpiryShiftOptions): Promise<ShiftResult> => shift(options, 'hold');

/** The target's clock, in ms since 1970. */
export async function targetNowMs(redis: Redis): Promise<number> {
  const [seconds, microseconds] = await redis.time();
  return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
}

async function shift(options: ExpiryShiftOptions, way: Way): Promise<ShiftResult> {
  const { redis, databases, fieldExpiry } = options;
  const beganAtMs = await targetNowMs(redis);
  const inUse = databasesOf(await readInfo(redis, 'keyspace'));
  let scripts = options.scripts;
  let keys = 0;
  let earliestExpiryMs = 0;
  const note = (shifted: number, shortestMs: number, nowMs: number): void => {
    keys += shifted;
    if (shifted > 0 && (earliestExpiryMs === 0 || nowMs + shortestMs < earliestExpiryMs))
      earliestExpiryMs = nowMs + shortestMs;
  };
  for (const [db, counts] of inUse) {
    if (!databases.includes(db)) continue;
    await redis.select(db);
    if (counts.expires > 0 && scripts) scripts = await shiftByScript(redis, way, note);
    if (counts.expires > 0 && !scripts) {
      for await (const page of scanKeys(redis)) {
        const { shifted, shortestMs, nowMs } = await shiftPageByCommands(redis, page, way);
        note(shifted, shortestMs, nowMs);
      }
    }
    if (!fieldExpiry) continue;
    for await (const page of scanKeys(redis)) {
      const { shifted, shortestMs, nowMs } = await shiftFieldExpiry(redis, page, way);
      note(shifted, shortestMs, nowMs);
    }
  }
  await redis.select(CHECKPOINT_DB);
  return { keys, beganAtMs, earliestExpiryMs: Math.floor(earliestExpiryMs) };
}

/** @returns false when the server does not permit the script; what it has done by then stands */
async function shiftByScript(
  redis: Redis,
  way: Way,
  note: (shifted: number, shortestMs: number, nowMs: number) => void,
): Promise<boolean> {
  let cursor = '0';
  do {
    try {
      const page = await shiftPageByScript(redis, cursor, way);
      note(page.shifted, page.shortestMs, page.shifted > 0 ? await targetNowMs(redis) : 0);
      cursor = page.cursor;
    } catch (error) {
      if (redis.status !== 'ready') throw error;
      return false;
    }
  } while (cursor !== '0');
  return true;
}
