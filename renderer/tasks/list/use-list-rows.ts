import { useMemo } from 'react';
import { judge } from '../../../shared/model/judgement.ts';
import { useNow } from '../../state/now.ts';
import { useOfTasks, useTaskIds, useTaskStore } from '../../state/tasks.ts';
import { compareTasks, useTaskOrder } from '../task-order.ts';
import { listSections, type ListSection } from './list-rows.ts';
import { fitsSearch, useSearch } from './search.ts';

/** Figures change every second, but rows that move about under the mouse help nobody. */
const RESORT_MS = 5000;

/**
 * The lines of the list that fit what is searched for, in the order that was chosen: anew when a task comes, goes, is named otherwise or
 * changes its status, else every few seconds.
 */
export function useListRows(): readonly ListSection[] {
  const ids = useTaskIds();
  const order = useTaskOrder();
  const search = useSearch(({ text }) => text);
  const step = useNow(RESORT_MS);
  const statuses = useOfTasks((tasks) =>
    tasks
      .map((task) => [judge(task, step).status, task.group?.id, task.label, task.name].join(' '))
      .join('\n'),
  );
  return useMemo(
    () => {
      const { byId } = useTaskStore.getState();
      const found = ids.flatMap((id) => byId[id] ?? []).filter((task) => fitsSearch(task, search, step));
      return listSections(found.sort(compareTasks(order, step)));
    },
    // `statuses` and `step` say when to look again at the figures in the store.
    // eslint-disable-next-line react/exhaustive-deps
    [ids, order, search, statuses, step],
  );
}
