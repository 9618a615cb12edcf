import type { ReactElement } from 'react';
import type { ShownTask } from '../../shared/format/task-sentence.ts';
import { judge } from '../../shared/model/judgement.ts';
import { useNow } from '../state/now.ts';
import { useOfTasks } from '../state/tasks.ts';
import classes from './shell.module.css';

/** How often it is looked at again, whether anything is told or not. */
const STEP_MS = 5000;

/** How all tasks together are, for a glance from afar: `1 failed · 1 in trouble · 3 in step`. */
export function StatusSummary(): ReactElement {
  const nowMs = useNow(STEP_MS);
  const text = useOfTasks((tasks) => summarise(tasks, nowMs));
  return (
    <p className={classes.summary} data-testid="status-summary">
      {text}
    </p>
  );
}

/** `failed`, `differing` and `in trouble` need somebody; whoever is at rest is not counted. */
export function summarise(tasks: readonly ShownTask[], nowMs: number): string {
  const count = { failed: 0, differing: 0, 'in trouble': 0, 'at work': 0, 'in step': 0 };
  for (const task of tasks) {
    const { status } = judge(task, nowMs);
    if (status === 'failed') count.failed += 1;
    else if (status === 'differs') count.differing += 1;
    else if (status === 'retrying' || status === 'restarting' || status === 'unheard')
      count['in trouble'] += 1;
    else if (status === 'in-step') count['in step'] += 1;
    else if (status !== 'paused' && status !== 'stopped' && status !== 'completed') count['at work'] += 1;
  }
  return Object.entries(count)
    .filter(([, number]) => number > 0)
    .map(([word, number]) => `${number} ${word}`)
    .join(' · ');
}
