import type { ReactElement } from 'react';
import {
  DefaultZIndexes,
  useActiveTooltipDataPoints,
  useIsTooltipActive,
  usePlotArea,
  ZIndexLayer,
} from 'recharts';
import { LINE_WIDTH, lineStyle } from './line-sample.tsx';
import { useLiveRows } from './live-rows.ts';
import { pathOf, pointAt, xOf, yOf, type Moment, type Scale } from './moments.ts';
import { lineKey, seriesOf, type ChartLine } from './series.ts';
import { toAxis, type Unit } from './ticks.ts';

interface PlotLinesProps {
  readonly lines: readonly ChartLine[];
  readonly unit: Unit;
  readonly spanMs: number;
  /** The ends of the value axis. */
  readonly bottom: number;
  readonly top: number;
}

const DOT_RADIUS = 3;

/** The lines of a chart. */
export function PlotLines({ lines, unit, ...axes }: PlotLinesProps): ReactElement | null {
  const { series } = useLiveRows();
  const scale = useScale(axes);
  if (!scale) return null;
  return (
    <g>
      {lines.map((line, index) => (
        <path
          key={lineKey(line)}
          data-line={line.measure}
          d={pathOf(seriesOf(series, line).rows, line.measure, scale, (value) => toAxis(value, unit))}
          fill="none"
          {...lineStyle(index)}
          strokeWidth={LINE_WIDTH}
        />
      ))}
    </g>
  );
}

/** A dot on each line at the moment that is pointed at, above the cursor. */
export function PlotDots({ lines, unit, ...axes }: PlotLinesProps): ReactElement | null {
  const { series, endMs, stepMs } = useLiveRows();
  const scale = useScale(axes);
  const active = useIsTooltipActive();
  const moment = useActiveTooltipDataPoints<Moment>()?.[0];
  if (!active || !moment || !scale) return null;
  const atMs = endMs + moment.fromEndMs;
  return (
    <ZIndexLayer zIndex={DefaultZIndexes.activeDot}>
      {lines.map((line, index) => {
        const point = pointAt(seriesOf(series, line).points, atMs, stepMs);
        const value = point?.[line.measure] ?? null;
        return (
          point &&
          value !== null && (
            <circle
              key={lineKey(line)}
              cx={xOf(scale, point.atMs)}
              cy={yOf(scale, toAxis(value, unit))}
              r={DOT_RADIUS}
              fill={lineStyle(index).stroke}
              stroke="var(--ls-surface)"
              strokeWidth={2}
            />
          )
        );
      })}
    </ZIndexLayer>
  );
}

/** How time and values lie in the chart that this is in; undefined before it is laid out. */
export function useScale(axes: Pick<Scale, 'spanMs' | 'bottom' | 'top'>): Scale | undefined {
  const area = usePlotArea();
  const { endMs } = useLiveRows();
  return area && { area, endMs, ...axes };
}
