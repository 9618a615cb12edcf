import { isActive, type TaskState, type TaskView } from '../../shared/model/task-view.ts';

export type TaskAction = 'start' | 'pause' | 'resume' | 'stop';

/** What can be done with a task in this state. */
export function actionsOf(state: TaskState): readonly TaskAction[] {
  switch (state) {
    case 'stopped':
    case 'failed':
    case 'completed':
      return ['start'];
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

export const canDelete = (state: TaskState): boolean => !isActive(state);
