import { ArrowRight } from 'lucide-react';
import type { ReactElement } from 'react';
import { addressOf } from '../../shared/model/server-address.ts';
import { formatBytes, formatCount } from '../../shared/format/numbers.ts';
import { formatLag } from '../../shared/format/rates.ts';
import { describeTask } from '../../shared/format/task-sentence.ts';
import { STATUS_WORDS, taskStatus } from '../../shared/format/task-status.ts';
import { isAtWork, SPARK_POINTS, type TaskView } from '../../shared/model/task-view.ts';
import { DriftFigure } from '../components/drift-figure.tsx';
import { PhaseBadge } from '../components/phase-badge.tsx';
import { SparkLine } from '../components/spark-line.tsx';
import { useNow } from '../state/now.ts';
import { href } from '../state/route.ts';
import { useTask } from '../state/tasks.ts';
import { NoFigure } from './no-figure.tsx';
import { RowActions } from './row-actions.tsx';
import { isReporting } from './task-order.ts';
import classes from './task-table.module.css';

/** One task: one line of the list. `member`: below that of its group. */
export function TaskRow({
  id,
  member = false,
}: {
  readonly id: string;
  readonly member?: boolean;
}): ReactElement | null {
  const task = useTask(id);
  const nowMs = useNow();
  if (!task) return null;
  return (
    <tr data-member={member || undefined}>
      <td>
        <a className={classes.name} href={href({ page: 'task', id, tab: 'overview' })} title={task.name}>
          {task.name}
        </a>
        {task.sandbox && <span className={classes.tag}>sandbox</span>}
        <Route task={task} member={member} />
      </td>
      <td>
        <PhaseBadge task={task} />
        <div className={classes.sentence} title={describeTask(task, nowMs)}>
          {afterTheWord(task, nowMs)}
        </div>
      </td>
      <LagCell task={task} />
      <RateCell task={task} />
      <td>
        <DriftFigure drift={task.drift} past={!isAtWork(task.state)} />
      </td>
      <td>
        <RowActions task={task} />
      </td>
    </tr>
  );
}

/** The source of a member stands in the line of its group. */
function Route({ task, member }: { readonly task: TaskView; readonly member: boolean }): ReactElement {
  const [source, target] = [addressOf(task.source), addressOf(task.target)];
  return (
    <div className={classes.route} title={`${source} → ${target}`}>
      {!member && <span>{source}</span>}
      <ArrowRight size={12} role="img" aria-label="to" />
      <span>{target}</span>
    </div>
  );
}

function LagCell({ task }: { readonly task: TaskView }): ReactElement {
  const { metrics } = task;
  if (!metrics || !isReporting(task)) return <NoFigure />;
  return (
    <td>
      <div className={classes.figure}>{formatLag(metrics.lag.seconds)}</div>
      <div className={classes.detail}>{formatBytes(metrics.lag.bytes)}</div>
    </td>
  );
}

function RateCell({ task }: { readonly task: TaskView }): ReactElement {
  const { metrics, spark } = task;
  if (!metrics || !isReporting(task)) return <NoFigure />;
  return (
    <td>
      <div className={classes.rate}>
        <SparkLine values={spark} room={SPARK_POINTS} />
        <span className={classes.figure}>{formatCount(metrics.applied.commandsPerSecond)}</span>
      </div>
    </td>
  );
}

/** The sentence without the word that the badge has said. */
function afterTheWord(task: TaskView, nowMs: number): string {
  const text = describeTask(task, nowMs);
  const word = STATUS_WORDS[taskStatus(task)];
  return text.startsWith(word) ? text.slice(word.length).replace(/^[:\s]+/, '') : text;
}
