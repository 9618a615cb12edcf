import { ArrowDown, ArrowUp, ArrowUpDown } from 'lucide-react';
import { useMemo, type ReactElement } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import { ListBar } from './list/list-bar.tsx';
import { idsOf, type ListRow } from './list/list-rows.ts';
import listClasses from './list/list.module.css';
import { useSearch } from './list/search.ts';
import { TickBox } from './list/tick-box.tsx';
import { useListRows } from './list/use-list-rows.ts';
import { sortBy, SORT_COLUMNS, useTaskOrder, type SortColumn } from './task-order.ts';
import { GroupRow } from './group-row.tsx';
import { TaskRow } from './task-row.tsx';
import classes from './task-table.module.css';

const TITLES: Readonly<Record<SortColumn, string>> = {
  name: 'Task',
  status: 'State',
  lag: 'Lag',
  rate: 'Commands/s',
  drift: 'Drift',
};

export function TaskTable(): ReactElement {
  const sections = useListRows();
  const search = useSearch(({ text }) => text);
  const ids = useMemo(() => sections.flatMap(({ rows }) => rows.flatMap(idsOf)), [sections]);
  const labelled = sections.some(({ label }) => label !== '');
  return (
    <>
      <ListBar ids={ids} />
      {ids.length === 0 ? (
        <p className={listClasses.none}>No task has “{search}” in its name, label, addresses or state.</p>
      ) : (
        <table className={classes.table} aria-label="Tasks">
          <colgroup>
            <col className={classes.tick} />
            {SORT_COLUMNS.map((column) => (
              <col key={column} className={classes[column]} />
            ))}
            <col className={classes.acts} />
          </colgroup>
          <thead>
            <tr>
              <th scope="col">
                <TickBox ids={ids} what="all tasks of the list" />
              </th>
              {SORT_COLUMNS.map((column) => (
                <ColumnHead key={column} column={column} />
              ))}
              <th scope="col">
                <span className={classes.hidden}>Actions</span>
              </th>
            </tr>
          </thead>
          {sections.map(({ label, rows }) => (
            <tbody key={label}>
              {labelled && <LabelRow label={label} ids={rows.flatMap(idsOf)} />}
              {rows.map((row) => (
                <Lines key={row.id} row={row} />
              ))}
            </tbody>
          ))}
        </table>
      )}
    </>
  );
}

const Lines = ({ row }: { readonly row: ListRow }): ReactElement =>
  row.kind === 'task' ? (
    <TaskRow id={row.id} />
  ) : (
    <>
      <GroupRow id={row.id} ids={row.ids} />
      {row.ids.map((id) => (
        <TaskRow key={id} id={id} member />
      ))}
    </>
  );

/** Stands over the tasks that have one label. */
const LabelRow = ({
  label,
  ids,
}: {
  readonly label: string;
  readonly ids: readonly string[];
}): ReactElement => (
  <tr className={classes.label}>
    <td>
      <TickBox ids={ids} what={label === '' ? 'all without a label' : `all of ${label}`} />
    </td>
    <th scope="rowgroup" colSpan={SORT_COLUMNS.length + 1}>
      {label === '' ? 'Without a label' : label} <span>{formatCount(ids.length)}</span>
    </th>
  </tr>
);

function ColumnHead({ column }: { readonly column: SortColumn }): ReactElement {
  const order = useTaskOrder();
  const chosen = order.column === column;
  const Icon = !chosen ? ArrowUpDown : order.descending ? ArrowDown : ArrowUp;
  return (
    <th scope="col" aria-sort={!chosen ? 'none' : order.descending ? 'descending' : 'ascending'}>
      <button
        type="button"
        className={classes.sort}
        data-chosen={chosen || undefined}
        onClick={() => sortBy(column)}
      >
        {TITLES[column]}
        <Icon size={12} aria-hidden />
      </button>
    </th>
  );
}
