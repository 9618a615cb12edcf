import { useAction } from '../state/client.tsx';
import { navigate } from '../state/route.ts';

/** Begins a rehearsal of two servers, with the source of a task where one is named, and goes there. */
export function useNewRehearsal(): {
  readonly begin: (beside?: string) => Promise<void>;
  readonly running: boolean;
} {
  const { run, running } = useAction('draft.create', { refreshes: ['draft.list'] });
  return {
    running,
    begin: async (beside) => {
      if (running) return;
      const draft = await run({ purpose: 'rehearse', ...(beside !== undefined && { beside }) });
      if (draft) navigate({ page: 'rehearsal', id: draft.id });
    },
  };
}
