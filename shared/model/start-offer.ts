import { nextStepAfter, type NextStep } from '../errors/after-failure.ts';
import type { TaskView } from './task-view.ts';

/** What of a task at rest decides what leads on from there. */
export type RestingTask = Pick<TaskView, 'state' | 'failure' | 'moved'>;

/** What leads on from a task at rest: mostly a start. After a move nothing does, unless the two change places once more. */
export function nextStep({ state, failure, moved }: RestingTask): NextStep {
  if (state === 'failed' && failure) return nextStepAfter(failure.code);
  return state === 'stopped' && moved ? 'leave' : 'start';
}
