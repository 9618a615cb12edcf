import { useState } from 'react';
import { useClient } from '../../state/client.tsx';
import { asFault, type RequestFault } from '../../state/fault.ts';
import { navigate } from '../../state/route.ts';
import { useSetup } from '../draft/use-setup.ts';

export interface Start {
  /** Makes the tasks of the draft and goes to the one, or to the list when they are several. */
  readonly create: (start: boolean) => Promise<void>;
  readonly running: boolean;
  readonly fault: RequestFault | null;
}

export function useStart(draftId: string): Start {
  const client = useClient();
  const { session, form } = useSetup();
  const [running, setRunning] = useState(false);
  const [fault, setFault] = useState<RequestFault | null>(null);

  const create = async (start: boolean): Promise<void> => {
    if (running) return;
    setRunning(true);
    setFault(null);
    try {
      await session.flush();
      const { taskIds } = await client.request('task.create', { draftId, start, shown: form.getValues() });
      session.abandon();
      const [only] = taskIds;
      // The draft is gone, so going back leads past it.
      navigate(
        taskIds.length === 1 && only !== undefined
          ? { page: 'task', id: only, tab: 'overview' }
          : { page: 'tasks' },
        { replace: true },
      );
    } catch (error) {
      setFault(asFault(error));
      setRunning(false);
    }
  };
  return { create, running, fault };
}
