import type { ReactElement, ReactNode } from 'react';
import type { Tone } from '../../shared/model/tone.ts';
import classes from './figure.module.css';

export interface FigureProps {
  readonly label: string;
  /** The number with its unit, as the formatters give it; it may change every second without moving anything. */
  readonly value: ReactNode;
  /** A second line, smaller. */
  readonly detail?: ReactNode;
  readonly tone?: Tone | undefined;
  /** It says how things were, and is shown so. */
  readonly old?: boolean;
}

/** A number that is looked at again and again, with its label. Stands in a `FigureRow`. */
export const Figure = ({ label, value, detail, tone, old = false }: FigureProps): ReactElement => (
  <div className={classes.figure} data-tone={tone} data-old={old || undefined}>
    <dt className={classes.label}>{label}</dt>
    <dd className={classes.value}>{value}</dd>
    {detail !== undefined && <dd className={classes.detail}>{detail}</dd>}
  </div>
);

export const FigureRow = ({ children }: { readonly children: ReactNode }): ReactElement => (
  <dl className={classes.row}>{children}</dl>
);
