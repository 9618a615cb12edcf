import { useMemo } from 'react';
import { taskStatus } from '../../shared/format/task-status.ts';
import { useNow } from '../state/now.ts';
import { useOfTasks, useTaskIds, useTaskStore } from '../state/tasks.ts';
import { compareTasks, useTaskOrder } from './task-order.ts';

/** Figures change every second, but rows that move about under the mouse help nobody. */
const RESORT_MS = 5000;

/** The tasks in the order that was chosen: anew when one comes, goes or changes its status, else every few seconds. */
export function useSortedIds(): readonly string[] {
  const ids = useTaskIds();
  const order = useTaskOrder();
  const statuses = useOfTasks((tasks) => tasks.map(taskStatus).join());
  const step = useNow(RESORT_MS);
  return useMemo(
    () => {
      const { byId } = useTaskStore.getState();
      return ids
        .flatMap((id) => byId[id] ?? [])
        .sort(compareTasks(order))
        .map(({ id }) => id);
    },
    // The last two say when to look again at the figures in the store.
    // eslint-disable-next-line react/exhaustive-deps
    [ids, order, statuses, step],
  );
}
