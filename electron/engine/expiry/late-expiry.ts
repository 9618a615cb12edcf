import {
  exactTime,
  LATEST_FIELD_EXPIRY_MS,
  timeWith,
  type Amounts,
  type Bound,
} from '../../../shared/model/lateness.ts';
import { NO_EXPIRY } from '../protocol/rdb/events.ts';

/** A late time stays below what a double holds exactly, and, of a field, below 2^46. */
const FARTHEST_LATE_MS = 2 ** 45;

/** How late expiry is written to a target at the moment. One object for a run: who writes reads it anew for each time. */
export class Lateness {
  bound: Bound;
  amounts: Amounts;
  private readonly reaches: boolean;
  /** Times after this, by the target's clock, are further away than the long bound, and are written exact. */
  horizonMs = 0;

  /** `reaches` false: nobody looks at times again that have come near (`session/far-expiry.ts`), so all are late. */
  constructor(bound: Bound, amounts: Amounts, nowMs: number, reaches = true) {
    this.bound = bound;
    this.amounts = amounts;
    this.reaches = reaches;
    this.at(nowMs);
  }

  /** It is this late by the target's clock. What is forgotten here only makes more times exact. */
  at(nowMs: number): void {
    this.horizonMs = this.reaches ? nowMs + this.amounts.longMs : FARTHEST_LATE_MS;
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
