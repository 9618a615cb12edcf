import { ArrowRight } from 'lucide-react';
import type { ReactElement } from 'react';
import { byNeed, describeGroup, groupStatus } from '../../shared/format/group-sentence.ts';
import { formatBytes, formatCount } from '../../shared/format/numbers.ts';
import { formatLag } from '../../shared/format/rates.ts';
import { addressOf } from '../../shared/model/server-address.ts';
import { StatusBadge } from '../components/phase-badge.tsx';
import { useGroupName, useTasks } from '../state/groups.ts';
import { useNow } from '../state/now.ts';
import { href } from '../state/route.ts';
import { NoFigure } from './no-figure.tsx';
import { isReporting } from './task-order.ts';
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
  const status = groupStatus(tasks);
  if (name === undefined || !status) return null;
  const reporting = tasks.filter(isReporting);
  const behind = byNeed(reporting).toSorted(
    (a, b) => (b.metrics?.lag.seconds ?? 0) - (a.metrics?.lag.seconds ?? 0),
  )[0]?.metrics?.lag;
  const sentence = describeGroup(tasks, nowMs);
  return (
    <tr>
      <td>
        <a className={classes.name} href={href({ page: 'group', id })} title={name}>
          {name}
        </a>{' '}
        <span className={classes.tag}>{formatCount(ids.length)} targets</span>
        <div className={classes.route}>
          <span>{[...new Set(tasks.map(({ source }) => addressOf(source)))].join(', ')}</span>
          <ArrowRight size={12} role="img" aria-label="to" />
          <span>each of them</span>
        </div>
      </td>
      <td>
        <StatusBadge status={status} />
        <div className={classes.sentence} title={sentence}>
          {sentence}
        </div>
      </td>
      {behind ? (
        <td>
          <div className={classes.figure}>{formatLag(behind.seconds)}</div>
          <div className={classes.detail}>{formatBytes(behind.bytes)}</div>
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
