import { useConfirm } from '../components/confirm.tsx';
import { useTaskStore } from '../state/tasks.ts';
import { asksForSecrets, useBeginTask } from './begin-task.tsx';
import { StartOutlook } from './start-outlook.tsx';
import { startWord } from './task-actions.ts';

/**
 * Starts a task, or goes on with it from its checkpoint. One that ran before says first what that comes to; where passwords
 * are needed, their dialog asks instead. Resolves with whether it was started.
 */
export function useStartTask(): (id: string) => Promise<boolean> {
  const begin = useBeginTask();
  const confirm = useConfirm();
  return async (id) => {
    const task = useTaskStore.getState().byId[id];
    if (task && task.startedAtMs !== null && !asksForSecrets(task, 'task.start')) {
      const word = startWord(task);
      const sure = await confirm({
        title: `${word} “${task.name}”?`,
        body: <StartOutlook id={id} />,
        confirm: word,
      });
      if (!sure) return false;
    }
    return begin(id, 'task.start');
  };
}
