import type { Redis } from 'ioredis';
import { FIELD_HOLD_MS, HOLD_MS, isHeld } from '../../../shared/model/expiry-hold.ts';

/** `release` makes held expiry exact, `hold` holds exact expiry back. */
export type Way = 'release' | 'hold';

export interface PageResult {
  readonly shifted: number;
  /** The shortest remaining time among the shifted, in ms; -1 when none were. */
  readonly shortestMs: number;
  /** The server's clock when the remaining times were read, in ms since 1970. */
  readonly nowMs: number;
}

const FIELDS_AT_ONCE = 500;

/** Shifts the expiry of these keys with plain commands, for servers without scripts. */
export async function shiftPageByCommands(
  redis: Redis,
  page: readonly Buffer[],
  way: Way,
): Promise<PageResult> {
  // TIME and every PTTL in one EXEC share one instant, so their sum is the exact expiry.
  const reading = redis.multi();
  reading.time();
  for (const key of page) reading.pttl(key);
  const replies = results(await reading.exec());
  const tally = new Tally(fromTime(replies[0]), way, HOLD_MS);
  const writing = redis.pipeline();
  page.forEach((key, i) => {
    const atMs = tally.shift(Number(replies[i + 1]));
    if (atMs !== undefined) writing.pexpireat(key, atMs);
  });
  if (writing.length > 0) results(await writing.exec());
  return tally;
}

/** Shifts the expiry of the fields of the hashes among these keys. */
export async function shiftFieldExpiry(redis: Redis, page: readonly Buffer[], way: Way): Promise<PageResult> {
  const types = redis.pipeline();
  for (const key of page) types.type(key);
  const kinds = results(await types.exec());
  const tally = new Tally(0, way, FIELD_HOLD_MS);
  for (const key of page.filter((_, i) => kinds[i] === 'hash')) {
    const fields = await redis.hkeysBuffer(key);
    for (let from = 0; from < fields.length; from += FIELDS_AT_ONCE) {
      const part = fields.slice(from, from + FIELDS_AT_ONCE);
      const reading = redis.multi();
      reading.time();
      reading.call('HPTTL', key, 'FIELDS', String(part.length), ...part);
      const [time, ttls] = results(await reading.exec());
      tally.nowMs = fromTime(time);
      const writing = redis.pipeline();
      part.forEach((field, i) => {
        const atMs = tally.shift(Number(Array.isArray(ttls) ? ttls[i] : -1));
        if (atMs !== undefined) writing.call('HPEXPIREAT', key, String(atMs), 'FIELDS', '1', field);
      });
      if (writing.length > 0) results(await writing.exec());
    }
  }
  return tally;
}

class Tally implements PageResult {
  private readonly way: Way;
  private readonly holdMs: number;
  nowMs: number;
  shifted = 0;
  shortestMs = -1;

  constructor(nowMs: number, way: Way, holdMs: number) {
    this.nowMs = nowMs;
    this.way = way;
    this.holdMs = holdMs;
  }

  /** The new absolute expiry for what remains, or undefined to leave it. */
  shift(remainingMs: number): number | undefined {
    if (remainingMs < 0 || isHeld(remainingMs, this.holdMs) !== (this.way === 'release')) return undefined;
    const exactMs = this.way === 'release' ? remainingMs - this.holdMs : remainingMs + this.holdMs;
    this.shifted += 1;
    if (this.shortestMs < 0 || exactMs < this.shortestMs) this.shortestMs = Math.max(0, exactMs);
    return Math.max(1, Math.round(this.nowMs + exactMs));
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
