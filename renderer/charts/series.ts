import { keyFiguresOf, taskFiguresOf, type HistoryPoint } from '../../shared/model/history.ts';
import type { Metrics } from '../../shared/model/metrics.ts';

/** A row of a chart: a point, or a moment without one, at which the line is interrupted. */
export type ChartRow = HistoryPoint | { readonly atMs: number };

/** What can be drawn of a point. */
export type Measure = Exclude<keyof HistoryPoint, 'atMs'>;

/** A step may be this much longer than planned before the line is interrupted: reports come a little late now and then. */
export const GAP_STEPS = 2.5;

/** The point that a report makes; of one database, or of all of them together. Rates and lag belong to the whole task. */
export const pointOf = (metrics: Metrics, db: number | null, copying: boolean): HistoryPoint => ({
  atMs: metrics.atMs,
  ...taskFiguresOf(metrics),
  ...keyFiguresOf(
    metrics.databases.filter((database) => db === null || database.db === db),
    copying,
  ),
});

/**
 * The series with one point more, no longer than `points` steps. A report within the step of the one before takes its
 * place, so that reports in quick succession do not make the series denser; one that is older is left out.
 */
export function appendPoint(
  series: readonly HistoryPoint[],
  point: HistoryPoint,
  stepMs: number,
  points: number,
): readonly HistoryPoint[] {
  const last = series.at(-1);
  if (last && point.atMs <= last.atMs) return series;
  // Reports come every second, but not to the millisecond: half a step tells a further one from the same one again.
  const replaces = last !== undefined && point.atMs - last.atMs < stepMs / 2;
  const kept = replaces ? series.slice(0, -1) : series;
  const oldestMs = point.atMs - stepMs * points;
  const from = Math.max(
    kept.findIndex(({ atMs }) => atMs > oldestMs),
    kept.length - points + 1,
    0,
  );
  const fresh = kept.at(-1) === undefined || kept.at(-1)!.atMs > oldestMs;
  return fresh ? [...kept.slice(from), point] : [point];
}

/**
 * The points with a row without values between two that are too far apart, so that no line leads across, and one at the
 * end of the axis where the last point lies before it.
 */
export function withGaps(
  series: readonly HistoryPoint[],
  stepMs: number,
  endMs: number,
): readonly ChartRow[] {
  const rows: ChartRow[] = [];
  let beforeMs: number | undefined;
  for (const point of series) {
    if (beforeMs !== undefined && point.atMs - beforeMs > stepMs * GAP_STEPS)
      rows.push({ atMs: beforeMs + stepMs });
    rows.push(point);
    beforeMs = point.atMs;
  }
  if (beforeMs === undefined || beforeMs < endMs) rows.push({ atMs: endMs });
  return rows;
}

/** True when something came between the series and the point, which its owner may know more of. */
export function leavesGap(series: readonly HistoryPoint[], point: HistoryPoint, stepMs: number): boolean {
  const last = series.at(-1);
  return last !== undefined && point.atMs - last.atMs > stepMs * GAP_STEPS;
}

export interface Summary {
  readonly now: number;
  readonly min: number;
  readonly mean: number;
  readonly max: number;
}

/** What the line says in four figures; undefined where there is none. `now` is the last one that there was. */
export function summarise(series: readonly HistoryPoint[], measure: Measure): Summary | undefined {
  let now: number | undefined;
  let min = Number.POSITIVE_INFINITY;
  let max = Number.NEGATIVE_INFINITY;
  let sum = 0;
  let count = 0;
  for (const point of series) {
    const value = point[measure];
    if (value === null) continue;
    now = value;
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    count += 1;
  }
  return now === undefined ? undefined : { now, min, mean: sum / count, max };
}

/** The least and the greatest value of a measure, both 0 where there is none beyond it. */
export function extent(series: readonly HistoryPoint[], measure: Measure): readonly [number, number] {
  let least = 0;
  let most = 0;
  for (const point of series) {
    const value = point[measure] ?? 0;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return [least, most];
}

/** The past of one task as a chart draws it. */
export interface Series {
  readonly points: readonly HistoryPoint[];
  /** The points with the gaps between them, up to the end of the time axis. */
  readonly rows: readonly ChartRow[];
}

/** One line of a chart. The first is drawn solid, the others dashed above it, so that all show where they coincide. */
export interface ChartLine {
  readonly measure: Measure;
  readonly name: string;
  /** Which of the chart's series it belongs to; left out, the first. */
  readonly of?: number;
}

const NOTHING: Series = { points: [], rows: [] };

export const seriesOf = (series: readonly Series[], { of = 0 }: ChartLine): Series => series[of] ?? NOTHING;

export const lineKey = ({ measure, of = 0 }: ChartLine): string => `${measure}-${of}`;
