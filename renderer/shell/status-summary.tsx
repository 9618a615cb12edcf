import type { ReactElement } from 'react';
import { taskStatus } from '../../shared/format/task-status.ts';
import type { TaskView } from '../../shared/model/task-view.ts';
import { useOfTasks } from '../state/tasks.ts';
import classes from './shell.module.css';

/** How all tasks together are, for a glance from afar: `1 failed · 1 in trouble · 3 in step`. */
export function StatusSummary(): ReactElement {
  const text = useOfTasks(summarise);
  return (
    <p className={classes.summary} data-testid="status-summary">
      {text}
    </p>
  );
}

export function summarise(tasks: readonly TaskView[]): string {
  const count = { failed: 0, 'in trouble': 0, 'at work': 0, 'in step': 0 };
  for (const task of tasks) {
    const status = taskStatus(task);
    if (status === 'failed') count.failed += 1;
    else if (status === 'retrying' || status === 'restarting') count['in trouble'] += 1;
    else if (status === 'in-step') count['in step'] += 1;
    else if (status !== 'paused' && status !== 'stopped' && status !== 'completed') count['at work'] += 1;
  }
  return Object.entries(count)
    .filter(([, number]) => number > 0)
    .map(([word, number]) => `${number} ${word}`)
    .join(' · ');
}
