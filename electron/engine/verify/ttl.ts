import { HOLD_MS, isHeld, releasedTtlMs } from '../../../shared/model/expiry-hold.ts';

/** Times to live that differ by no more than this count as equal. */
export const TTL_TOLERANCE_MS = 2000;

/** The negative answers of PTTL and HPTTL. */
export const TTL_NONE = -1;
export const TTL_ABSENT = -2;

/** A time to live as one side answered it: PTTL or HPTTL in milliseconds, and that server's clock (Unix ms) beside it. */
export interface TtlReading {
  readonly ttlMs: number;
  readonly clockMs: number;
}

/**
 * What remains of the true time to live in milliseconds, TTL_NONE, or TTL_ABSENT. A key (or hash field) whose true expiry
 * has passed counts as absent, whether or not the server has removed it yet. Here and below `holdMs` says how far the expiry
 * is held while a task runs: HOLD_MS for a key, FIELD_HOLD_MS for a field.
 */
export function effectiveTtlMs(ttlMs: number, holdMs = HOLD_MS): number {
  if (ttlMs < 0) return ttlMs;
  const released = releasedTtlMs(ttlMs, holdMs);
  return released > 0 ? released : TTL_ABSENT;
}

/** Whether a key that is present with this raw time to live ends so soon that its absence on the other side says nothing. */
export function endsSoon(ttlMs: number, holdMs = HOLD_MS): boolean {
  const effective = effectiveTtlMs(ttlMs, holdMs);
  return effective >= 0 && effective < TTL_TOLERANCE_MS;
}

/**
 * Whether two present keys (or hash fields) expire at the same time.
 *
 * Either the remaining times or the instants of expiry have to agree. Replication carries instants, so where the clocks
 * of the two hosts differ it is these that are equal.
 */
export function sameTtl(source: TtlReading, target: TtlReading, holdMs = HOLD_MS): boolean {
  const targetMs = effectiveTtlMs(target.ttlMs, holdMs);
  if (agree(effectiveTtlMs(source.ttlMs, holdMs), source.clockMs, targetMs, target.clockMs)) return true;
  // An expiry on the source that is very far away looks like one that is held, though it may be true.
  return isHeld(source.ttlMs, holdMs) && agree(source.ttlMs, source.clockMs, targetMs, target.clockMs);
}

function agree(sourceMs: number, sourceClockMs: number, targetMs: number, targetClockMs: number): boolean {
  if (sourceMs < 0 || targetMs < 0) return sourceMs === targetMs;
  const remaining = Math.abs(sourceMs - targetMs);
  const instants = Math.abs(sourceMs + sourceClockMs - (targetMs + targetClockMs));
  return Math.min(remaining, instants) <= TTL_TOLERANCE_MS;
}

/** A time to live for a person. */
export function describeTtl(ttlMs: number, holdMs = HOLD_MS): string {
  const effective = effectiveTtlMs(ttlMs, holdMs);
  if (effective === TTL_NONE) return 'no expiry';
  if (effective === TTL_ABSENT) return 'expired';
  return `expires in ${effective} ms`;
}
