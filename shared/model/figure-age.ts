import { isAtWork, type TaskView } from './task-view.ts';

/** Figures are taken once a second; beyond this they say how things were, and not how they are. */
export const FRESH_MS = 10_000;

/**
 * How old a figure is. `now`: it says how things are; `old`: how they were when it was taken; `none`: there is none, or it means nothing
 * any more.
 */
export interface FigureAge {
  readonly kind: 'now' | 'old' | 'none';
  /** How long ago it was taken, in ms. */
  readonly forMs: number;
}

export interface FigureAges {
  /** Of the last report: rates, and what waits in the spool. */
  readonly report: FigureAge;
  /** Of where the source is, and so of the lag. */
  readonly source: FigureAge;
  /** Of the keys of both sides, and so of the drift. */
  readonly counts: FigureAge;
}

/** A task as it was heard of: `heardAtMs` is when its last report came, by the clock of whoever looks; left out for just now. */
export type Heard<T> = T & { readonly heardAtMs?: number | undefined };

type Told = Heard<Pick<TaskView, 'state' | 'metrics' | 'drift' | 'startedAtMs'>>;

const NONE: FigureAge = { kind: 'none', forMs: 0 };

/**
 * How old the figures of a task are. Ages within a report are told by the engine's clock alone, and the time since it came by that of
 * whoever looks, so it does not matter that these differ.
 */
export function figureAges(task: Told, nowMs: number): FigureAges {
  const { metrics, drift, state, startedAtMs, heardAtMs } = task;
  if (!metrics) return { report: NONE, source: NONE, counts: NONE };
  const { atMs } = metrics;
  // Of a run that has ended the keys are kept, as it has left them.
  const goesOn = isAtWork(state) && startedAtMs !== null && atMs >= startedAtMs;
  const sinceReportMs = goesOn ? Math.max(0, nowMs - (heardAtMs ?? nowMs)) : Math.max(0, nowMs - atMs);
  const ageOf = (takenAtMs: number): FigureAge => {
    const forMs = Math.max(0, atMs - takenAtMs) + sinceReportMs;
    return { kind: goesOn && forMs <= FRESH_MS ? 'now' : 'old', forMs };
  };
  return {
    report: goesOn ? ageOf(atMs) : NONE,
    source: goesOn ? ageOf(metrics.sourceAtMs ?? atMs) : NONE,
    counts: drift.countedAtMs === null ? NONE : ageOf(drift.countedAtMs),
  };
}
