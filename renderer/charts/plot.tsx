import { useMemo, type ReactElement } from 'react';
import { CartesianGrid, Line, LineChart, Tooltip, XAxis, YAxis } from 'recharts';
import { formatClock } from '../../shared/format/times.ts';
import { HISTORY_RANGES, type HistoryRange } from '../../shared/model/history.ts';
import { HoverValues } from './hover-values.tsx';
import type { ChartLine } from './series.ts';
import { lineStyle } from './line-sample.tsx';
import type { ChartRow } from './series.ts';
import type { Unit } from './ticks.ts';
import { formatTick } from './units.ts';

export interface PlotProps {
  readonly title: string;
  readonly unit: Unit;
  readonly lines: readonly ChartLine[];
  /** The last of them is the end of the time axis. */
  readonly rows: readonly ChartRow[];
  readonly range: HistoryRange;
  readonly timeTicks: readonly number[];
  readonly valueTicks: readonly number[];
  readonly syncId: string;
}

const MARGIN = { top: 6, right: 10, bottom: 0, left: 0 };
/** Wide enough for the longest label, so that the plots do not move when the scale changes. */
const VALUE_AXIS_WIDTH = 74;
const FILL = { width: '100%', height: '100%' };
const TICK = { fontSize: 11, fill: 'var(--chart-text)' };
const ACTIVE_DOT = { r: 3 };

type TimeDomain = ([from, to]: readonly [number, number]) => readonly [number, number];
const endingAtLast =
  (range: HistoryRange): TimeDomain =>
  ([, to]) => [to - HISTORY_RANGES[range].stepMs * HISTORY_RANGES[range].points, to];
const TIME_DOMAINS: Readonly<Record<HistoryRange, TimeDomain>> = {
  '5m': endingAtLast('5m'),
  '1h': endingAtLast('1h'),
  '24h': endingAtLast('24h'),
};

const clockOf = (atMs: number): string => formatClock(atMs, atMs);

/**
 * The lines themselves. Recharts draws everything twice when anything but its data is new, so whatever else is given to it
 * is the same object each second: domains are functions, ticks are kept as long as they hold the same.
 */
export function Plot(props: PlotProps): ReactElement {
  const { title, unit, lines, rows, range, syncId } = props;
  const timeTicks = useSameNumbers(props.timeTicks);
  const valueTicks = useSameNumbers(props.valueTicks);
  const valueDomain = useMemo(() => [0, valueTicks.at(-1) ?? 1] as const, [valueTicks]);
  const format = useMemo(() => (value: number) => formatTick(value, unit), [unit]);
  const hover = useMemo(
    () => <HoverValues lines={lines} unit={unit} stepMs={HISTORY_RANGES[range].stepMs} />,
    [lines, unit, range],
  );
  return (
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
        domain={TIME_DOMAINS[range]}
        allowDataOverflow
        ticks={timeTicks}
        tickFormatter={clockOf}
        tick={TICK}
        stroke="var(--chart-grid)"
        height={22}
      />
      <YAxis
        domain={valueDomain}
        ticks={valueTicks}
        tickFormatter={format}
        tick={TICK}
        axisLine={false}
        tickLine={false}
        width={VALUE_AXIS_WIDTH}
      />
      <Tooltip isAnimationActive={false} content={hover} />
      {lines.map(({ measure, name }, index) => (
        <Line
          key={measure}
          dataKey={measure}
          name={name}
          {...lineStyle(index)}
          strokeWidth={1.75}
          dot={false}
          activeDot={ACTIVE_DOT}
          isAnimationActive={false}
          connectNulls={false}
        />
      ))}
    </LineChart>
  );
}

/** The same array as long as it holds the same numbers. */
function useSameNumbers(numbers: readonly number[]): readonly number[] {
  const text = numbers.join(' ');
  return useMemo(() => (text === '' ? [] : text.split(' ').map(Number)), [text]);
}
