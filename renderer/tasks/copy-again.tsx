import { Text } from '@mantine/core';
import { isActive } from '../../shared/model/task-view.ts';
import type { TaskView } from '../../shared/model/task-view.ts';
import { useConfirm } from '../components/confirm.tsx';
import { useTaskStore } from '../state/tasks.ts';
import { useBeginTask } from './begin-task.tsx';
import { StartOutlook } from './start-outlook.tsx';

export const COPY_AGAIN_WORD = 'Full copy again';

/** A task that has never run begins with one; one that is on its way to another state has to get there first. */
export const canCopyAgain = ({ state, startedAtMs }: Pick<TaskView, 'state' | 'startedAtMs'>): boolean =>
  startedAtMs !== null && (!isActive(state) || state === 'running' || state === 'paused');

/** Makes a new full copy, after saying what it replaces. Resolves with whether it was begun. */
export function useCopyAgain(): (id: string, returnFocusTo?: HTMLElement | null) => Promise<boolean> {
  const begin = useBeginTask();
  const confirm = useConfirm();
  return async (id, returnFocusTo = null) => {
    const task = useTaskStore.getState().byId[id];
    if (!task) return false;
    const sure = await confirm({
      title: `Make a new full copy for “${task.name}”?`,
      body: (
        <>
          {isActive(task.state) && (
            <Text size="sm">
              {task.state === 'paused'
                ? 'The run that is paused ends. The copy begins when the task is resumed.'
                : 'The present run ends at its checkpoint, and the next one begins with the copy.'}
            </Text>
          )}
          <StartOutlook id={id} copyAgain />
        </>
      ),
      confirm: COPY_AGAIN_WORD,
      danger: true,
      returnFocusTo,
    });
    return sure && begin(id, 'task.copyAgain');
  };
}
