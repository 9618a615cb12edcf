import type { CompareProgress } from '../model/comparison.ts';
import { formatCount, formatDuration } from './numbers.ts';

/** Where a phase of a comparison began, as seen by whoever watches it. */
export interface PaceMark {
  readonly db: number;
  readonly phase: CompareProgress['phase'];
  readonly keysDone: number;
  readonly atMs: number;
}

/** Before this much has passed, an estimate says nothing. */
const LEAST_WATCHED_MS = 2000;

/** The mark for the phase that is under way: the one that there is, or a new one when the phase is new. */
export function markOf(mark: PaceMark | undefined, progress: CompareProgress, nowMs: number): PaceMark {
  const same = mark !== undefined && mark.db === progress.db && mark.phase === progress.phase;
  return same && progress.keysDone >= mark.keysDone
    ? mark
    : { db: progress.db, phase: progress.phase, keysDone: progress.keysDone, atMs: nowMs };
}

/** How long the present phase will last at the pace seen so far; undefined while that cannot be said. */
export function remainingMs(mark: PaceMark, progress: CompareProgress, nowMs: number): number | undefined {
  const done = progress.keysDone - mark.keysDone;
  const watchedMs = nowMs - mark.atMs;
  if (done <= 0 || watchedMs < LEAST_WATCHED_MS) return undefined;
  return (Math.max(0, progress.keysTotal - progress.keysDone) * watchedMs) / done;
}

/** `1,204 keys/s, about 12 s left in this step`; empty while that cannot be said. */
export function describePace(mark: PaceMark, progress: CompareProgress, nowMs: number): string {
  const leftMs = remainingMs(mark, progress, nowMs);
  if (leftMs === undefined) return '';
  const perSecond = ((progress.keysDone - mark.keysDone) * 1000) / (nowMs - mark.atMs);
  return `${formatCount(Math.round(perSecond))} keys/s, about ${formatDuration(Math.max(1000, leftMs))} left in this step`;
}
