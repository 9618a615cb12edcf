import type { Metrics } from '../../shared/model/metrics.ts';
import { HISTORY_RANGES, type HistoryPoint, type HistoryRange } from '../../shared/model/history.ts';
import { appendPoint, leavesGap, pointOf, withGaps, type ChartRow } from './series.ts';

/** What charts of one range show at a moment. */
export interface ShownHistory {
  readonly points: readonly HistoryPoint[];
  /** The points with the gaps between them. */
  readonly rows: readonly ChartRow[];
  /** The end of the time axis. */
  readonly endMs: number;
  /** Nothing was loaded yet. */
  readonly loading: boolean;
}

export const emptyHistory = (nowMs: number): ShownHistory => ({
  points: [],
  rows: [{ atMs: nowMs }],
  endMs: nowMs,
  loading: true,
});

export interface HistoryFeedOptions {
  readonly range: HistoryRange;
  readonly db: number | null;
  readonly load: () => Promise<readonly HistoryPoint[]>;
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
 * Keeps the points of a range: the shortest one takes the reports as they come, the others are loaded anew with each
 * step. It never holds more points than the range has steps.
 */
export function openHistoryFeed(options: HistoryFeedOptions): HistoryFeed {
  const { range, db, load, onReport, show, onFault } = options;
  const { stepMs, points: most } = HISTORY_RANGES[range];
  const live = range === '5m';
  let points: readonly HistoryPoint[] = [];
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

  const present = (): void => {
    // What is held is what was loaded first: an empty chart is nothing to look at.
    if ((held && shown) || hidden || ended) return;
    shown = !loading;
    // Between two reports the axis ends with the last one; it goes on by itself where they stay away.
    const lastMs = points.at(-1)?.atMs ?? 0;
    const endMs = hostNowMs() - lastMs < IDLE_STEP_MS ? lastMs : hostNowMs();
    show({ points, rows: withGaps(points, stepMs, endMs), endMs, loading });
  };

  const reload = async (): Promise<void> => {
    if (underWay) return;
    underWay = true;
    stale = false;
    try {
      const loaded = await load();
      const loadedMs = loaded.at(-1)?.atMs ?? 0;
      // What was reported while the answer was on its way is newer than it.
      const since = live ? points.filter(({ atMs }) => atMs > loadedMs) : [];
      points = since.reduce((series, point) => appendPoint(series, point, stepMs, most), loaded);
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
    const point = pointOf(metrics, db);
    // Reports were missed: the page slept, or was cut off. The application knows them.
    if (leavesGap(points, point, stepMs)) stale = true;
    points = appendPoint(points, point, stepMs, most);
    if (stale && !hidden) void reload();
    present();
  };
  const stopReports = onReport(takeReport);

  const timer = setInterval(
    () => {
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
