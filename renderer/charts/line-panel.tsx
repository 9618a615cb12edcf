import { memo, useId, useMemo, type ReactElement } from 'react';
import type { Spell } from '../activity/spell.ts';
import classes from './charts.module.css';
import { LineSummary } from './line-summary.tsx';
import { Plot } from './plot.tsx';
import { extent, seriesOf, type ChartLine, type Series } from './series.ts';
import { signedTicks, valueTicks, type Unit } from './ticks.ts';

export interface LinePanelProps {
  readonly title: string;
  readonly unit: Unit;
  readonly lines: readonly ChartLine[];
  readonly series: readonly Series[];
  readonly spanMs: number;
  /** How far points are apart. */
  readonly stepMs: number;
  /** The end of the time axis. */
  readonly endMs: number;
  readonly loading: boolean;
  /** Charts of one name show the same moment when one of them is hovered. */
  readonly syncId: string;
  /** What happened meanwhile, to be marked behind the lines. */
  readonly spells?: readonly Spell[];
  /** Why there is no line, where that is not because the task did not run. */
  readonly empty?: string;
}

const NOT_RUNNING = 'No figures in this time: the task did not run.';
const NO_SPELLS: readonly Spell[] = [];

/** A chart of a few lines over time with its figures as text below. Drawn anew only when the points change. */
export const LinePanel = memo(function LinePanel(props: LinePanelProps): ReactElement {
  const { title, unit, lines, series, spanMs, stepMs, endMs, loading, syncId, spells = NO_SPELLS } = props;
  const { empty = NOT_RUNNING } = props;
  const reported = series.some(({ points }) => points.length > 0);
  const titleId = useId();
  const live = useMemo(() => ({ series, endMs, stepMs, spells }), [series, endMs, stepMs, spells]);
  const known = lines.some((line) =>
    seriesOf(series, line).points.some((point) => point[line.measure] !== null),
  );
  return (
    <figure className={classes.panel} aria-labelledby={titleId}>
      <h3 id={titleId} className={classes.title}>
        {title}
      </h3>
      <div className={classes.plot}>
        <Plot
          title={title}
          unit={unit}
          lines={lines}
          live={live}
          spanMs={spanMs}
          stepMs={stepMs}
          syncId={syncId}
          valueTicks={ticksOf(lines, series, unit)}
        />
        {!known && (
          <div className={classes.empty}>{loading ? 'Loading' : reported ? empty : NOT_RUNNING}</div>
        )}
      </div>
      <LineSummary lines={lines} unit={unit} series={series} />
    </figure>
  );
});

function ticksOf(lines: readonly ChartLine[], series: readonly Series[], unit: Unit): readonly number[] {
  const extents = lines.map((line) => extent(seriesOf(series, line).points, line.measure));
  const least = Math.min(0, ...extents.map(([from]) => from));
  const most = Math.max(0, ...extents.map(([, to]) => to));
  return unit === 'signed-count' ? signedTicks(least, most) : valueTicks(most, unit);
}
