import { useAction } from '../state/client.tsx';
import { navigate } from '../state/route.ts';

/** Begins a set-up with a draft of its own, for further targets of a group where one is named, and goes there. */
export function useNewSetup(): {
  readonly begin: (group?: string) => Promise<void>;
  readonly running: boolean;
} {
  const { run, running } = useAction('draft.create', { refreshes: ['draft.list'] });
  return {
    running,
    begin: async (group) => {
      if (running) return;
      const draft = await run(group === undefined ? {} : { group });
      if (draft) navigate({ page: 'setup', draftId: draft.id });
    },
  };
}
