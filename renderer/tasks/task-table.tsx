import { ArrowDown, ArrowUp, ArrowUpDown } from 'lucide-react';
import { Fragment, type ReactElement } from 'react';
import { sortBy, SORT_COLUMNS, useTaskOrder, type SortColumn } from './task-order.ts';
import { GroupRow } from './group-row.tsx';
import { TaskRow } from './task-row.tsx';
import classes from './task-table.module.css';
import { useListRows } from './use-list-rows.ts';

const TITLES: Readonly<Record<SortColumn, string>> = {
  name: 'Task',
  status: 'State',
  lag: 'Lag',
  rate: 'Commands/s',
  drift: 'Drift',
};

export function TaskTable(): ReactElement {
  const rows = useListRows();
  return (
    <table className={classes.table} aria-label="Tasks">
      <colgroup>
        {SORT_COLUMNS.map((column) => (
          <col key={column} className={classes[column]} />
        ))}
        <col className={classes.acts} />
      </colgroup>
      <thead>
        <tr>
          {SORT_COLUMNS.map((column) => (
            <ColumnHead key={column} column={column} />
          ))}
          <th scope="col">
            <span className={classes.hidden}>Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) =>
          row.kind === 'task' ? (
            <TaskRow key={row.id} id={row.id} />
          ) : (
            <Fragment key={row.id}>
              <GroupRow id={row.id} ids={row.ids} />
              {row.ids.map((id) => (
                <TaskRow key={id} id={id} member />
              ))}
            </Fragment>
          ),
        )}
      </tbody>
    </table>
  );
}

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
