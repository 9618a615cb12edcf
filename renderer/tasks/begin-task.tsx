import { createContext, useCallback, useContext, useState, type ReactElement, type ReactNode } from 'react';
import { secretsOf } from '../../shared/model/server-secrets.ts';
import type { TaskView } from '../../shared/model/task-view.ts';
import { focusAgain } from '../components/focus-again.ts';
import { showFault } from '../components/show-fault.ts';
import { useClient } from '../state/client.tsx';
import type { Connection } from '../state/connection.ts';
import { asFault } from '../state/fault.ts';
import { putTask, useTaskStore } from '../state/tasks.ts';
import { refusedSecrets, SIDES_OF, type Beginning } from './beginning.ts';
import { SecretsDialog } from './secrets-dialog.tsx';

/** Resolves with true when it has begun, with false when it has not: then the user knows why, or decided it. */
type Begin = (id: string, what: Beginning) => Promise<boolean>;

const BeginContext = createContext<Begin | null>(null);

interface Asking {
  readonly task: TaskView;
  readonly what: Beginning;
  readonly sides: readonly ('source' | 'target')[];
  /** What is stored was refused. */
  readonly refused: boolean;
  readonly done: (begun: boolean) => void;
  /** What had the focus before. */
  readonly asker: Element | null;
}

/** Holds the dialog for passwords that this machine does not keep, or that were refused. */
export function BeginTaskProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const client = useClient();
  const [asking, setAsking] = useState<Asking | null>(null);
  const begin = useCallback<Begin>(
    async (id, what) => {
      const before = useTaskStore.getState().byId[id];
      if (!before) return false;
      const ask = (task: TaskView, sides: Asking['sides'], refused: boolean): Promise<boolean> =>
        new Promise((done) => setAsking({ task, what, sides, refused, done, asker: document.activeElement }));
      const needed = (task: TaskView): Asking['sides'] => missingSides(task, what);
      if (needed(before).length > 0) return ask(before, needed(before), false);
      const refusing = refusingSides(before, what);
      if (refusing.length > 0) return ask(before, refusing, true);
      const outcome = await beginNow(client, id, what);
      if (outcome !== 'secrets-needed') return outcome === 'begun';
      const task = useTaskStore.getState().byId[id];
      if (!task) return false;
      const sides = needed(task);
      return ask(
        task,
        sides.length > 0 ? sides : SIDES_OF[what].filter((side) => hasSecrets(task, side)),
        false,
      );
    },
    [client],
  );
  const end = (begun: boolean): void => {
    asking?.done(begun);
    setAsking(null);
    focusAgain(asking?.asker);
  };
  return (
    <BeginContext value={begin}>
      {children}
      {asking && (
        <SecretsDialog
          key={asking.task.id}
          task={asking.task}
          what={asking.what}
          sides={asking.sides}
          refused={asking.refused}
          onEnd={end}
        />
      )}
    </BeginContext>
  );
}

/** Begins something with a task; asks for passwords first where they are not known. */
export function useBeginTask(): Begin {
  const begin = useContext(BeginContext);
  if (!begin) throw new Error('There is no BeginTaskProvider above this component.');
  return begin;
}

async function beginNow(
  client: Connection,
  id: string,
  what: Beginning,
): Promise<'begun' | 'failed' | 'secrets-needed'> {
  try {
    putTask(await client.request(what, { id }));
    return 'begun';
  } catch (error) {
    const fault = asFault(error);
    if (fault.code === 'SECRET_NEEDED') return 'secrets-needed';
    showFault(fault);
    return 'failed';
  }
}

const hasSecrets = (task: TaskView, side: 'source' | 'target'): boolean => secretsOf(task[side]).length > 0;

const missingSides = (task: TaskView, what: Beginning): Asking['sides'] =>
  SIDES_OF[what].filter((side) => task.missingSecrets.includes(side));

const refusingSides = (task: TaskView, what: Beginning): Asking['sides'] =>
  SIDES_OF[what].filter((side) => refusedSecrets(task, side).length > 0);

/** Whether a dialog for passwords comes first, as far as the page knows. */
export const asksForSecrets = (task: TaskView, what: Beginning): boolean =>
  missingSides(task, what).length > 0 || refusingSides(task, what).length > 0;
