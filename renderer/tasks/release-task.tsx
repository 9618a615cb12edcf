import { Text } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { addressOf } from '../../shared/model/server-address.ts';
import { isActive, type TaskView } from '../../shared/model/task-view.ts';
import { useConfirm } from '../components/confirm.tsx';
import { useTaskStore } from '../state/tasks.ts';
import { useBeginTask } from './begin-task.tsx';

/** What an action that hands a task's target over is called. */
export const RELEASE_WORD = 'Make expiry exact on the target…';

/** Hands a task's target over once its user has confirmed it, knowing which server that is and what happens there. */
export function useReleaseTask(): {
  readonly ask: (id: string, returnFocusTo?: HTMLElement | null) => Promise<unknown>;
  readonly running: boolean;
} {
  const begin = useBeginTask();
  const confirm = useConfirm();
  const [running, setRunning] = useState(false);
  const ask = async (id: string, returnFocusTo?: HTMLElement | null): Promise<unknown> => {
    const task = useTaskStore.getState().byId[id];
    if (!task) return false;
    const where = addressOf(task.target);
    const active = isActive(task.state);
    const sure = await confirm({
      title: active ? `Hand ${where} over?` : `Make expiry exact on ${where}?`,
      body: active ? <HandOverExplained task={task} /> : <ReleaseExplained task={task} />,
      confirm: active ? 'Hand the target over' : 'Make expiry exact',
      ...(returnFocusTo && { returnFocusTo }),
    });
    if (!sure) return false;
    setRunning(true);
    const begun = await begin(id, 'task.release');
    setRunning(false);
    return begun;
  };
  return { ask, running };
}

const HandOverExplained = ({ task }: { readonly task: TaskView }): ReactElement => (
  <>
    <Text size="sm">
      “{task.name}” stops: what has come from the source is applied, then every key on{' '}
      {addressOf(task.target)} gets its true expiry. After that the target receives nothing more, and can be
      used in the place of the source.
    </Text>
    <Text size="sm" mt="xs">
      Should the source come back after all, do not start the task again once clients write to the target:
      their data and the source’s would no longer be one.
    </Text>
  </>
);

const ReleaseExplained = ({ task }: { readonly task: TaskView }): ReactElement => (
  <>
    <Text size="sm">
      Every key that “{task.name}” has written there gets its true time; keys whose time has passed go. Values
      stay as they are, and so do keys that the target had of its own. After that it can be used in the place
      of the source. The source is not needed for it.
    </Text>
    {task.targetStanding === 'part' && (
      <Text size="sm" mt="xs">
        Mind: the full copy was not complete, so the target holds only a part of the source.
      </Text>
    )}
    <Text size="sm" mt="xs">
      A run of this task that may still be alive on another machine writes nothing more from then on.
    </Text>
  </>
);
