import { formatCount } from '../../../shared/format/numbers.ts';

/** Times to live that differ by no more than this count as equal. */
export const TTL_TOLERANCE_MS = 2000;
/** Beyond this no double tells milliseconds apart, and clients do not agree on what they read. */
const FARTHEST_TOLD_MS = Number.MAX_SAFE_INTEGER;

/** The negative answers of PTTL and HPTTL. */
export const TTL_NONE = -1;
export const TTL_ABSENT = -2;

/** What remains of the true time to live in milliseconds as one side has it, and that server's clock (Unix ms) beside it. */
export interface TtlReading {
  readonly ttlMs: number;
  readonly clockMs: number;
}

/**
 * What remains of the true time to live in milliseconds, TTL_NONE, or TTL_ABSENT. A key (or hash field) whose true expiry has
 * passed counts as absent, whether or not the server has removed it yet.
 */
export const effectiveTtlMs = (ttlMs: number): number => (ttlMs === 0 ? TTL_ABSENT : ttlMs);

/** Whether a key that is present with this time to live ends so soon that its absence on the other side says nothing. */
export function endsSoon(ttlMs: number): boolean {
  const effective = effectiveTtlMs(ttlMs);
  return effective >= 0 && effective < TTL_TOLERANCE_MS;
}

/**
 * Whether two present keys (or hash fields) expire at the same time.
 *
 * Either the remaining times or the instants of expiry have to agree. Replication carries instants, so where the clocks
 * of the two hosts differ it is these that are equal.
 */
export function sameTtl(source: TtlReading, target: TtlReading): boolean {
  const sourceMs = effectiveTtlMs(source.ttlMs);
  const targetMs = effectiveTtlMs(target.ttlMs);
  if (sourceMs < 0 || targetMs < 0) return sourceMs === targetMs;
  const remaining = Math.abs(sourceMs - targetMs);
  const instants = Math.abs(sourceMs + source.clockMs - (targetMs + target.clockMs));
  if (Math.min(remaining, instants) <= TTL_TOLERANCE_MS) return true;
  return sourceMs + source.clockMs > FARTHEST_TOLD_MS && targetMs + target.clockMs > FARTHEST_TOLD_MS / 2;
}

/** A time to live for a person. */
export function describeTtl(ttlMs: number): string {
  const effective = effectiveTtlMs(ttlMs);
  if (effective === TTL_NONE) return 'no expiry';
  if (effective === TTL_ABSENT) return 'expired';
  return `expires in ${formatRemaining(effective)}`;
}

const UNITS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [60_000, 'min'],
] as const;

/** `23 h 46 min 5.4 s`: down to what two times that differ differ in, see TTL_TOLERANCE_MS. */
function formatRemaining(ms: number): string {
  if (ms < 1000) return `${ms} ms`;
  const parts: string[] = [];
  let rest = Math.round(ms / 100) * 100;
  for (const [unitMs, unit] of UNITS) {
    const count = Math.floor(rest / unitMs);
    rest -= count * unitMs;
    if (count > 0) parts.push(`${formatCount(count)} ${unit}`);
  }
  if (rest > 0) parts.push(`${rest / 1000} s`);
  return parts.join(' ');
}
