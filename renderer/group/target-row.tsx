import { Table } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { formatBytes, formatCount } from '../../shared/format/numbers.ts';
import { formatByteRate, formatLag } from '../../shared/format/rates.ts';
import { describeTask } from '../../shared/format/task-sentence.ts';
import { STATUS_WORDS } from '../../shared/format/task-status.ts';
import { formatAge } from '../../shared/format/times.ts';
import { addressOf } from '../../shared/model/server-address.ts';
import type { FigureAge } from '../../shared/model/figure-age.ts';
import { DriftFigure } from '../components/drift-figure.tsx';
import { StatusBadge } from '../components/phase-badge.tsx';
import { ProductionMark } from '../servers/production-mark.tsx';
import { useJudged, type JudgedTaskNow } from '../state/judgement.ts';
import { href } from '../state/route.ts';
import { TargetActions } from './target-actions.tsx';
import classes from './group.module.css';

/** In these the figures of the table say all that the sentence does. */
const SAID_BY_FIGURES: ReadonlySet<string> = new Set(['in-step', 'catching-up']);

/** One target of a group, as a line of its table. */
export function TargetRow({ id }: { readonly id: string }): ReactElement | null {
  const judged = useJudged(id);
  if (!judged) return null;
  const { task, judgement } = judged;
  return (
    <Table.Tr>
      <Table.Th scope="row">
        <a className={classes.target} href={href({ page: 'task', id, tab: 'overview' })} title={task.name}>
          {addressOf(task.target)}
        </a>{' '}
        <ProductionMark address={task.target} foundAt={task.foundAt.target} />
      </Table.Th>
      <Table.Td className={classes.state}>
        <StatusBadge {...judgement} />
        <div className={classes.beside}>{saidBesides(judged)}</div>
      </Table.Td>
      <Figures {...judged} />
      <Table.Td>
        <TargetActions task={task} />
      </Table.Td>
    </Table.Tr>
  );
}

function Figures({ task: { metrics }, judgement }: JudgedTaskNow): ReactElement {
  const { ages } = judgement;
  const keys = metrics?.databases.reduce((sum, { targetKeys }) => sum + targetKeys, 0) ?? 0;
  return (
    <>
      <Figure
        age={ages.source}
        value={metrics && formatLag(metrics.lag.seconds)}
        detail={metrics && formatBytes(metrics.lag.bytes)}
      />
      <Figure
        age={ages.report}
        value={metrics && `${formatCount(metrics.applied.commandsPerSecond)}/s`}
        detail={metrics && formatByteRate(metrics.applied.bytesPerSecond)}
      />
      <Figure age={ages.counts} value={formatCount(keys)} />
      <Table.Td>
        <DriftFigure judgement={judgement} />
      </Table.Td>
      <Figure
        age={ages.report}
        value={metrics && formatBytes(metrics.spool.bytes)}
        detail={metrics && metrics.spool.diskBytes > 0 && `${formatBytes(metrics.spool.diskBytes)} on disk`}
      />
    </>
  );
}

interface FigureProps {
  readonly age: FigureAge;
  readonly value: ReactNode;
  readonly detail?: ReactNode;
}

/** What is old says how old instead of its detail. */
const Figure = ({ age, value, detail }: FigureProps): ReactElement => {
  if (age.kind === 'none')
    return (
      <Table.Td>
        <span className={classes.none} aria-label="none">
          –
        </span>
      </Table.Td>
    );
  const beside = age.kind === 'old' ? formatAge(age.forMs) : detail;
  return (
    <Table.Td className={age.kind === 'old' ? classes.none : undefined}>
      {value}
      {beside && <div className={classes.beside}>{beside}</div>}
    </Table.Td>
  );
};

/** The sentence without the word that the badge has said, and without the figures beside it. */
function saidBesides({ task, judgement, nowMs }: JudgedTaskNow): string {
  const { status, tone } = judgement;
  if (SAID_BY_FIGURES.has(status) && tone !== 'warn' && tone !== 'bad') return '';
  const text = describeTask(task, nowMs, judgement);
  return text.startsWith(STATUS_WORDS[status])
    ? text.slice(STATUS_WORDS[status].length).replace(/^[:;\s]+/, '')
    : text;
}
