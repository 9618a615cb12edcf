import type { ErrorCode } from '../errors/catalogue.ts';
import type { TaskView } from './task-view.ts';

/**
 * How a task is, as one word and one colour show it (judgement.ts). `partial`: a node of the target is away, and it goes on with the
 * others; `pausing`: it is to be paused, and its engine has not said yet that nothing is sent any more; `unheard`: what it was last
 * known to do is too old to be said of now; `differs`: all of the stream is applied, and yet the sides do not hold the same.
 */
export type TaskStatus =
  | 'failed'
  | 'retrying'
  | 'restarting'
  | 'starting'
  | 'connecting'
  | 'receiving'
  | 'asking'
  | 'full-copy'
  | 'clearing'
  | 'catching-up'
  | 'partial'
  | 'unheard'
  | 'differs'
  | 'in-step'
  | 'pausing'
  | 'paused'
  | 'stopping'
  | 'releasing'
  | 'stopped'
  | 'completed';

/** From what needs somebody to look at it down to what is over. */
export const STATUSES_BY_URGENCY: readonly TaskStatus[] = [
  'failed',
  'asking',
  'differs',
  'unheard',
  'retrying',
  'partial',
  'restarting',
  'connecting',
  'starting',
  'receiving',
  'full-copy',
  'clearing',
  'catching-up',
  'in-step',
  'stopping',
  'releasing',
  'pausing',
  'paused',
  'stopped',
  'completed',
];

/** What it is doing by its own word: state, phase and trouble taken together, whatever its figures say. */
export function activityOf(task: Pick<TaskView, 'state' | 'phase' | 'trouble'>): TaskStatus {
  switch (task.state) {
    case 'failed':
    case 'stopped':
    case 'completed':
    case 'stopping':
    case 'releasing':
    case 'restarting':
      return task.state;
    case 'starting':
    case 'running':
    case 'paused':
      if (isPartial(task)) return 'partial';
      if ((task.trouble && !GOES_ON.has(task.trouble.code)) || task.phase === 'reconnecting')
        return 'retrying';
      if (task.state === 'paused') return task.phase === 'paused' ? 'paused' : 'pausing';
      return task.state === 'running' ? statusOfPhase(task.phase) : task.state;
  }
}

/** What troubles a task that goes on meanwhile. */
export const GOES_ON: ReadonlySet<ErrorCode> = new Set(['TARGET_NODE_AWAY', 'SOURCE_SLOTS_MOVED']);

/** A node of the target is away, and the task goes on with the others. */
export const isPartial = (task: Pick<TaskView, 'phase' | 'trouble'>): boolean =>
  isHeldByNode(task) && task.phase === 'catching-up';

/** That node is all that troubles it. */
const isHeldByNode = ({ phase, trouble }: Pick<TaskView, 'phase' | 'trouble'>): boolean =>
  trouble?.code === 'TARGET_NODE_AWAY' && phase !== 'reconnecting';

/** Of a task at work, or of one shard of its source. */
export function statusOfPhase(phase: TaskView['phase']): TaskStatus {
  switch (phase) {
    case 'reconnecting':
      return 'retrying';
    case 'releasing':
    case 'ended':
      return 'stopping';
    default:
      return phase;
  }
}
