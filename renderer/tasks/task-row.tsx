import { ArrowRight } from 'lucide-react';
import type { ReactElement } from 'react';
import { addressOf } from '../../shared/model/server-address.ts';
import { formatBytes, formatCount } from '../../shared/format/numbers.ts';
import { formatLag } from '../../shared/format/rates.ts';
import { describeTask } from '../../shared/format/task-sentence.ts';
import { STATUS_WORDS } from '../../shared/format/task-status.ts';
import { formatAge } from '../../shared/format/times.ts';
import { SPARK_POINTS, type TaskView } from '../../shared/model/task-view.ts';
import { DriftFigure } from '../components/drift-figure.tsx';
import { StatusBadge } from '../components/phase-badge.tsx';
import { SparkLine } from '../components/spark-line.tsx';
import { ProductionMark } from '../servers/production-mark.tsx';
import { useJudged, type JudgedTaskNow } from '../state/judgement.ts';
import { href } from '../state/route.ts';
import { TickBox } from './list/tick-box.tsx';
import { NoFigure } from './no-figure.tsx';
import { RowActions } from './row-actions.tsx';
import classes from './task-table.module.css';

/** One task: one line of the list. `member`: below that of its group. */
export function TaskRow({
  id,
  member = false,
}: {
  readonly id: string;
  readonly member?: boolean;
}): ReactElement | null {
  const judged = useJudged(id);
  if (!judged) return null;
  const { task, judgement, nowMs } = judged;
  const text = describeTask(task, nowMs, judgement);
  return (
    <tr data-member={member || undefined}>
      <td>
        <TickBox ids={[id]} what={task.name} />
      </td>
      <td>
        <a className={classes.name} href={href({ page: 'task', id, tab: 'overview' })} title={task.name}>
          {task.name}
        </a>
        {task.sandbox && <span className={classes.tag}>sandbox</span>}
        <Route task={task} member={member} />
      </td>
      <td>
        <StatusBadge {...judgement} />
        <div className={classes.sentence} title={text}>
          {afterTheWord(text, STATUS_WORDS[judgement.status])}
        </div>
      </td>
      <LagCell {...judged} />
      <RateCell {...judged} />
      <td>
        <DriftFigure judgement={judgement} />
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
      {!member && <ProductionMark address={task.source} foundAt={task.foundAt.source} />}
      <ArrowRight size={12} role="img" aria-label="to" />
      <span>{target}</span>
      <ProductionMark address={task.target} foundAt={task.foundAt.target} />
    </div>
  );
}

function LagCell({ task: { metrics }, judgement }: JudgedTaskNow): ReactElement {
  const age = judgement.ages.source;
  if (!metrics || age.kind === 'none') return <NoFigure />;
  const old = age.kind === 'old';
  return (
    <td>
      <div className={classes.figure} data-old={old || undefined}>
        {formatLag(metrics.lag.seconds)}
      </div>
      <div className={classes.detail}>{old ? formatAge(age.forMs) : formatBytes(metrics.lag.bytes)}</div>
    </td>
  );
}

function RateCell({ task: { metrics, spark }, judgement }: JudgedTaskNow): ReactElement {
  const age = judgement.ages.report;
  if (!metrics || age.kind === 'none') return <NoFigure />;
  return (
    <td>
      <div className={classes.rate}>
        <SparkLine values={spark} room={SPARK_POINTS} />
        <span className={classes.figure} data-old={age.kind === 'old' || undefined}>
          {formatCount(metrics.applied.commandsPerSecond)}
        </span>
      </div>
    </td>
  );
}

/** The sentence without the word that the badge has said. */
const afterTheWord = (text: string, word: string): string =>
  text.startsWith(word) ? text.slice(word.length).replace(/^[:\s]+/, '') : text;
