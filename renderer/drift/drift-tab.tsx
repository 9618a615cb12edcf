import type { ReactElement } from 'react';
import { ComparisonPanel } from '../comparison/comparison-panel.tsx';
import { DailyPanel } from '../comparison/daily/daily-panel.tsx';
import { useTaskStore } from '../state/tasks.ts';
import { RepairPanel } from '../values/repair-panel.tsx';
import { SelectedKeys } from '../values/selected-keys.tsx';
import { useOpenKey } from '../values/use-open-key.tsx';
import { DatabaseCounts } from './database-table.tsx';
import { DriftCharts } from './drift-charts.tsx';
import { DriftFigure } from './drift-figure.tsx';
import classes from './drift.module.css';

/** Whether both sides hold the same keys: by their counts all the time, and by every value when asked. */
export const DriftTab = ({ id }: { readonly id: string }): ReactElement => (
  <div className={classes.tab}>
    <DriftFigure id={id} />
    <TaskComparison id={id} />
    <DriftCharts id={id} />
    <DatabaseCounts id={id} />
  </div>
);

function TaskComparison({ id }: { readonly id: string }): ReactElement {
  const name = useTaskStore(({ byId }) => byId[id]?.name) ?? id;
  const primariesSpared = useTaskStore(({ byId }) => byId[id]?.readFrom === 'replicas');
  const { onOpenKey, opened } = useOpenKey(id, true);
  return (
    <>
      <ComparisonPanel
        id={id}
        name={name}
        primariesSpared={primariesSpared}
        onOpenKey={onOpenKey}
        selectedKeys={SelectedKeys}
      />
      <RepairPanel id={id} />
      <DailyPanel id={id} />
      {opened}
    </>
  );
}
