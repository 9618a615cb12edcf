import type { HistoryPoint } from '../../shared/model/history.ts';
import { GAP_STEPS, type ChartRow, type Measure } from './series.ts';

/** A moment that can be pointed at, told by how long it lies before the end of the time axis: the same for ever. */
export interface Moment {
  /** 0 at the end of the axis, negative before it. */
  readonly fromEndMs: number;
}

/** More could not be pointed at one by one. */
const MOST_MOMENTS = 600;

/** The steps of a span, from the beginning of its axis to the end of it. */
export function momentsOf(spanMs: number, stepMs: number): readonly Moment[] {
  const steps = Math.min(MOST_MOMENTS, Math.max(1, Math.ceil(spanMs / stepMs)));
  return Array.from({ length: steps + 1 }, (_, index) => ({
    fromEndMs: -Math.round((spanMs * (steps - index)) / steps),
  }));
}

/** The point nearest to a moment, as long as the line leads through the moment; undefined in a gap. */
export function pointAt(
  points: readonly HistoryPoint[],
  atMs: number,
  stepMs: number,
): HistoryPoint | undefined {
  let nearest: HistoryPoint | undefined;
  let awayMs = (stepMs * GAP_STEPS) / 2;
  for (const point of points) {
    const distanceMs = Math.abs(point.atMs - atMs);
    if (distanceMs > awayMs) continue;
    nearest = point;
    awayMs = distanceMs;
  }
  return nearest;
}

/** Where a chart draws, in pixels. */
export interface PlotArea {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How time and values lie in the plot: the axes end at `endMs` and, upwards, at `top`. */
export interface Scale {
  readonly area: PlotArea;
  readonly endMs: number;
  readonly spanMs: number;
  readonly bottom: number;
  readonly top: number;
}

export const xOf = ({ area, endMs, spanMs: span }: Scale, atMs: number): number =>
  tenth(area.x + area.width * (1 - (endMs - atMs) / span));

/** `value`: on the axis, see `toAxis`. */
export const yOf = ({ area, bottom, top }: Scale, value: number): number =>
  tenth(area.y + area.height * (1 - (value - bottom) / (top - bottom)));

const tenth = (pixels: number): number => Math.round(pixels * 10) / 10;

/** Half the length of the dash that stands for a point without neighbours. */
const LONE_PX = 1;

/** The path of a measure. Rows without values interrupt it; what lies outside of the axis is left out. */
export function pathOf(
  rows: readonly ChartRow[],
  measure: Measure,
  scale: Scale,
  onAxis: (value: number) => number = (value) => value,
): string {
  const pieces: string[] = [];
  let piece: string[] = [];
  const end = (): void => {
    if (piece.length === 1) pieces.push(`M${piece[0]}m${-LONE_PX},0h${2 * LONE_PX}`);
    else if (piece.length > 1) pieces.push(`M${piece.join('L')}`);
    piece = [];
  };
  for (const row of rows) {
    const value = 'lagSeconds' in row ? row[measure] : null;
    if (value === null) end();
    else if (row.atMs >= scale.endMs - scale.spanMs && row.atMs <= scale.endMs)
      piece.push(`${xOf(scale, row.atMs)},${yOf(scale, onAxis(value))}`);
  }
  end();
  return pieces.join('');
}
