import type { ReactElement } from 'react';
import {
  DefaultZIndexes,
  useActiveTooltipDataPoints,
  useIsTooltipActive,
  usePlotArea,
  ZIndexLayer,
} from 'recharts';
import { HISTORY_RANGES, type HistoryRange } from '../../shared/model/history.ts';
import { LINE_WIDTH, lineStyle } from './line-sample.tsx';
import { useLiveRows } from './live-rows.ts';
import { pathOf, pointAt, spanMs, xOf, yOf, type Moment, type Scale } from './moments.ts';
import { lineKey, seriesOf, type ChartLine } from './series.ts';

interface PlotLinesProps {
  readonly lines: readonly ChartLine[];
  readonly range: HistoryRange;
  /** The top of the value axis. */
  readonly top: number;
}

const DOT_RADIUS = 3;

/** The lines of a chart. */
export function PlotLines({ lines, range, top }: PlotLinesProps): ReactElement | null {
  const { series } = useLiveRows();
  const scale = useScale(range, top);
  if (!scale) return null;
  return (
    <g>
      {lines.map((line, index) => (
        <path
          key={lineKey(line)}
          data-line={line.measure}
          d={pathOf(seriesOf(series, line).rows, line.measure, scale)}
          fill="none"
          {...lineStyle(index)}
          strokeWidth={LINE_WIDTH}
        />
      ))}
    </g>
  );
}

/** A dot on each line at the moment that is pointed at, above the cursor. */
export function PlotDots({ lines, range, top }: PlotLinesProps): ReactElement | null {
  const { series, endMs } = useLiveRows();
  const scale = useScale(range, top);
  const active = useIsTooltipActive();
  const moment = useActiveTooltipDataPoints<Moment>()?.[0];
  if (!active || !moment || !scale) return null;
  const atMs = endMs + moment.fromEndMs;
  return (
    <ZIndexLayer zIndex={DefaultZIndexes.activeDot}>
      {lines.map((line, index) => {
        const point = pointAt(seriesOf(series, line).points, atMs, HISTORY_RANGES[range].stepMs);
        return (
          point && (
            <circle
              key={lineKey(line)}
              cx={xOf(scale, point.atMs)}
              cy={yOf(scale, point[line.measure])}
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

function useScale(range: HistoryRange, top: number): Scale | undefined {
  const area = usePlotArea();
  const { endMs } = useLiveRows();
  return area && { area, endMs, spanMs: spanMs(range), top };
}
