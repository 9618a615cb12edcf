import type { TaskView } from '../../shared/model/task-view.ts';

/** The labels that tasks have, each once, in the order of the alphabet. */
export const labelsOf = (tasks: readonly Pick<TaskView, 'label'>[]): string[] =>
  [...new Set(tasks.flatMap(({ label }) => label || []))].sort((a, b) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
