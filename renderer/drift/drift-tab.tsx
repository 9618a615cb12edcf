import type { ReactElement } from 'react';
import { ComparisonPanel } from '../comparison/comparison-panel.tsx';
import { DatabaseCounts } from './database-table.tsx';
import { DriftCharts } from './drift-charts.tsx';
import { DriftFigure } from './drift-figure.tsx';
import classes from './drift.module.css';

/** Whether both sides hold the same keys: by their counts all the time, and by every value when asked. */
export const DriftTab = ({ id }: { readonly id: string }): ReactElement => (
  <div className={classes.tab}>
    <DriftFigure id={id} />
    <ComparisonPanel id={id} />
    <DriftCharts id={id} />
    <DatabaseCounts id={id} />
  </div>
);
