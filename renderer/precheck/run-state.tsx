import { Progress } from '@mantine/core';
import type { ReactElement } from 'react';
import { describeCounts, type RowCounts } from './precheck-view.ts';
import classes from './precheck.module.css';

/** How far the run is and what it has found. Only its end is read out. */
export function RunState({
  counts,
  running,
  known,
  brokeOff,
}: {
  readonly counts: RowCounts;
  readonly running: boolean;
  readonly known: boolean;
  readonly brokeOff: boolean;
}): ReactElement {
  const { done, total, failures, warnings } = counts;
  const ended = known && !running && (done > 0 || brokeOff);
  const found = describeCounts(counts);
  const soFar = `${done} of ${total}${found === '' ? '' : `: ${found}`}`;
  const text = running
    ? `Checked ${soFar}`
    : brokeOff
      ? `Broke off after ${soFar}`
      : ended
        ? found
        : 'Not run yet';
  const tone = failures > 0 || brokeOff ? 'bad' : warnings > 0 ? 'warn' : running ? 'work' : 'good';
  return (
    <div className={classes.run}>
      <p className={classes.counts}>{text}</p>
      <Progress.Root size={5}>
        <Progress.Section
          value={(done / total) * 100}
          color={`var(--ls-${tone}-line)`}
          aria-label="Checks that are done"
        />
      </Progress.Root>
      <span className={classes.hidden} role="status">
        {ended ? `The precheck has ended: ${brokeOff ? text : found}.` : ''}
      </span>
    </div>
  );
}
