import type { DatabaseCount } from './metrics.ts';

/** Weight of the newest look in the growth of a database. */
const GROWTH_WEIGHT = 0.1;
/** A database that grows is ahead on the source by what it grows within this. */
const AHEAD_SECONDS = 1;

interface DatabaseWatch {
  readonly sourceKeys: number;
  /** Keys that the source gains or loses in a second, smoothed. */
  readonly growthPerSecond: number;
  /** Which side has more: 1 the source, -1 the target, 0 neither, or no more than growth explains. */
  readonly sign: number;
  readonly sinceMs: number;
}

/** How long databases have differed in one direction without a break, in more keys than their growth explains. */
export interface SteadyDrift {
  readonly atMs: number;
  readonly databases: ReadonlyMap<number, DatabaseWatch>;
  /** Since when the one that has done so the longest; Infinity when none does. */
  readonly sinceMs: number;
}

export const NO_STEADY_DRIFT: SteadyDrift = { atMs: 0, databases: new Map(), sinceMs: Infinity };

/** Keys without expiry, source minus target. */
export const permanentDelta = (count: DatabaseCount): number =>
  count.sourceKeys - count.sourceExpires - (count.targetKeys - count.targetExpires);

/**
 * Takes in the counts of one more look. Writes that are on their way make the sides differ now in one direction and now in
 * the other, or not at all; only growth, in a database that gains keys all the time, keeps one side ahead.
 */
export function followSteadyDrift(
  before: SteadyDrift,
  counts: readonly DatabaseCount[],
  atMs: number,
): SteadyDrift {
  const databases = new Map<number, DatabaseWatch>();
  const seconds = Math.max(0.1, (atMs - before.atMs) / 1000);
  let sinceMs = Infinity;
  for (const count of counts) {
    const watch = follow(before.databases.get(count.db), count, atMs, seconds);
    databases.set(count.db, watch);
    if (watch.sign !== 0) sinceMs = Math.min(sinceMs, watch.sinceMs);
  }
  return { atMs, databases, sinceMs };
}

function follow(
  before: DatabaseWatch | undefined,
  count: DatabaseCount,
  atMs: number,
  seconds: number,
): DatabaseWatch {
  const { sourceKeys } = count;
  const grown = before ? Math.abs(sourceKeys - before.sourceKeys) / seconds : 0;
  const growthPerSecond = before
    ? before.growthPerSecond * (1 - GROWTH_WEIGHT) + grown * GROWTH_WEIGHT
    : grown;
  const delta = permanentDelta(count);
  const sign = Math.abs(delta) > growthPerSecond * AHEAD_SECONDS ? Math.sign(delta) : 0;
  return {
    ...{ sourceKeys, growthPerSecond, sign },
    sinceMs: before && before.sign === sign ? before.sinceMs : atMs,
  };
}
