import type { ReactElement } from 'react';
import type { TooltipContentProps } from 'recharts';
import { spellsAt } from '../activity/spell.ts';
import { useNow } from '../state/now.ts';
import classes from './charts.module.css';
import { LineSample } from './line-sample.tsx';
import { useLiveRows } from './live-rows.ts';
import { pointAt, type Moment } from './moments.ts';
import { lineKey, seriesOf, type ChartLine } from './series.ts';
import type { Unit } from './ticks.ts';
import { formatMoment, formatValue } from './units.ts';

interface HoverValuesProps extends Partial<Pick<TooltipContentProps, 'active' | 'payload'>> {
  readonly lines: readonly ChartLine[];
  readonly unit: Unit;
}

const MINUTE_MS = 60_000;

/** The values of the moment that is pointed at. Recharts adds which one that is. */
export function HoverValues({ active, payload, ...chart }: HoverValuesProps): ReactElement | null {
  const moment = payload?.[0]?.payload as Moment | undefined;
  return active && moment ? <Values {...chart} moment={moment} /> : null;
}

interface ValuesProps extends Omit<HoverValuesProps, 'active' | 'payload'> {
  readonly moment: Moment;
}

function Values({ lines, unit, moment }: ValuesProps): ReactElement {
  const nowMs = useNow(MINUTE_MS);
  const { series, endMs, stepMs, spells } = useLiveRows();
  const atMs = endMs + moment.fromEndMs;
  const points = lines.map((line) => pointAt(seriesOf(series, line).points, atMs, stepMs));
  const shownMs = points.find((point) => point !== undefined)?.atMs ?? atMs;
  return (
    <div className={classes.hover}>
      <div>{formatMoment(shownMs, stepMs, nowMs)}</div>
      {spellsAt(spells, shownMs, stepMs).map((spell) => (
        <div key={spell.key}>{spell.word}</div>
      ))}
      {lines.map((line, index) => {
        const value = points[index]?.[line.measure] ?? null;
        return (
          <div key={lineKey(line)}>
            <LineSample index={index} />
            {line.name}: {value === null ? 'none' : formatValue(value, unit)}
          </div>
        );
      })}
    </div>
  );
}
