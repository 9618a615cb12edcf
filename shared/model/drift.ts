import type { DatabaseCount, Metrics } from './metrics.ts';
import { followSteadyDrift, NO_STEADY_DRIFT, permanentDelta, type SteadyDrift } from './steady-drift.ts';
import type { Drift, DriftVerdict } from './task-view.ts';

/** A difference that has stood for less than this in step may still be on its way: both sides are counted once a second. */
const IN_FLIGHT_MS = 10_000;
/** A lag above this means that changes are on their way. Below, the lag is that of looking once a second. */
const LAG_SECONDS = 1;
/** The two sides are counted at most this far apart. */
const COUNTING_SECONDS = 2;
/** What is on its way comes and goes; a database that differs in one direction for so long differs for another reason. */
const STEADY_MS = 30_000;
/** Weight of the newest report in the rate of writes; about the last ten count, so that a single PING does not. */
const RATE_WEIGHT = 0.1;

/** What one look at the counts has to know of those before. */
export interface DriftMemory {
  /** Since when the sides differ while in step; null when they do not. */
  readonly differingSinceMs: number | null;
  readonly lastZeroAtMs: number | null;
  /** Commands that the source writes while both sides are in step, smoothed. */
  readonly writesPerSecond: number;
  readonly steady: SteadyDrift;
}

export const NO_DRIFT_MEMORY: DriftMemory = {
  differingSinceMs: null,
  lastZeroAtMs: null,
  writesPerSecond: 0,
  steady: NO_STEADY_DRIFT,
};
export const UNKNOWN_DRIFT: Drift = {
  verdict: 'unknown',
  difference: null,
  expiringDifference: null,
  countedAtMs: null,
  lastZeroAtMs: null,
};

export interface DriftLook {
  readonly drift: Drift;
  readonly memory: DriftMemory;
}

/** False until the keys of both sides have been counted for the first time in a run. */
export const isCounted = ({ databases, phase }: Metrics): boolean =>
  databases.length > 0 || (phase !== 'connecting' && phase !== 'clearing');

/** Keys without expiry that differ: absolute values are added, so that databases do not cancel each other out. */
export const differenceOf = (counts: readonly DatabaseCount[]): number => sumOf(counts, permanentDelta);

const expiringDelta = (count: DatabaseCount): number => count.sourceExpires - count.targetExpires;

/**
 * Says what the key counts of a report mean, which are as old as they are: while a side does not answer the same ones are reported again
 * and again, and prove nothing by that. A difference is called real only when nothing else explains it: in step for
 * 10 s, and larger than what the source writes between the two looks at the sides, or there at every look for 30 s.
 */
export function lookAtDrift(
  metrics: Metrics,
  existing: 'fail' | 'overwrite',
  memory: DriftMemory,
): DriftLook {
  if (!isCounted(metrics)) return { drift: { ...UNKNOWN_DRIFT, lastZeroAtMs: memory.lastZeroAtMs }, memory };
  const atMs = metrics.countedAtMs ?? metrics.atMs;
  const difference = differenceOf(metrics.databases);
  const expiringDifference = sumOf(metrics.databases, expiringDelta);
  const settled = metrics.phase === 'in-step' && metrics.lag.seconds < LAG_SECONDS;
  // A clock that was set back begins the time anew, or a real difference would be taken for one in flight until then.
  const sinceMs = Math.min(memory.differingSinceMs ?? atMs, atMs);
  const next: DriftMemory = {
    differingSinceMs: difference > 0 && settled ? sinceMs : null,
    lastZeroAtMs: difference === 0 ? atMs : memory.lastZeroAtMs,
    // What a copy brings, and what is caught up with, is not what the source writes.
    writesPerSecond: settled
      ? memory.writesPerSecond * (1 - RATE_WEIGHT) + metrics.read.commandsPerSecond * RATE_WEIGHT
      : 0,
    steady: !settled
      ? NO_STEADY_DRIFT
      : atMs === memory.steady.atMs
        ? memory.steady
        : followSteadyDrift(memory.steady, metrics.databases, atMs),
  };
  const verdict = verdictOf(metrics, atMs, existing, next, difference, expiringDifference);
  return {
    drift: { verdict, difference, expiringDifference, countedAtMs: atMs, lastZeroAtMs: next.lastZeroAtMs },
    memory: next,
  };
}

function verdictOf(
  metrics: Metrics,
  atMs: number,
  existing: 'fail' | 'overwrite',
  memory: DriftMemory,
  difference: number,
  expiringDifference: number,
): DriftVerdict {
  // A key that was evicted and written again counts, but may lack what it held before.
  if (metrics.evictedKeys > 0) return 'evicted';
  if (difference === 0) return expiringDifference === 0 ? 'none' : 'expiry';
  const sinceMs = memory.differingSinceMs;
  if (sinceMs === null || atMs - sinceMs <= IN_FLIGHT_MS) return 'in-flight';
  const underWay = Math.floor(memory.writesPerSecond * (metrics.lag.seconds + COUNTING_SECONDS));
  const steadyMs = atMs - memory.steady.sinceMs;
  if (difference <= underWay && steadyMs < STEADY_MS) return 'in-flight';
  return existing === 'overwrite' && onlyTargetHasMore(metrics.databases) ? 'own-keys' : 'real';
}

const onlyTargetHasMore = (counts: readonly DatabaseCount[]): boolean =>
  counts.every((count) => permanentDelta(count) <= 0);

const sumOf = (counts: readonly DatabaseCount[], delta: (count: DatabaseCount) => number): number =>
  counts.reduce((sum, count) => sum + Math.abs(delta(count)), 0);
