import { useRef } from 'react';
import type { TaskView } from '../../shared/model/task-view.ts';
import { useSeenTasks } from '../state/tasks.ts';
import { sameData } from './same-data.ts';

/**
 * A part of a task. Renders only when what it holds changes: each report of a task is new as a whole, while most of it
 * stays as it was. Like all that draws a task, it
 * stands still while the page is hidden. undefined when the task is gone. `pick` takes plain data, and is the same function at each call.
 */
export function useTaskPart<T>(id: string, pick: (task: TaskView) => T): T | undefined {
  const last = useRef<T | undefined>(undefined);
  return useSeenTasks(({ byId }) => {
    const task = byId[id];
    const next = task === undefined ? undefined : pick(task);
    if (!sameData(last.current, next)) last.current = next;
    return last.current;
  });
}
