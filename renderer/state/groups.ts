import { useMemo } from 'react';
import { useShallow } from 'zustand/react/shallow';
import type { ShownTask } from '../../shared/format/task-sentence.ts';
import type { TaskView } from '../../shared/model/task-view.ts';
import { useSeenTasks, useTaskIds, useTaskStore } from './tasks.ts';

const inGroup =
  (id: string) =>
  (task: TaskView): boolean =>
    task.group?.id === id;

/** The ids of a group's tasks, oldest first. Renders only when one comes or goes. */
export function useGroupIds(id: string): readonly string[] {
  const fits = useMemo(() => inGroup(id), [id]);
  return useTaskIds(undefined, fits);
}

/** These tasks, with each report of any of them. */
export const useTasks = (ids: readonly string[]): readonly ShownTask[] =>
  useSeenTasks(useShallow(({ byId }) => ids.flatMap((id) => byId[id] ?? [])));

/** What a group is called; undefined where no task is in it. */
export const useGroupName = (id: string): string | undefined =>
  useTaskStore(({ byId }) => Object.values(byId).find(inGroup(id))?.group?.name);
