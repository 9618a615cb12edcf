import type { TaskView } from '../../../shared/model/task-view.ts';
import { labelsOf } from '../labels.ts';

/** A line of the list: a task that stands alone, or a group with its tasks. */
export type ListRow =
  | { readonly kind: 'task'; readonly id: string }
  | { readonly kind: 'group'; readonly id: string; readonly ids: readonly string[] };

/** Lines that stand together under a label; an empty one is that of tasks without. */
export interface ListSection {
  readonly label: string;
  readonly rows: readonly ListRow[];
}

type Listed = Pick<TaskView, 'id' | 'group' | 'label'>;

/**
 * The lines of tasks that are in order. A group stands where the first of its tasks would, under the first of their labels; one with a
 * single task is that task. A label stands where the first of its lines would, so what needs somebody stays first.
 */
export function listSections(tasks: readonly Listed[]): ListSection[] {
  const members = new Map<string, Listed[]>();
  for (const task of tasks)
    if (task.group) members.set(task.group.id, [...(members.get(task.group.id) ?? []), task]);
  const sections = new Map<string, ListRow[]>();
  for (const task of tasks) {
    const together = task.group ? members.get(task.group.id)! : [task];
    if (together[0] !== task) continue;
    const label = labelsOf(together)[0] ?? '';
    sections.set(label, [...(sections.get(label) ?? []), rowOf(task, together)]);
  }
  return [...sections].map(([label, rows]) => ({ label, rows }));
}

/** The tasks of a line. */
export const idsOf = (row: ListRow): readonly string[] => (row.kind === 'task' ? [row.id] : row.ids);

const rowOf = ({ id, group }: Listed, together: readonly Listed[]): ListRow =>
  group && together.length > 1
    ? { kind: 'group', id: group.id, ids: together.map((one) => one.id) }
    : { kind: 'task', id };
