import { memo, useMemo, type ReactElement } from 'react';
import { CartesianGrid, Line, LineChart, Tooltip, XAxis, YAxis } from 'recharts';
import { HoverValues } from './hover-values.tsx';
import { LiveRowsProvider, type LiveRows } from './live-rows.ts';
import { momentsOf, type Moment } from './moments.ts';
import { PlotDots, PlotLines } from './plot-lines.tsx';
import { PlotSpells } from './plot-spells.tsx';
import type { ChartLine } from './series.ts';
import { fromAxis, type Unit } from './ticks.ts';
import { TimeAxis } from './time-axis.tsx';
import { formatTick } from './units.ts';
import { useSameNumbers } from './use-same-numbers.ts';

interface FrameProps {
  readonly title: string;
  readonly unit: Unit;
  readonly lines: readonly ChartLine[];
  readonly spanMs: number;
  readonly stepMs: number;
  readonly valueTicks: readonly number[];
  readonly syncId: string;
}

export interface PlotProps extends FrameProps {
  readonly live: LiveRows;
}

const MARGIN = { top: 6, right: 10, bottom: 0, left: 0 };
/** Wide enough for the longest label, so that the plots do not move when the scale changes. */
const VALUE_AXIS_WIDTH = 74;
const TIME_AXIS_HEIGHT = 22;
const FILL = { width: '100%', height: '100%' };
const TICK = { fontSize: 11, fill: 'var(--chart-text)' };
const onTheAxis = (): number => 0;

/** A chart: a frame that stays as it is, and in it what moves. */
export function Plot({ live, ...frame }: PlotProps): ReactElement {
  const valueTicks = useSameNumbers(frame.valueTicks);
  return (
    <LiveRowsProvider value={live}>
      <Frame {...frame} valueTicks={valueTicks} />
    </LiveRowsProvider>
  );
}

/**
 * The axes and what can be pointed at. Recharts knows moments before the end of the axis only, which are the same for ever,
 * so that it has nothing to do when a report comes; its own line is not to be seen, it makes the moments known.
 */
const Frame = memo(function Frame(props: FrameProps): ReactElement {
  const { title, unit, lines, spanMs, stepMs, valueTicks, syncId } = props;
  const top = valueTicks.at(-1) ?? 1;
  const bottom = valueTicks[0] ?? 0;
  const valueDomain = useMemo(() => [bottom, top] as const, [bottom, top]);
  const timeDomain = useMemo(() => [-spanMs, 0] as const, [spanMs]);
  const moments = useMemo(() => momentsOf(spanMs, stepMs), [spanMs, stepMs]);
  const format = useMemo(() => (place: number) => formatTick(fromAxis(place, unit), unit), [unit]);
  const axes = { spanMs, bottom, top };
  return (
    <LineChart
      responsive
      style={FILL}
      data={moments as Moment[]}
      margin={MARGIN}
      syncId={syncId}
      syncMethod="index"
      throttleDelay="raf"
      aria-label={`${title}. Arrow keys show the values of each moment.`}
    >
      <CartesianGrid stroke="var(--chart-grid)" vertical={false} />
      <XAxis
        dataKey="fromEndMs"
        type="number"
        domain={timeDomain}
        tick={false}
        tickLine={false}
        stroke="var(--chart-grid)"
        height={TIME_AXIS_HEIGHT}
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
      <Line dataKey={onTheAxis} stroke="none" dot={false} activeDot={false} isAnimationActive={false} />
      <TimeAxis spanMs={spanMs} margin={MARGIN.right} />
      <PlotSpells {...axes} />
      <PlotLines lines={lines} unit={unit} {...axes} />
      <PlotDots lines={lines} unit={unit} {...axes} />
      <Tooltip isAnimationActive={false} content={<HoverValues lines={lines} unit={unit} />} />
    </LineChart>
  );
});
