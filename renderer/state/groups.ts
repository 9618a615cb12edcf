import { useMemo } from 'react';
import { useShallow } from 'zustand/react/shallow';
import { groupName } from '../../shared/format/group-name.ts';
import type { ShownTask } from '../../shared/format/task-sentence.ts';
import type { Group } from '../../shared/model/profile.ts';
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

/** What a group is called, `Shop, 3 targets`; undefined where no task is in it. */
export const useGroupName = (id: string): string | undefined =>
  useTaskStore(({ byId }) => {
    const members = Object.values(byId).filter(inGroup(id));
    const name = members[0]?.group?.name;
    return name === undefined ? undefined : groupName(name, members.length);
  });

/** The same of the group that a set-up is for, whose tasks may have gone meanwhile. */
export function useJoinedName(joins: Group | null | undefined): string | undefined {
  return useGroupName(joins?.id ?? '') ?? joins?.name;
}
