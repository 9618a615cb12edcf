import { create, useStore } from 'zustand';
import { useShallow } from 'zustand/react/shallow';
import type { ShownTask } from '../../shared/format/task-sentence.ts';
import type { TaskReport, TaskView } from '../../shared/model/task-view.ts';
import type { RequestFault } from './fault.ts';
import { whileSeen } from './while-seen.ts';

interface TaskStore {
  readonly byId: Readonly<Record<string, ShownTask>>;
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
  useTaskStore.setState(({ byId }) => ({
    byId: Object.fromEntries(tasks.map((task) => [task.id, heard(task, byId[task.id])])),
    loaded: true,
    fault: null,
  }));
}

export function putTask(task: TaskView): void {
  useTaskStore.setState(({ byId }) => ({ byId: { ...byId, [task.id]: heard(task, byId[task.id]) } }));
}

/** What was told of a task before its first report stays as it is. */
export function putReport(report: TaskReport): void {
  useTaskStore.setState(({ byId }) => {
    const task = byId[report.id];
    return task ? { byId: { ...byId, [report.id]: heard({ ...task, ...report }, task) } } : {};
  });
}

/** A task with when its figures came here: the clock of the machine that made them may be another one. */
function heard(task: TaskView, before: ShownTask | undefined): ShownTask {
  const same = before?.metrics?.atMs === task.metrics?.atMs;
  return { ...task, heardAtMs: same ? (before?.heardAtMs ?? Date.now()) : Date.now() };
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
export const useTask = (id: string): ShownTask | undefined => useSeenTasks((state) => state.byId[id]);

/** The ids of the tasks that fit, in the order given. Renders only when that list changes. */
export const useTaskIds = (
  order: (a: ShownTask, b: ShownTask) => number = olderFirst,
  fits: (task: ShownTask) => boolean = () => true,
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
export const useOfTasks = <T extends string | number | boolean>(
  take: (tasks: readonly ShownTask[]) => T,
): T => useTaskStore(({ byId }) => take(Object.values(byId)));

export const useTasksFault = (): RequestFault | null => useTaskStore((state) => state.fault);

export const useTasksLoaded = (): boolean => useTaskStore((state) => state.loaded);

const olderFirst = (a: TaskView, b: TaskView): number =>
  a.createdAtMs - b.createdAtMs || (a.id < b.id ? -1 : 1);

const byAge = (byId: Readonly<Record<string, ShownTask>>): ShownTask[] =>
  Object.values(byId).sort(olderFirst);
