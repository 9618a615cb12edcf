import { useCallback } from 'react';
import { useBeginTask } from './begin-task.tsx';

/** Starts a task, or goes on with it from its checkpoint. Resolves with whether it was started. */
export function useStartTask(): (id: string) => Promise<boolean> {
  const begin = useBeginTask();
  return useCallback((id) => begin(id, 'task.start'), [begin]);
}
