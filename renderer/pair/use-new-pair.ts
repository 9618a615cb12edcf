import { useAction } from '../state/client.tsx';
import { navigate } from '../state/route.ts';

/** Begins a comparison of two servers without a task, and goes there. */
export function useNewPair(): { readonly begin: () => Promise<void>; readonly running: boolean } {
  const { run, running } = useAction('draft.create', { refreshes: ['draft.list'] });
  return {
    running,
    begin: async () => {
      if (running) return;
      const draft = await run({ purpose: 'compare' });
      if (draft) navigate({ page: 'pair', draftId: draft.id });
    },
  };
}
