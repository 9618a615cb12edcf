import type { ReactElement } from 'react';
import { summarise } from '../../shared/format/tasks-summary.ts';
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
