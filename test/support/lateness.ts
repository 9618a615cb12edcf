import { Lateness } from '../../electron/engine/expiry/late-expiry.ts';
import { boundOf, timeWith, type Amounts } from '../../shared/model/lateness.ts';
import type { Redis } from 'ioredis';

export const AMOUNTS: Amounts = { smallMs: 60_000, longMs: 86_400_000 };

/** Writes every time long late, however far it is away. */
export const longLate = (): Lateness => new Lateness('long', AMOUNTS, Infinity);

/** A true time as `longLate` has it written. */
export const lateText = (ms: number): string => String(timeWith('long', Math.max(1, ms), AMOUNTS));

/** How late a key's expiry on a target is. */
export const lateOn = async (redis: Redis, key: string): Promise<string> =>
  boundOf(await redis.pexpiretime(key));
