import type { Metrics } from '../../shared/model/metrics.ts';
import {
  copyUnfinished,
  HISTORY_TIERS,
  tierFor,
  type HistoryPoint,
  type HistoryWindow,
} from '../../shared/model/history.ts';
import { appendPoint, leavesGap, pointOf, withGaps, type ChartRow } from './series.ts';

/** What charts of one window show at a moment. */
export interface ShownHistory {
  readonly points: readonly HistoryPoint[];
  /** The points with the gaps between them. */
  readonly rows: readonly ChartRow[];
  /** The end of the time axis. */
  readonly endMs: number;
  /** How far its points are apart. */
  readonly stepMs: number;
  /** Nothing was loaded yet. */
  readonly loading: boolean;
}

export const emptyHistory = (window: HistoryWindow, nowMs: number): ShownHistory => ({
  points: [],
  rows: [{ atMs: window.endMs ?? nowMs }],
  endMs: window.endMs ?? nowMs,
  stepMs: tierFor(window, nowMs).stepMs,
  loading: true,
});

export interface LoadedHistory {
  readonly stepMs: number;
  readonly points: readonly HistoryPoint[];
}

export interface HistoryFeedOptions {
  readonly window: HistoryWindow;
  readonly db: number | null;
  readonly load: () => Promise<LoadedHistory>;
  /** Calls the listener with each report. @returns a function that ends that */
  readonly onReport: (listener: (metrics: Metrics) => void) => () => void;
  /** Called whenever there is something new to look at. */
  readonly show: (history: ShownHistory) => void;
  readonly onFault: (error: unknown) => void;
}

export interface HistoryFeed {
  /** Holds what is shown, to look at it; what comes meanwhile is shown afterwards. */
  hold(held: boolean): void;
  /** Nothing is shown while the page is hidden; it catches up when it is seen again. */
  hide(hidden: boolean): void;
  close(): void;
}

/** Without reports the axis of the shortest range goes on in steps of this length. */
const IDLE_STEP_MS = 10_000;

/**
 * Keeps the points of a window: a short one that goes on takes the reports as they come, the others are loaded anew with each step. One
 * that has an end stays as it is. It never holds more points than the window has steps.
 */
export function openHistoryFeed(options: HistoryFeedOptions): HistoryFeed {
  const { window, db, load, onReport, show, onFault } = options;
  let { stepMs } = tierFor(window, Date.now());
  const goesOn = window.endMs === null;
  const live = goesOn && stepMs === HISTORY_TIERS[0]!.stepMs;
  let points: readonly HistoryPoint[] = [];
  let copying = true;
  let loading = true;
  let held = false;
  let hidden = false;
  let stale = false;
  let ended = false;
  let shown = false;
  let underWay = false;
  let reportedMs = 0;
  let aheadMs = 0;

  /** The host may be another machine: where its clock is clearly another, its reports say what time it is there. */
  const hostNowMs = (): number => Date.now() + (Math.abs(aheadMs) < IDLE_STEP_MS ? 0 : aheadMs);

  const mostPoints = (): number => Math.max(1, Math.ceil(window.spanMs / stepMs));

  const present = (): void => {
    // What is held is what was loaded first: an empty chart is nothing to look at.
    if ((held && shown) || hidden || ended) return;
    shown = !loading;
    // Between two reports the axis ends with the last one; it goes on by itself where they stay away.
    const lastMs = points.at(-1)?.atMs ?? 0;
    const endMs = window.endMs ?? (hostNowMs() - lastMs < IDLE_STEP_MS ? lastMs : hostNowMs());
    show({ points, rows: withGaps(points, stepMs, endMs), endMs, stepMs, loading });
  };

  const reload = async (): Promise<void> => {
    if (underWay) return;
    underWay = true;
    stale = false;
    try {
      const { points: loaded, stepMs: step } = await load();
      stepMs = step;
      const last = loaded.at(-1);
      const loadedMs = last?.atMs ?? 0;
      if (last) copying = last.keysMissing === null;
      // What was reported while the answer was on its way is newer than it.
      const since = live ? points.filter(({ atMs }) => atMs > loadedMs) : [];
      points = since.reduce((series, point) => appendPoint(series, point, stepMs, mostPoints()), loaded);
      loading = false;
      present();
    } catch (error) {
      stale = true;
      if (!ended) onFault(error);
    } finally {
      underWay = false;
    }
  };

  const takeReport = (metrics: Metrics): void => {
    reportedMs = Date.now();
    aheadMs = metrics.atMs - reportedMs;
    if (!live) return;
    copying = copyUnfinished(metrics.phase, copying);
    const point = pointOf(metrics, db, copying);
    // Reports were missed: the page slept, or was cut off. The application knows them.
    if (leavesGap(points, point, stepMs)) stale = true;
    points = appendPoint(points, point, stepMs, mostPoints());
    if (stale && !hidden) void reload();
    present();
  };
  const stopReports = onReport(takeReport);

  const timer = setInterval(
    () => {
      if (!goesOn) return;
      if (hidden) stale = true;
      else if (!live) void reload();
      else if (Date.now() - reportedMs >= IDLE_STEP_MS) present();
    },
    live ? IDLE_STEP_MS : stepMs,
  );
  void reload();

  return {
    hold(next) {
      held = next;
      present();
    },
    hide(next) {
      hidden = next;
      if (hidden) return;
      if (stale) void reload();
      present();
    },
    close() {
      ended = true;
      clearInterval(timer);
      stopReports();
    },
  };
}
