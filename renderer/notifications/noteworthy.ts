import { describeTask, type ShownTask } from '../../shared/format/task-sentence.ts';
import { judge } from '../../shared/model/judgement.ts';
import { GOES_ON, type TaskStatus } from '../../shared/model/task-status.ts';

export interface Note {
  readonly title: string;
  readonly text: string;
}

const TROUBLED: ReadonlySet<TaskStatus> = new Set(['retrying', 'restarting', 'partial']);
const WELL: ReadonlySet<TaskStatus> = new Set(['in-step', 'catching-up', 'full-copy']);

/** What is worth telling about a task that has become `now` from `before`: failures, troubles, and their end. */
export function noteworthy(before: ShownTask, now: ShownTask, nowMs: number): Note | null {
  const [from, to] = [judge(before, nowMs).status, judge(now, nowMs).status];
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
