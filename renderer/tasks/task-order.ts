import { create } from 'zustand';
import type { ShownTask } from '../../shared/format/task-sentence.ts';
import { judge, type Judgement } from '../../shared/model/judgement.ts';
import { STATUSES_BY_URGENCY } from '../../shared/model/task-status.ts';

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

interface Judged {
  readonly task: ShownTask;
  readonly judgement: Judgement;
}

/** Where two tasks are the same in the column, their names decide. */
export function compareTasks(
  { column, descending }: TaskOrder,
  nowMs: number,
): (a: ShownTask, b: ShownTask) => number {
  const sign = descending ? -1 : 1;
  const judged = (task: ShownTask): Judged => ({ task, judgement: judge(task, nowMs) });
  return (a, b) => sign * compareColumn(column, judged(a), judged(b)) || byName(a, b);
}

function compareColumn(column: SortColumn, a: Judged, b: Judged): number {
  switch (column) {
    case 'name':
      return byName(a.task, b.task);
    case 'status':
      return urgency(a) - urgency(b);
    case 'lag':
      return shownLag(a) - shownLag(b);
    case 'rate':
      return shownRate(a) - shownRate(b);
    case 'drift':
      return shownDrift(a) - shownDrift(b);
  }
}

const byName = (a: ShownTask, b: ShownTask): number => a.name.localeCompare(b.name, 'en', { numeric: true });

const urgency = ({ judgement }: Judged): number => STATUSES_BY_URGENCY.indexOf(judgement.status);

const shownLag = ({ task, judgement }: Judged): number =>
  judgement.ages.source.kind === 'none' ? -1 : (task.metrics?.lag.seconds ?? -1);

const shownRate = ({ task, judgement }: Judged): number =>
  judgement.ages.report.kind === 'none' ? -1 : (task.metrics?.applied.commandsPerSecond ?? -1);

const shownDrift = ({ judgement: { drift } }: Judged): number => drift.difference ?? -1;
