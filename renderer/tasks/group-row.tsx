import { ArrowRight } from 'lucide-react';
import type { ReactElement } from 'react';
import { describeGroup, furthestOf, judgeGroup } from '../../shared/format/group-sentence.ts';
import { formatBytes } from '../../shared/format/numbers.ts';
import { formatLag } from '../../shared/format/rates.ts';
import { formatAge } from '../../shared/format/times.ts';
import { addressOf } from '../../shared/model/server-address.ts';
import { StatusBadge } from '../components/phase-badge.tsx';
import { ProductionMark } from '../servers/production-mark.tsx';
import { useGroupName, useTasks } from '../state/groups.ts';
import { useNow } from '../state/now.ts';
import { href } from '../state/route.ts';
import { TickBox } from './list/tick-box.tsx';
import { NoFigure } from './no-figure.tsx';
import classes from './task-table.module.css';

export interface GroupRowProps {
  readonly id: string;
  readonly ids: readonly string[];
}

/** A group: a line of the list, as the worst of its tasks is, with the lines of these below. */
export function GroupRow({ id, ids }: GroupRowProps): ReactElement | null {
  const name = useGroupName(id);
  const tasks = useTasks(ids);
  const nowMs = useNow();
  const judgement = judgeGroup(tasks, nowMs);
  if (name === undefined || !judgement) return null;
  const furthest = furthestOf(tasks, nowMs);
  const behind = furthest?.task.metrics?.lag;
  const age = furthest?.judgement.ages.source;
  const sentence = describeGroup(tasks, nowMs);
  return (
    <tr>
      <td>
        <TickBox ids={ids} what={`all of ${name}`} />
      </td>
      <td>
        <a className={classes.name} href={href({ page: 'group', id })} title={name}>
          {name}
        </a>
        <div className={classes.route}>
          <span>{[...new Set(tasks.map(({ source }) => addressOf(source)))].join(', ')}</span>
          {tasks[0] && <ProductionMark address={tasks[0].source} foundAt={tasks[0].foundAt.source} />}
          <ArrowRight size={12} role="img" aria-label="to" />
          <span>each of them</span>
        </div>
      </td>
      <td>
        <StatusBadge {...judgement} />
        <div className={classes.sentence} title={sentence}>
          {sentence}
        </div>
      </td>
      {behind ? (
        <td>
          <div className={classes.figure} data-old={age?.kind === 'old' || undefined}>
            {formatLag(behind.seconds)}
          </div>
          <div className={classes.detail}>
            {age?.kind === 'old' ? formatAge(age.forMs) : formatBytes(behind.bytes)}
          </div>
        </td>
      ) : (
        <NoFigure />
      )}
      <NoFigure />
      <NoFigure />
      <td />
    </tr>
  );
}
