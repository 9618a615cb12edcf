import {
  exactTime,
  LATEST_FIELD_EXPIRY_MS,
  timeWith,
  type Amounts,
  type Bound,
} from '../../../shared/model/lateness.ts';
import { NO_EXPIRY } from '../protocol/rdb/events.ts';

/** How late expiry is written to a target at the moment. One object for a run: who writes reads it anew for each time. */
export class Lateness {
  bound: Bound;
  amounts: Amounts;
  /** Times after this, by the target's clock, are further away than the long bound, and are written exact. */
  horizonMs = 0;

  constructor(bound: Bound, amounts: Amounts, nowMs: number) {
    this.bound = bound;
    this.amounts = amounts;
    this.at(nowMs);
  }

  /** It is this late by the target's clock. What is forgotten here only makes more times exact. */
  at(nowMs: number): void {
    this.horizonMs = nowMs + this.amounts.longMs;
  }
}

/** What writes true times, as a copy does that no stream follows. */
export const exactly = (): Lateness => new Lateness('exact', { smallMs: 0, longMs: 0 }, 0);

/**
 * The expiry to write to the target for an expiry on the source (Unix ms, or NO_EXPIRY). While a stream follows it is late, so
 * that the target never expires a key before the stream has passed that moment; the source's own DEL removes it.
 */
export function targetExpiryMs(sourceExpiryMs: number, lateness: Lateness): number {
  if (sourceExpiryMs === NO_EXPIRY) return NO_EXPIRY;
  const { bound, horizonMs } = lateness;
  const trueMs = sourceExpiryMs < 1 ? 1 : sourceExpiryMs;
  return bound === 'exact' || trueMs > horizonMs
    ? exactTime(trueMs)
    : timeWith(bound, trueMs, lateness.amounts);
}

/** The same for the expiry of a field of a hash, which servers keep below 2^46. */
export function targetFieldExpiryMs(sourceExpiryMs: number, lateness: Lateness): number {
  if (sourceExpiryMs === NO_EXPIRY) return NO_EXPIRY;
  return Math.min(targetExpiryMs(sourceExpiryMs, lateness), LATEST_FIELD_EXPIRY_MS);
}
