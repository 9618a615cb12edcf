import { useState } from 'react';
import { useClient } from '../../state/client.tsx';
import { asFault, type RequestFault } from '../../state/fault.ts';
import { navigate, type Route } from '../../state/route.ts';
import { useTaskStore } from '../../state/tasks.ts';
import { useSetup } from '../draft/use-setup.ts';

export interface Start {
  /** Makes the tasks of the draft and goes to the one, or to the group that they are in. */
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
      // The draft is gone, so going back leads past it.
      navigate(pageOf(taskIds), { replace: true });
    } catch (error) {
      setFault(asFault(error));
      setRunning(false);
    }
  };
  return { create, running, fault };
}

/** The application has told of the tasks before it answered. */
function pageOf([id, another]: readonly string[]): Route {
  if (id === undefined) return { page: 'tasks' };
  const group = useTaskStore.getState().byId[id]?.group;
  if (group) return { page: 'group', id: group.id };
  return another === undefined ? { page: 'task', id, tab: 'overview' } : { page: 'tasks' };
}
