import { Select } from '@mantine/core';
import { useMemo, useState, type ReactElement } from 'react';
import { databaseName } from '../../shared/format/database-name.ts';
import type { HistoryRange } from '../../shared/model/history.ts';
import type { TaskView } from '../../shared/model/task-view.ts';
import chartClasses from '../charts/charts.module.css';
import { HistoryFault } from '../charts/history-fault.tsx';
import { LinePanel, type LinePanelProps } from '../charts/line-panel.tsx';
import { RangeBar } from '../charts/range-bar.tsx';
import { useHistory } from '../charts/use-history.ts';
import { useTaskStore } from '../state/tasks.ts';
import { useTaskPart } from '../task/use-task-part.ts';

type Panel = Pick<LinePanelProps, 'title' | 'unit' | 'lines'>;

const DIFFERENCE: Panel = {
  title: 'Difference of the keys without expiry',
  unit: 'count',
  lines: [{ measure: 'difference', name: 'Difference' }],
};
const KEYS: Panel = {
  title: 'Keys',
  unit: 'count',
  lines: [
    { measure: 'targetKeys', name: 'Target' },
    { measure: 'sourceKeys', name: 'Source' },
  ],
};
const ALL = 'all';

const YOUNG_MS = 15 * 60_000;

/** An hour would show next to nothing of a task that has just begun. */
const rangeOf = (task: TaskView | undefined): HistoryRange =>
  task?.startedAtMs != null && Date.now() - task.startedAtMs > YOUNG_MS ? '1h' : '5m';

const pickDatabases = ({ metrics }: TaskView) =>
  (metrics?.databases ?? [])
    .map(({ db, sourceDb }) => ({ db, name: databaseName(db, sourceDb) }))
    .toSorted((a, b) => a.db - b.db);

/** Keys of both sides and their difference over time, of all databases together or of one. */
export function DriftCharts({ id }: { readonly id: string }): ReactElement {
  const [range, setRange] = useState<HistoryRange>(() => rangeOf(useTaskStore.getState().byId[id]));
  const [held, setHeld] = useState(false);
  const [db, setDb] = useState<number | null>(null);
  const databases = useTaskPart(id, pickDatabases) ?? [];
  const { points, rows, endMs, loading, fault } = useHistory(id, range, db, held);
  const series = useMemo(() => [{ points, rows }], [points, rows]);
  const shown = { series, endMs, loading, range, syncId: `drift-${id}` };
  return (
    <section className={chartClasses.charts} aria-label="Keys over time">
      <RangeBar title="Over time" range={range} onRange={setRange} held={held} onHold={setHeld}>
        {databases.length > 1 && (
          <Select
            size="xs"
            w="9.5rem"
            aria-label="Database"
            allowDeselect={false}
            data={[
              { value: ALL, label: 'All databases' },
              ...databases.map((one) => ({ value: String(one.db), label: `Database ${one.name}` })),
            ]}
            value={db === null ? ALL : String(db)}
            onChange={(value) => setDb(value === null || value === ALL ? null : Number(value))}
          />
        )}
      </RangeBar>
      <HistoryFault fault={fault} />
      <div className={chartClasses.grid}>
        <LinePanel {...DIFFERENCE} {...shown} />
        <LinePanel {...KEYS} {...shown} />
      </div>
    </section>
  );
}
