import type { NextStep } from '../../shared/errors/after-failure.ts';
import { nextStep, type RestingTask } from '../../shared/model/start-offer.ts';
import { isActive, type TaskState, type TaskView } from '../../shared/model/task-view.ts';

export type TaskAction = 'start' | 'edit' | 'set-up' | 'pause' | 'resume' | 'stop';

const LEADS_ON: Readonly<Record<NextStep, readonly TaskAction[]>> = {
  start: ['start'],
  settings: ['edit'],
  'set-up': ['set-up'],
  leave: [],
};

/** What is offered for a task as it is. */
export function actionsOf(task: RestingTask): readonly TaskAction[] {
  switch (task.state) {
    case 'stopped':
    case 'failed':
    case 'completed':
      return LEADS_ON[nextStep(task)];
    case 'running':
      return ['pause', 'stop'];
    case 'starting':
    case 'restarting':
      return ['stop'];
    case 'paused':
      return ['resume', 'stop'];
    case 'stopping':
    case 'releasing':
      return [];
  }
}

/** What starts it says: a task that was stopped goes on from its checkpoint, one that has made its full copy begins anew. */
export function startWord({ startedAtMs, state }: Pick<TaskView, 'startedAtMs' | 'state'>): string {
  if (state === 'failed' || state === 'completed') return 'Start again';
  return state === 'stopped' && startedAtMs !== null ? 'Resume' : 'Start';
}

/** What starts it where something else comes first, or nothing is left to be done. */
export const startAllTheSameWord = (task: RestingTask & Pick<TaskView, 'startedAtMs'>): string =>
  nextStep(task) === 'leave' ? `${startWord(task)} all the same…` : `${startWord(task)}…`;

export const canDelete = (state: TaskState): boolean => !isActive(state);
