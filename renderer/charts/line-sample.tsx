import type { ReactElement } from 'react';
import classes from './charts.module.css';

export const LINE_WIDTH = 1.75;

/** How the first and the second line of a chart are drawn. They differ in colour and in their dashes. */
export const LINE_STYLES = [
  { stroke: 'var(--chart-first)', strokeDasharray: 'none' },
  { stroke: 'var(--chart-second)', strokeDasharray: '5 4' },
] as const;

export const lineStyle = (index: number): (typeof LINE_STYLES)[number] => LINE_STYLES[index === 0 ? 0 : 1];

/** A short piece of the line beside its name. */
export function LineSample({ index }: { readonly index: number }): ReactElement {
  return (
    <svg className={classes.sample} width="24" height="6" aria-hidden="true">
      <line x1="0" x2="24" y1="3" y2="3" strokeWidth="2" {...lineStyle(index)} />
    </svg>
  );
}
