import { useMemo } from 'react';
import { judge } from '../../shared/model/judgement.ts';
import { useNow } from '../state/now.ts';
import { useOfTasks, useTaskIds, useTaskStore } from '../state/tasks.ts';
import { listRows, type ListRow } from './list-rows.ts';
import { compareTasks, useTaskOrder } from './task-order.ts';

/** Figures change every second, but rows that move about under the mouse help nobody. */
const RESORT_MS = 5000;

/** The lines of the list in the order that was chosen: anew when one comes, goes or changes its status, else every few seconds. */
export function useListRows(): readonly ListRow[] {
  const ids = useTaskIds();
  const order = useTaskOrder();
  const step = useNow(RESORT_MS);
  const statuses = useOfTasks((tasks) =>
    tasks.map((task) => judge(task, step).status + (task.group?.id ?? '')).join(),
  );
  return useMemo(
    () => {
      const { byId } = useTaskStore.getState();
      return listRows(ids.flatMap((id) => byId[id] ?? []).sort(compareTasks(order, step)));
    },
    // The last two say when to look again at the figures in the store.
    // eslint-disable-next-line react/exhaustive-deps
    [ids, order, statuses, step],
  );
}
