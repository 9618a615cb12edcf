import { useMemo } from 'react';
import type { TaskView } from '../../../shared/model/task-view.ts';
import { useOfTasks, useTaskStore } from '../../state/tasks.ts';
import { actionsOf, type TaskAction } from '../task-actions.ts';

/** By what can be done, the ids of the tasks that allow it. */
type Allowing = Readonly<Record<TaskAction, readonly string[]>>;

const pickActions = (tasks: readonly TaskView[], ids: readonly string[]): string =>
  tasks
    .filter(({ id }) => ids.includes(id))
    .map((task) => `${task.id}:${actionsOf(task).join()}`)
    .join(' ');

/** Which of these tasks allow what now. Renders when that changes. */
export function useAllowing(ids: readonly string[]): Allowing {
  const actions = useOfTasks((tasks) => pickActions(tasks, ids));
  return useMemo(
    () => {
      const { byId } = useTaskStore.getState();
      const allow = (action: TaskAction): string[] =>
        ids.filter((id) => {
          const task = byId[id];
          return task !== undefined && actionsOf(task).includes(action);
        });
      return {
        ...{ start: allow('start'), pause: allow('pause'), resume: allow('resume') },
        ...{ stop: allow('stop'), edit: allow('edit'), 'set-up': allow('set-up') },
      };
    },
    // `actions` says when to look again.
    // eslint-disable-next-line react/exhaustive-deps
    [ids, actions],
  );
}
