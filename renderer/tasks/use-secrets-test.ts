import { useState } from 'react';
import type { SecretChanges } from '../../shared/model/profile.ts';
import type { TaskView } from '../../shared/model/task-view.ts';
import { useClient } from '../state/client.tsx';
import { asFault, type RequestFault } from '../state/fault.ts';

type Side = 'source' | 'target';

/** A server that does not answer is the task's to wait for, so it is not waited for here. */
const WAIT_MS = 5000;
const REFUSED = /_AUTH$/;

export interface SecretsTest {
  /** Resolves with whether no server refused what was entered. Never rejects. */
  readonly run: (secrets: Readonly<Partial<Record<Side, SecretChanges>>>) => Promise<boolean>;
  readonly running: boolean;
  readonly fault: RequestFault | null;
}

/** Tries the secrets that were entered for a task before they are stored: one that is refused would only end the task. */
export function useSecretsTest(task: TaskView): SecretsTest {
  const client = useClient();
  const [running, setRunning] = useState(false);
  const [fault, setFault] = useState<RequestFault | null>(null);

  const refusalOf = async (side: Side, secrets: SecretChanges): Promise<RequestFault | null> => {
    const endpoint = task[side];
    const stored = { kind: 'task', id: task.id, endpointId: endpoint.id } as const;
    const asked = client.request('connection.test', { side, endpoint, secrets, stored }).then(
      () => null,
      (error: unknown) => asFault(error),
    );
    const found = await Promise.race([asked, after(WAIT_MS)]);
    return found && REFUSED.test(found.code) ? found : null;
  };
  return {
    running,
    fault,
    async run(secrets) {
      setRunning(true);
      const sides = (['source', 'target'] as const).filter((side) => secrets[side]);
      const refusals = await Promise.all(sides.map((side) => refusalOf(side, secrets[side]!)));
      const refusal = refusals.find(Boolean) ?? null;
      setFault(refusal);
      setRunning(false);
      return refusal === null;
    },
  };
}

const after = (ms: number): Promise<null> => new Promise((resolve) => setTimeout(() => resolve(null), ms));
