import { useAction } from '../state/client.tsx';
import { navigate } from '../state/route.ts';

/** Begins a set-up with a draft of its own, and goes there. */
export function useNewSetup(): { readonly begin: () => Promise<void>; readonly running: boolean } {
  const { run, running } = useAction('draft.create', { refreshes: ['draft.list'] });
  return {
    running,
    begin: async () => {
      if (running) return;
      const draft = await run({});
      if (draft) navigate({ page: 'setup', draftId: draft.id });
    },
  };
}
