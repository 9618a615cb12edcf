import { memo, useId, type ReactElement } from 'react';
import { CartesianGrid, Line, LineChart, Tooltip, XAxis, YAxis } from 'recharts';
import type { HistoryPoint, HistoryRange } from '../../shared/model/history.ts';
import { HISTORY_RANGES } from '../../shared/model/history.ts';
import { formatClock } from '../../shared/format/times.ts';
import classes from './charts.module.css';
import { HoverValues } from './hover-values.tsx';
import { lineStyle } from './line-sample.tsx';
import { LineSummary } from './line-summary.tsx';
import { greatest, type ChartRow, type Measure } from './series.ts';
import { timeTicks, valueTicks, type Unit } from './ticks.ts';
import { formatTick } from './units.ts';

/** One line of a chart. The first is drawn solid, the second dashed above it, so that both show where they coincide. */
export interface ChartLine {
  readonly measure: Measure;
  readonly name: string;
}

export interface LinePanelProps {
  readonly title: string;
  readonly unit: Unit;
  readonly lines: readonly [ChartLine] | readonly [ChartLine, ChartLine];
  readonly points: readonly HistoryPoint[];
  /** The points with the gaps between them. */
  readonly rows: readonly ChartRow[];
  readonly range: HistoryRange;
  /** The end of the time axis. */
  readonly endMs: number;
  readonly loading: boolean;
  /** Charts of one name show the same moment when one of them is hovered. */
  readonly syncId: string;
}

const MARGIN = { top: 6, right: 10, bottom: 0, left: 0 };
/** Wide enough for the longest label, so that the plots do not move when the scale changes. */
const VALUE_AXIS_WIDTH = 74;

const FILL = { width: '100%', height: '100%' };
const TICK = { fontSize: 11, fill: 'var(--chart-text)' };

/** A chart of one or two lines over time with its figures as text below. Drawn anew only when the points change. */
export const LinePanel = memo(function LinePanel(props: LinePanelProps): ReactElement {
  const { title, unit, lines, points, rows, range, endMs, loading, syncId } = props;
  const titleId = useId();
  const { stepMs, points: steps } = HISTORY_RANGES[range];
  const startMs = endMs - stepMs * steps;
  const ticks = valueTicks(
    greatest(
      points,
      lines.map(({ measure }) => measure),
    ),
    unit,
  );
  return (
    <figure className={classes.panel} aria-labelledby={titleId}>
      <h3 id={titleId} className={classes.title}>
        {title}
      </h3>
      <div className={classes.plot}>
        <LineChart
          responsive
          style={FILL}
          data={rows as ChartRow[]}
          margin={MARGIN}
          syncId={syncId}
          syncMethod="index"
          throttleDelay="raf"
          aria-label={`${title}. Arrow keys show the values of each moment.`}
        >
          <CartesianGrid stroke="var(--chart-grid)" vertical={false} />
          <XAxis
            dataKey="atMs"
            type="number"
            scale="time"
            domain={[startMs, endMs]}
            allowDataOverflow
            ticks={timeTicks(startMs, endMs, range)}
            tickFormatter={(atMs: number) => formatClock(atMs, atMs)}
            tick={TICK}
            stroke="var(--chart-grid)"
            height={22}
          />
          <YAxis
            domain={[0, ticks.at(-1) ?? 1]}
            ticks={ticks}
            tickFormatter={(value: number) => formatTick(value, unit)}
            tick={TICK}
            axisLine={false}
            tickLine={false}
            width={VALUE_AXIS_WIDTH}
          />
          <Tooltip
            isAnimationActive={false}
            content={<HoverValues lines={lines} unit={unit} stepMs={stepMs} nowMs={endMs} />}
          />
          {lines.map(({ measure, name }, index) => (
            <Line
              key={measure}
              dataKey={measure}
              name={name}
              {...lineStyle(index)}
              strokeWidth={1.75}
              dot={false}
              activeDot={{ r: 3 }}
              isAnimationActive={false}
              connectNulls={false}
            />
          ))}
        </LineChart>
        {points.length === 0 && (
          <div className={classes.empty}>
            {loading ? 'Loading' : 'No figures in this time: the task did not run.'}
          </div>
        )}
      </div>
      <LineSummary lines={lines} unit={unit} points={points} />
    </figure>
  );
});
