import { isActive, type TaskView } from '../../shared/model/task-view.ts';

export const REHEARSE_WORD = 'Rehearse…';

/** A task that follows its source, and rests or runs: what is on its way to another state has to get there first. */
export const canRehearse = ({ state, fullOnly }: Pick<TaskView, 'state' | 'fullOnly'>): boolean =>
  !fullOnly && (!isActive(state) || state === 'running');
