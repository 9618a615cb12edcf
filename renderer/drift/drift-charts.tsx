import { Select } from '@mantine/core';
import { useMemo, useState, type ReactElement } from 'react';
import { databaseName } from '../../shared/format/database-name.ts';
import type { TaskView } from '../../shared/model/task-view.ts';
import { useActivity } from '../activity/use-activity.ts';
import { useTaskWindow } from '../activity/use-task-window.ts';
import chartClasses from '../charts/charts.module.css';
import { ChosenTime } from '../charts/chosen-time.tsx';
import { HistoryFault } from '../charts/history-fault.tsx';
import { LinePanel, type LinePanelProps } from '../charts/line-panel.tsx';
import { RangeBar } from '../charts/range-bar.tsx';
import { useHistory } from '../charts/use-history.ts';
import { useSpells } from '../charts/use-spells.ts';
import { useTaskPart } from '../task/use-task-part.ts';

type Panel = Pick<LinePanelProps, 'title' | 'unit' | 'lines' | 'empty'>;

const DIFFERENCE: Panel = {
  title: 'Difference of the keys without expiry',
  unit: 'signed-count',
  lines: [
    { measure: 'keysMissing', name: 'Missing on the target' },
    { measure: 'keysExtra', name: 'Only on the target' },
  ],
  empty: 'It is drawn from the end of the full copy on.',
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

const pickDatabases = ({ metrics }: TaskView) =>
  (metrics?.databases ?? [])
    .map(({ db, sourceDb }) => ({ db, name: databaseName(db, sourceDb) }))
    .toSorted((a, b) => a.db - b.db);

/** Keys of both sides and their difference over time, of all databases together or of one. */
export function DriftCharts({ id }: { readonly id: string }): ReactElement {
  const { window, choice, choose } = useTaskWindow(id);
  const [held, setHeld] = useState(false);
  const [db, setDb] = useState<number | null>(null);
  const databases = useTaskPart(id, pickDatabases) ?? [];
  const { points, rows, endMs, stepMs, loading, fault } = useHistory(id, window, db, held);
  const spells = useSpells(useActivity(id));
  const series = useMemo(() => [{ points, rows }], [points, rows]);
  const shown = { series, endMs, stepMs, loading, spells, spanMs: window.spanMs, syncId: `drift-${id}` };
  return (
    <section className={chartClasses.charts} aria-label="Keys over time">
      <RangeBar title="Over time" window={choice} onWindow={choose} whole held={held} onHold={setHeld}>
        <ChosenTime window={window} stepMs={stepMs} />
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
