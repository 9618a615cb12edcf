import { createContext, useCallback, useContext, useState, type ReactElement, type ReactNode } from 'react';
import type { TaskView } from '../../shared/model/task-view.ts';
import { focusAgain } from '../components/focus-again.ts';
import { showFault } from '../components/show-fault.ts';
import { useClient } from '../state/client.tsx';
import type { Connection } from '../state/connection.ts';
import { asFault } from '../state/fault.ts';
import { putTask, useTaskStore } from '../state/tasks.ts';
import { SecretsDialog } from './secrets-dialog.tsx';

/** Resolves with true when the task was started, with false when it was not: then the user knows why, or decided it. */
type Start = (id: string) => Promise<boolean>;

const StartContext = createContext<Start | null>(null);

interface Asking {
  readonly task: TaskView;
  readonly sides: readonly ('source' | 'target')[];
  /** What is stored was refused. */
  readonly refused: boolean;
  readonly done: (started: boolean) => void;
  /** What had the focus before. */
  readonly asker: Element | null;
}

/** Holds the dialog for passwords that this machine does not keep, or that were refused. */
export function StartTaskProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const client = useClient();
  const [asking, setAsking] = useState<Asking | null>(null);
  const start = useCallback<Start>(
    async (id) => {
      const before = useTaskStore.getState().byId[id];
      if (!before) return false;
      const ask = (task: TaskView, sides: Asking['sides'], refused: boolean): Promise<boolean> =>
        new Promise((done) => setAsking({ task, sides, refused, done, asker: document.activeElement }));
      if (before.missingSecrets.length > 0) return ask(before, before.missingSecrets, false);
      const refusing = sidesThatRefuse(before);
      if (refusing.length > 0) return ask(before, refusing, true);
      const outcome = await startNow(client, id);
      if (outcome !== 'secrets-needed') return outcome === 'started';
      const task = useTaskStore.getState().byId[id];
      if (!task) return false;
      return ask(task, task.missingSecrets.length > 0 ? task.missingSecrets : sidesWithSecrets(task), false);
    },
    [client],
  );
  const end = (started: boolean): void => {
    asking?.done(started);
    setAsking(null);
    focusAgain(asking?.asker);
  };
  return (
    <StartContext value={start}>
      {children}
      {asking && (
        <SecretsDialog
          key={asking.task.id}
          task={asking.task}
          sides={asking.sides}
          refused={asking.refused}
          onEnd={end}
        />
      )}
    </StartContext>
  );
}

/** Starts a task, or goes on with it from its checkpoint; asks for passwords first where they are not known. */
export function useStartTask(): Start {
  const start = useContext(StartContext);
  if (!start) throw new Error('There is no StartTaskProvider above this component.');
  return start;
}

async function startNow(client: Connection, id: string): Promise<'started' | 'failed' | 'secrets-needed'> {
  try {
    putTask(await client.request('task.start', { id }));
    return 'started';
  } catch (error) {
    const fault = asFault(error);
    if (fault.code === 'SECRET_NEEDED') return 'secrets-needed';
    showFault(fault);
    return 'failed';
  }
}

const sidesWithSecrets = ({ source, target }: TaskView): ('source' | 'target')[] =>
  ([source, target] as const).flatMap((endpoint, i) =>
    endpoint.hasPassword || endpoint.hasKey ? [i === 0 ? 'source' : 'target'] : [],
  );

/** To try what was refused would only fail once more, so it can be entered anew. */
function sidesThatRefuse({ failure, source, target }: TaskView): ('source' | 'target')[] {
  if (failure?.code === 'SOURCE_AUTH' && source.hasPassword) return ['source'];
  return failure?.code === 'TARGET_AUTH' && target.hasPassword ? ['target'] : [];
}
