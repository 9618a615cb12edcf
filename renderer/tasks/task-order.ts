import { create } from 'zustand';
import { STATUSES_BY_URGENCY, taskStatus } from '../../shared/format/task-status.ts';
import { isAtWork, type TaskView } from '../../shared/model/task-view.ts';

export const SORT_COLUMNS = ['name', 'status', 'lag', 'rate', 'drift'] as const;
export type SortColumn = (typeof SORT_COLUMNS)[number];

export interface TaskOrder {
  readonly column: SortColumn;
  readonly descending: boolean;
}

/** The order of the list, as long as the page is open. What needs somebody to look at it stands first. */
export const useTaskOrder = create<TaskOrder>(() => ({ column: 'status', descending: false }));

/** The same column again turns the order round. Figures begin with the largest. */
export function sortBy(column: SortColumn): void {
  useTaskOrder.setState((order) =>
    order.column === column
      ? { descending: !order.descending }
      : { column, descending: column === 'lag' || column === 'rate' || column === 'drift' },
  );
}

/** Where two tasks are the same in the column, their names decide. */
export function compareTasks({ column, descending }: TaskOrder): (a: TaskView, b: TaskView) => number {
  const sign = descending ? -1 : 1;
  return (a, b) => sign * compareColumn(column, a, b) || byName(a, b);
}

function compareColumn(column: SortColumn, a: TaskView, b: TaskView): number {
  switch (column) {
    case 'name':
      return byName(a, b);
    case 'status':
      return urgency(a) - urgency(b);
    case 'lag':
      return shownLag(a) - shownLag(b);
    case 'rate':
      return shownRate(a) - shownRate(b);
    case 'drift':
      return (a.drift.difference ?? -1) - (b.drift.difference ?? -1);
  }
}

const byName = (a: TaskView, b: TaskView): number => a.name.localeCompare(b.name, 'en', { numeric: true });

const urgency = (task: TaskView): number => STATUSES_BY_URGENCY.indexOf(taskStatus(task));

/** Whether the figures of the last report are those of now. */
export const isReporting = ({ state, metrics }: TaskView): boolean => isAtWork(state) && metrics !== null;

const shownLag = (task: TaskView): number => (isReporting(task) ? (task.metrics?.lag.seconds ?? -1) : -1);

const shownRate = (task: TaskView): number =>
  isReporting(task) ? (task.metrics?.applied.commandsPerSecond ?? -1) : -1;
