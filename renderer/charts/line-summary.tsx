import type { ReactElement } from 'react';
import classes from './charts.module.css';
import { LineSample } from './line-sample.tsx';
import { lineKey, seriesOf, summarise, type ChartLine, type Series } from './series.ts';
import type { Unit } from './ticks.ts';
import { formatValue } from './units.ts';

interface LineSummaryProps {
  readonly lines: readonly ChartLine[];
  readonly unit: Unit;
  readonly series: readonly Series[];
}

/** What a chart shows, in figures; it is the chart's legend, too. */
export function LineSummary({ lines, unit, series }: LineSummaryProps): ReactElement {
  return (
    <figcaption>
      <table className={classes.summary}>
        <thead>
          <tr>
            <td />
            <th scope="col">Now</th>
            <th scope="col">Min</th>
            <th scope="col">Mean</th>
            <th scope="col">Max</th>
          </tr>
        </thead>
        <tbody>
          {lines.map((line, index) => {
            const summary = summarise(seriesOf(series, line).points, line.measure);
            const text = (value: number | undefined): string =>
              value === undefined ? '–' : formatValue(value, unit);
            return (
              <tr key={lineKey(line)}>
                <th scope="row">
                  <LineSample index={index} />
                  {line.name}
                </th>
                <td>{text(summary?.now)}</td>
                <td>{text(summary?.min)}</td>
                <td>{text(summary?.mean)}</td>
                <td>{text(summary?.max)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </figcaption>
  );
}
