import { describeTask } from '../../shared/format/task-sentence.ts';
import { GOES_ON, taskStatus, type TaskStatus } from '../../shared/format/task-status.ts';
import type { TaskView } from '../../shared/model/task-view.ts';

export interface Note {
  readonly title: string;
  readonly text: string;
}

const TROUBLED: ReadonlySet<TaskStatus> = new Set(['retrying', 'restarting', 'partial']);
const WELL: ReadonlySet<TaskStatus> = new Set(['in-step', 'catching-up', 'full-copy']);

/** What is worth telling about a task that has become `now` from `before`: failures, troubles, and their end. */
export function noteworthy(before: TaskView, now: TaskView, nowMs: number): Note | null {
  const [from, to] = [taskStatus(before), taskStatus(now)];
  if (from === to) return null;
  const text = describeTask(now, nowMs);
  if (to === 'failed') return { title: `${now.name} has failed`, text };
  if (TROUBLED.has(to) && !TROUBLED.has(from)) return { title: `${now.name} is held up`, text };
  // Between trouble and its end a task may show that it connects: `trouble` says the rest.
  const { trouble } = before;
  if (WELL.has(to) && (TROUBLED.has(from) || (trouble !== null && !GOES_ON.has(trouble.code))))
    return { title: `${now.name} goes on`, text };
  return null;
}
