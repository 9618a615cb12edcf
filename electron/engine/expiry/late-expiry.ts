import { FIELD_HOLD_MS, HOLD_MS, LATEST_FIELD_EXPIRY_MS } from '../../../shared/model/expiry-hold.ts';
import { NO_EXPIRY } from '../protocol/rdb/events.ts';

/** Largest expiry that stays an exact integer after the hold is added. */
const LATEST_MS = Number.MAX_SAFE_INTEGER - HOLD_MS;

/**
 * The expiry to write to the target for an expiry on the source. While a stream follows, it is held back by HOLD_MS, so
 * that the target never expires a key before the stream has passed that moment; the source's own DEL removes it.
 */
export function targetExpiryMs(sourceExpiryMs: number, holdMs: number): number {
  if (sourceExpiryMs === NO_EXPIRY) return NO_EXPIRY;
  return Math.min(Math.max(sourceExpiryMs, 1), LATEST_MS) + holdMs;
}

/** The same for the expiry of a field of a hash; `holdMs` is that of keys, and 0 asks for the true time. */
export function targetFieldExpiryMs(sourceExpiryMs: number, holdMs: number): number {
  if (sourceExpiryMs === NO_EXPIRY) return NO_EXPIRY;
  return Math.min(Math.max(sourceExpiryMs, 1) + (holdMs > 0 ? FIELD_HOLD_MS : 0), LATEST_FIELD_EXPIRY_MS);
}
