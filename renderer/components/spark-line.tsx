import type { ReactElement } from 'react';
import classes from './spark-line.module.css';

export interface SparkLineProps {
  /** Oldest first. */
  readonly values: readonly number[];
  /** How many values fill the width; fewer stand at the right. */
  readonly room: number;
}

const WIDTH = 96;
const HEIGHT = 22;

/** The way a figure has taken lately, without axes; the figure itself stands beside it. */
export function SparkLine({ values, room }: SparkLineProps): ReactElement {
  const line = sparkPoints(values, room);
  return (
    <svg
      className={classes.spark}
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden
    >
      <path className={classes.ground} d={`M0 ${HEIGHT - 0.5}H${WIDTH}`} />
      {line.length > 1 && (
        <>
          <path className={classes.area} d={`M${line.join('L')}V${HEIGHT}H${line[0]!.split(' ')[0]}Z`} />
          <path className={classes.line} d={`M${line.join('L')}`} />
        </>
      )}
    </svg>
  );
}

/** `x y` of each value; the largest touches the top, and 0 is the ground. */
export function sparkPoints(values: readonly number[], room: number): string[] {
  const top = Math.max(...values, 1);
  const step = WIDTH / Math.max(1, room - 1);
  const from = WIDTH - (values.length - 1) * step;
  return values.map(
    (value, i) =>
      `${round(from + i * step)} ${round(HEIGHT - 1 - (Math.max(0, value) / top) * (HEIGHT - 3))}`,
  );
}

const round = (value: number): number => Math.round(value * 10) / 10;
