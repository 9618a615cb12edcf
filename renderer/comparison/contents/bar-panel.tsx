import { useId, useMemo, type ReactElement } from 'react';
import {
  Bar as Drawn,
  BarChart,
  CartesianGrid,
  Tooltip,
  XAxis,
  YAxis,
  type TooltipContentProps,
} from 'recharts';
import type { Bar } from '../../../shared/format/contents-bars.ts';
import { CONTENTS_SIDES, SIDE_WORDS } from '../../../shared/format/contents-words.ts';
import chartClasses from '../../charts/charts.module.css';
import { valueTicks, type Unit } from '../../charts/ticks.ts';
import { formatTick, formatValue } from '../../charts/units.ts';
import classes from './contents.module.css';

interface BarPanelProps {
  readonly title: string;
  /** What the steps are. */
  readonly steps: string;
  readonly unit: Unit;
  readonly bars: readonly Bar[];
}

const FILL = { width: '100%', height: '100%' };
const MARGIN = { top: 6, right: 10, bottom: 0, left: 0 };
const TICK = { fontSize: 11, fill: 'var(--chart-text)' };
const VALUE_AXIS_WIDTH = 74;

/** Two bars for each step, of the source and of the target, and the same as a table. */
export function BarPanel({ title, steps, unit, bars }: BarPanelProps): ReactElement {
  const titleId = useId();
  const ticks = useMemo(
    () => valueTicks(Math.max(0, ...bars.flatMap(({ source, target }) => [source, target])), unit),
    [bars, unit],
  );
  return (
    <figure className={chartClasses.panel} aria-labelledby={titleId}>
      <h4 id={titleId} className={chartClasses.title}>
        {title}
      </h4>
      <div className={chartClasses.plot}>
        <BarChart
          responsive
          style={FILL}
          data={bars as Bar[]}
          margin={MARGIN}
          barCategoryGap="18%"
          barGap={1}
          aria-label={`${title}. Arrow keys show the figures of each step; the table below has all.`}
        >
          <CartesianGrid stroke="var(--chart-grid)" vertical={false} />
          <XAxis dataKey="name" tick={TICK} tickLine={false} stroke="var(--chart-grid)" minTickGap={10} />
          <YAxis
            ticks={ticks as number[]}
            domain={[0, ticks.at(-1) ?? 1]}
            tickFormatter={(value: number) => formatTick(value, unit)}
            tick={TICK}
            axisLine={false}
            tickLine={false}
            width={VALUE_AXIS_WIDTH}
          />
          {CONTENTS_SIDES.map((side) => (
            <Drawn key={side} dataKey={side} fill={`var(--contents-${side})`} isAnimationActive={false} />
          ))}
          <Tooltip
            isAnimationActive={false}
            cursor={{ fill: 'var(--ls-hover)' }}
            content={<HoveredBar unit={unit} />}
          />
        </BarChart>
      </div>
      <figcaption>
        <SideLegend />
        <details>
          <summary>Figures</summary>
          <table className={chartClasses.summary}>
            <thead>
              <tr>
                <th scope="col">{steps}</th>
                {CONTENTS_SIDES.map((side) => (
                  <th key={side} scope="col">
                    {SIDE_WORDS[side]}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {bars.map((bar) => (
                <tr key={bar.name}>
                  <th scope="row">{bar.name}</th>
                  {CONTENTS_SIDES.map((side) => (
                    <td key={side}>{formatValue(bar[side], unit)}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      </figcaption>
    </figure>
  );
}

const SideLegend = (): ReactElement => (
  <ul className={classes.legend}>
    {CONTENTS_SIDES.map((side) => (
      <li key={side}>
        <span className={classes.sample} data-side={side} aria-hidden />
        {SIDE_WORDS[side]}
      </li>
    ))}
  </ul>
);

function HoveredBar({
  active,
  payload,
  unit,
}: Partial<Pick<TooltipContentProps, 'active' | 'payload'>> & { readonly unit: Unit }): ReactElement | null {
  const bar = payload?.[0]?.payload as Bar | undefined;
  if (!active || !bar) return null;
  return (
    <div className={chartClasses.hover}>
      <div>{bar.name}</div>
      {CONTENTS_SIDES.map((side) => (
        <div key={side}>
          <span className={classes.sample} data-side={side} aria-hidden /> {SIDE_WORDS[side]}:{' '}
          {formatValue(bar[side], unit)}
        </div>
      ))}
    </div>
  );
}
