import { useAction } from '../state/client.tsx';
import { navigate } from '../state/route.ts';

/** Begins a set-up with a draft of its own, for further targets beside a task where one is named, and goes there. */
export function useNewSetup(): {
  readonly begin: (beside?: string) => Promise<void>;
  readonly running: boolean;
} {
  const { run, running } = useAction('draft.create', { refreshes: ['draft.list'] });
  return {
    running,
    begin: async (beside) => {
      if (running) return;
      const draft = await run(beside === undefined ? {} : { beside });
      if (draft) navigate({ page: 'setup', draftId: draft.id });
    },
  };
}
