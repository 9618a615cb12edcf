import type { TaskView } from '../../shared/model/task-view.ts';

/** A line of the list: a task that stands alone, or a group with its tasks. */
export type ListRow =
  | { readonly kind: 'task'; readonly id: string }
  | { readonly kind: 'group'; readonly id: string; readonly ids: readonly string[] };

/** The lines of tasks that are in order. A group stands where the first of its tasks would; one with a single task is that task. */
export function listRows(tasks: readonly Pick<TaskView, 'id' | 'group'>[]): ListRow[] {
  const members = new Map<string, string[]>();
  for (const { id, group } of tasks) if (group) members.set(group.id, [...(members.get(group.id) ?? []), id]);
  return tasks.flatMap(({ id, group }): ListRow[] => {
    const ids = group ? members.get(group.id)! : [id];
    if (!group || ids.length === 1) return [{ kind: 'task', id }];
    return ids[0] === id ? [{ kind: 'group', id: group.id, ids }] : [];
  });
}
