import type { ReactElement } from 'react';
import type { TooltipContentProps } from 'recharts';
import { useNow } from '../state/now.ts';
import type { ChartRow } from './series.ts';
import classes from './charts.module.css';
import { LineSample } from './line-sample.tsx';
import type { ChartLine } from './series.ts';
import type { Unit } from './ticks.ts';
import { formatMoment, formatValue } from './units.ts';

interface HoverValuesProps extends Partial<Pick<TooltipContentProps, 'active' | 'payload'>> {
  readonly lines: readonly ChartLine[];
  readonly unit: Unit;
  readonly stepMs: number;
}

const MINUTE_MS = 60_000;

/** The values of the moment that is pointed at. Recharts adds which one that is. */
export function HoverValues({ active, payload, lines, unit, stepMs }: HoverValuesProps): ReactElement | null {
  const nowMs = useNow(MINUTE_MS);
  const row = payload?.[0]?.payload as ChartRow | undefined;
  if (!active || !row) return null;
  return (
    <div className={classes.hover}>
      <div>{formatMoment(row.atMs, stepMs, nowMs)}</div>
      {lines.map(({ measure, name }, index) => (
        <div key={measure}>
          <LineSample index={index} />
          {name}: {'lagSeconds' in row ? formatValue(row[measure], unit) : 'no report'}
        </div>
      ))}
    </div>
  );
}
