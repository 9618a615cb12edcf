import { addressOf } from '../model/server-address.ts';
import { isAtWork, type TaskView } from '../model/task-view.ts';
import { formatLag } from './rates.ts';
import { describeTask } from './task-sentence.ts';
import { STATUS_WORDS, STATUSES_BY_URGENCY, taskStatus, type TaskStatus } from './task-status.ts';

/** From the one that needs somebody most to the one that needs nobody; of one status, the furthest behind first. */
export const byNeed = (tasks: readonly TaskView[]): TaskView[] =>
  [...tasks].sort((a, b) => urgency(a) - urgency(b) || lagOf(b) - lagOf(a));

const urgency = (task: TaskView): number => STATUSES_BY_URGENCY.indexOf(taskStatus(task));
const lagOf = ({ state, metrics }: TaskView): number => (isAtWork(state) ? (metrics?.lag.seconds ?? -1) : -1);

/** How a group is: as the worst of its tasks. undefined without any. */
export function groupStatus(tasks: readonly TaskView[]): TaskStatus | undefined {
  const [worst] = byNeed(tasks);
  return worst && taskStatus(worst);
}

/** The one sentence that says how a group is: the worst of its targets by name, and how many of the others are how. Without a full stop. */
export function describeGroup(tasks: readonly TaskView[], nowMs: number = Date.now()): string {
  const [worst, ...others] = byNeed(tasks);
  if (!worst) return 'No targets';
  const where = addressOf(worst.target);
  if (others.length > 0 && tasks.every((task) => taskStatus(task) === 'in-step')) {
    const lag = worst.metrics ? `: ${formatLag(worst.metrics.lag.seconds)} behind at most, ${where}` : '';
    return `${tasks.length === 2 ? 'Both targets' : `All ${tasks.length} targets`} are in step${lag}`;
  }
  const sentence = `${where}: ${describeTask(worst, nowMs)}`;
  if (others.length === 0) return sentence;
  return `${sentence}. ${others.length === 1 ? 'The other one' : 'The others'}: ${countsOf(others)}`;
}

/** `2 in step, 1 paused` */
function countsOf(tasks: readonly TaskView[]): string {
  const counts = new Map<TaskStatus, number>();
  for (const task of tasks) counts.set(taskStatus(task), (counts.get(taskStatus(task)) ?? 0) + 1);
  const words = ([status, count]: readonly [TaskStatus, number]): string =>
    tasks.length === 1 ? wordOf(status) : `${count} ${wordOf(status)}`;
  return [...counts].map(words).join(', ');
}

const wordOf = (status: TaskStatus): string =>
  status === 'asking' ? 'waiting for your answer' : STATUS_WORDS[status].toLowerCase();
