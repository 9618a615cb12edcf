import type { ReactElement } from 'react';
import classes from './charts.module.css';

export const LINE_WIDTH = 1.75;

const STROKES = ['var(--chart-first)', 'var(--chart-second)', 'var(--chart-third)', 'var(--chart-fourth)'];
const DASHES = ['none', '5 4', '2 3', '9 3 2 3'];

/** So many lines of a chart can be told apart. */
export const MOST_LINES = STROKES.length * DASHES.length;

/** How the lines of a chart are drawn. Those beside one another differ in colour and in their dashes, all of them in one of the two. */
export const lineStyle = (index: number): { readonly stroke: string; readonly strokeDasharray: string } => ({
  stroke: STROKES[index % STROKES.length]!,
  strokeDasharray: DASHES[(index + Math.floor(index / STROKES.length)) % DASHES.length]!,
});

/** A short piece of the line beside its name. */
export function LineSample({ index }: { readonly index: number }): ReactElement {
  return (
    <svg className={classes.sample} width="24" height="6" aria-hidden="true">
      <line x1="0" x2="24" y1="3" y2="3" strokeWidth="2" {...lineStyle(index)} />
    </svg>
  );
}
