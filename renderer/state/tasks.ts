import { create, useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { TaskReport, TaskView } from '../../shared/model/task-view.ts';
import type { RequestFault } from './fault.ts';
import { whileSeen } from './while-seen.ts';

interface TaskStore {
  readonly byId: Readonly<Record<string, TaskView>>;
  /** False until the list has arrived for the first time. */
  readonly loaded: boolean;
  /** Why the list could not be had the last time. */
  readonly fault: RequestFault | null;
}

/**
 * All tasks as last heard of. Each of them is told anew once a second while it runs, so components choose what they
 * look at: one task, or a list that changes only when its members or their order do.
 */
export const useTaskStore = create<TaskStore>(() => ({ byId: {}, loaded: false, fault: null }));

export function replaceTasks(tasks: readonly TaskView[]): void {
  useTaskStore.setState({
    byId: Object.fromEntries(tasks.map((task) => [task.id, task])),
    loaded: true,
    fault: null,
  });
}

export function putTask(task: TaskView): void {
  useTaskStore.setState(({ byId }) => ({ byId: { ...byId, [task.id]: task } }));
}

/** What was told of a task before its first report stays as it is. */
export function putReport(report: TaskReport): void {
  useTaskStore.setState(({ byId }) => {
    const task = byId[report.id];
    return task ? { byId: { ...byId, [report.id]: { ...task, ...report } } } : {};
  });
}

export function removeTask(id: string): void {
  useTaskStore.setState(({ byId }) => {
    const { [id]: _removed, ...rest } = byId;
    return { byId: rest };
  });
}

const seenTasks = { ...useTaskStore, subscribe: whileSeen(useTaskStore.subscribe) };

/** What is taken of all tasks. Renders when that changes, but not while the page is hidden. */
export const useSeenTasks = <T>(take: (state: TaskStore) => T): T => useStore(seenTasks, take);

/** Renders with every report of this task, and of no other, while the page is seen. */
export const useTask = (id: string): TaskView | undefined => useSeenTasks((state) => state.byId[id]);

/** The ids of the tasks that fit, in the order given. Renders only when that list changes. */
export const useTaskIds = (
  order: (a: TaskView, b: TaskView) => number = olderFirst,
  fits: (task: TaskView) => boolean = () => true,
): readonly string[] =>
  useTaskStore(
    useShallow(({ byId }) =>
      byAge(byId)
        .filter(fits)
        .sort(order)
        .map(({ id }) => id),
    ),
  );

/** One value taken of all tasks, such as a count. Renders only when the value changes. */
export const useOfTasks = <T extends string | number | boolean>(take: (tasks: readonly TaskView[]) => T): T =>
  useTaskStore(({ byId }) => take(Object.values(byId)));

export const useTasksFault = (): RequestFault | null => useTaskStore((state) => state.fault);

export const useTasksLoaded = (): boolean => useTaskStore((state) => state.loaded);

const olderFirst = (a: TaskView, b: TaskView): number =>
  a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1);

const byAge = (byId: Readonly<Record<string, TaskView>>): TaskView[] => Object.values(byId).sort(olderFirst);
