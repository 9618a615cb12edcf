import { judge, type Judgement } from '../model/judgement.ts';
import { addressOf } from '../model/server-address.ts';
import { STATUSES_BY_URGENCY, type TaskStatus } from '../model/task-status.ts';
import type { Tone } from '../model/tone.ts';
import { formatLag } from './rates.ts';
import { describeTask, type ShownTask } from './task-sentence.ts';
import { STATUS_WORDS } from './task-status.ts';

export interface Judged {
  readonly task: ShownTask;
  readonly judgement: Judgement;
}

const TONES_BY_URGENCY: readonly Tone[] = ['bad', 'warn', 'work', 'good', 'calm'];

/** From the one that needs somebody most to the one that needs nobody; of one status, the furthest behind first. */
export function byNeed(tasks: readonly ShownTask[], nowMs: number): Judged[] {
  return tasks
    .map((task) => ({ task, judgement: judge(task, nowMs) }))
    .sort((a, b) => urgency(a) - urgency(b) || toneRank(a) - toneRank(b) || lagOf(b) - lagOf(a));
}

const urgency = ({ judgement }: Judged): number => STATUSES_BY_URGENCY.indexOf(judgement.status);
const toneRank = ({ judgement }: Judged): number => TONES_BY_URGENCY.indexOf(judgement.tone);
const lagOf = ({ task, judgement }: Judged): number =>
  judgement.ages.source.kind === 'none' ? -1 : (task.metrics?.lag.seconds ?? -1);

/** How a group is: as the worst of its tasks. undefined without any. */
export const judgeGroup = (tasks: readonly ShownTask[], nowMs: number): Judgement | undefined =>
  byNeed(tasks, nowMs)[0]?.judgement;

/** The one of its targets that is furthest behind, as far as that is known now. */
export const furthestOf = (tasks: readonly ShownTask[], nowMs: number): Judged | undefined =>
  byNeed(tasks, nowMs)
    .filter((judged) => lagOf(judged) >= 0)
    .toSorted((a, b) => lagOf(b) - lagOf(a))[0];

/** The one sentence that says how a group is: the worst of its targets by name, and how many of the others are how. Without a full stop. */
export function describeGroup(tasks: readonly ShownTask[], nowMs: number = Date.now()): string {
  const judged = byNeed(tasks, nowMs);
  const [first, ...others] = judged;
  if (!first) return 'No targets';
  const { task: worst } = first;
  const where = addressOf(worst.target);
  const well = ({ judgement: { status, tone } }: Judged): boolean => status === 'in-step' && tone === 'good';
  if (others.length > 0 && judged.every(well)) {
    const lag = worst.metrics ? `: ${formatLag(worst.metrics.lag.seconds)} behind at most, ${where}` : '';
    return `${tasks.length === 2 ? 'Both targets' : `All ${tasks.length} targets`} are in step${lag}`;
  }
  const sentence = `${where}: ${describeTask(worst, nowMs, first.judgement)}`;
  if (others.length === 0) return sentence;
  return `${sentence}. ${others.length === 1 ? 'The other one' : 'The others'}: ${countsOf(others)}`;
}

/** `2 in step, 1 paused` */
function countsOf(tasks: readonly Judged[]): string {
  const counts = new Map<TaskStatus, number>();
  for (const { judgement } of tasks) counts.set(judgement.status, (counts.get(judgement.status) ?? 0) + 1);
  const words = ([status, count]: readonly [TaskStatus, number]): string =>
    tasks.length === 1 ? wordOf(status) : `${count} ${wordOf(status)}`;
  return [...counts].map(words).join(', ');
}

const wordOf = (status: TaskStatus): string =>
  status === 'asking' ? 'waiting for your answer' : STATUS_WORDS[status].toLowerCase();
