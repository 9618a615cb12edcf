import { Table } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { formatBytes, formatCount } from '../../shared/format/numbers.ts';
import { formatByteRate, formatLag } from '../../shared/format/rates.ts';
import { describeTask } from '../../shared/format/task-sentence.ts';
import { STATUS_WORDS, taskStatus } from '../../shared/format/task-status.ts';
import { addressOf } from '../../shared/model/server-address.ts';
import { isAtWork, type TaskView } from '../../shared/model/task-view.ts';
import { DriftFigure } from '../components/drift-figure.tsx';
import { PhaseBadge } from '../components/phase-badge.tsx';
import { useNow } from '../state/now.ts';
import { href } from '../state/route.ts';
import { useTask } from '../state/tasks.ts';
import { isReporting } from '../tasks/task-order.ts';
import { TargetActions } from './target-actions.tsx';
import classes from './group.module.css';

/** In these the figures of the table say all that the sentence does. */
const SAID_BY_FIGURES: ReadonlySet<string> = new Set(['in-step', 'catching-up']);

/** One target of a group, as a line of its table. */
export function TargetRow({ id }: { readonly id: string }): ReactElement | null {
  const task = useTask(id);
  const nowMs = useNow();
  if (!task) return null;
  return (
    <Table.Tr>
      <Table.Th scope="row">
        <a className={classes.target} href={href({ page: 'task', id, tab: 'overview' })} title={task.name}>
          {addressOf(task.target)}
        </a>
      </Table.Th>
      <Table.Td className={classes.state}>
        <PhaseBadge task={task} />
        <div className={classes.beside}>{saidBesides(task, nowMs)}</div>
      </Table.Td>
      <Figures task={task} />
      <Table.Td>
        <TargetActions task={task} />
      </Table.Td>
    </Table.Tr>
  );
}

function Figures({ task }: { readonly task: TaskView }): ReactElement {
  const { metrics, drift, state } = task;
  const now = metrics && isReporting(task) ? metrics : undefined;
  const keys = metrics?.databases.reduce((sum, { targetKeys }) => sum + targetKeys, 0);
  return (
    <>
      <Figure value={now && formatLag(now.lag.seconds)} detail={now && formatBytes(now.lag.bytes)} />
      <Figure
        value={now && `${formatCount(now.applied.commandsPerSecond)}/s`}
        detail={now && formatByteRate(now.applied.bytesPerSecond)}
      />
      <Figure value={metrics?.countedAtMs === undefined ? undefined : formatCount(keys ?? 0)} />
      <Table.Td>
        <DriftFigure drift={drift} past={!isAtWork(state)} />
      </Table.Td>
      <Figure
        value={now && formatBytes(now.spool.bytes)}
        detail={now && now.spool.diskBytes > 0 && `${formatBytes(now.spool.diskBytes)} on disk`}
      />
    </>
  );
}

const Figure = ({
  value,
  detail,
}: {
  readonly value: ReactNode;
  readonly detail?: ReactNode;
}): ReactElement => (
  <Table.Td>
    {value === undefined ? (
      <span className={classes.none} aria-label="none">
        –
      </span>
    ) : (
      <>
        {value}
        {detail && <div className={classes.beside}>{detail}</div>}
      </>
    )}
  </Table.Td>
);

/** The sentence without the word that the badge has said, and without the figures beside it. */
function saidBesides(task: TaskView, nowMs: number): string {
  const status = taskStatus(task);
  if (SAID_BY_FIGURES.has(status)) return '';
  const text = describeTask(task, nowMs);
  return text.startsWith(STATUS_WORDS[status])
    ? text.slice(STATUS_WORDS[status].length).replace(/^[:;\s]+/, '')
    : text;
}
