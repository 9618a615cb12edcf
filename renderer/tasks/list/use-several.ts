import { useState } from 'react';
import { useAction } from '../../state/client.tsx';
import { useBeginTask } from '../begin-task.tsx';
import { useAllowing } from './use-allowing.ts';

/** What can be done with several tasks at once. */
export const SEVERAL_ACTIONS = ['start', 'pause', 'resume', 'stop'] as const;
export type SeveralAction = (typeof SEVERAL_ACTIONS)[number];

export interface Several {
  /** By what can be done, the tasks that allow it now. */
  readonly allowing: Readonly<Record<SeveralAction, readonly string[]>>;
  /** What is being done. */
  readonly busy: SeveralAction | undefined;
  /** Does it with all that allow it. One that cannot says so, and the others do it all the same. */
  readonly run: (action: SeveralAction) => Promise<void>;
}

export function useSeveral(ids: readonly string[]): Several {
  const allowing = useAllowing(ids);
  const begin = useBeginTask();
  const pause = useAction('task.pause');
  const resume = useAction('task.resume');
  const stop = useAction('task.stop');
  const [busy, setBusy] = useState<SeveralAction>();
  const acts: Readonly<Record<SeveralAction, (id: string) => Promise<unknown>>> = {
    start: (id) => begin(id, 'task.start'),
    pause: (id) => pause.run({ id }),
    resume: (id) => resume.run({ id }),
    stop: (id) => stop.run({ id }),
  };
  return {
    allowing,
    busy,
    run: async (action) => {
      setBusy(action);
      // One after the other: a task may have to ask for a password.
      for (const id of allowing[action]) await acts[action](id);
      setBusy(undefined);
    },
  };
}
