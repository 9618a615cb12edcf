import { memo, useId, useMemo, type ReactElement } from 'react';
import type { HistoryRange } from '../../shared/model/history.ts';
import classes from './charts.module.css';
import { LineSummary } from './line-summary.tsx';
import { Plot } from './plot.tsx';
import { greatest, seriesOf, type ChartLine, type Series } from './series.ts';
import { valueTicks, type Unit } from './ticks.ts';

export interface LinePanelProps {
  readonly title: string;
  readonly unit: Unit;
  readonly lines: readonly ChartLine[];
  readonly series: readonly Series[];
  readonly range: HistoryRange;
  /** The end of the time axis. */
  readonly endMs: number;
  readonly loading: boolean;
  /** Charts of one name show the same moment when one of them is hovered. */
  readonly syncId: string;
}

/** A chart of a few lines over time with its figures as text below. Drawn anew only when the points change. */
export const LinePanel = memo(function LinePanel(props: LinePanelProps): ReactElement {
  const { title, unit, lines, series, range, endMs, loading, syncId } = props;
  const titleId = useId();
  const live = useMemo(() => ({ series, endMs }), [series, endMs]);
  const greatestOf = (line: ChartLine): number => greatest(seriesOf(series, line).points, [line.measure]);
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
          range={range}
          syncId={syncId}
          valueTicks={valueTicks(Math.max(0, ...lines.map(greatestOf)), unit)}
        />
        {lines.every((line) => seriesOf(series, line).points.length === 0) && (
          <div className={classes.empty}>
            {loading ? 'Loading' : 'No figures in this time: the task did not run.'}
          </div>
        )}
      </div>
      <LineSummary lines={lines} unit={unit} series={series} />
    </figure>
  );
});
