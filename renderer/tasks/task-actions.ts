import { isActive, type TaskState, type TaskView } from '../../shared/model/task-view.ts';

export type TaskAction = 'start' | 'pause' | 'resume' | 'stop';

/** What can be done with a task in this state. */
export function actionsOf(state: TaskState): readonly TaskAction[] {
  switch (state) {
    case 'stopped':
    case 'failed':
      return ['start'];
    case 'running':
      return ['pause', 'stop'];
    case 'starting':
    case 'restarting':
      return ['stop'];
    case 'paused':
      return ['resume', 'stop'];
    case 'stopping':
    case 'completed':
      return [];
  }
}

/** A task that has run goes on from its checkpoint. */
export const startWord = ({ startedAtMs, state }: Pick<TaskView, 'startedAtMs' | 'state'>): string =>
  startedAtMs === null ? 'Start' : state === 'failed' ? 'Start again' : 'Resume';

export const canDelete = (state: TaskState): boolean => !isActive(state);
