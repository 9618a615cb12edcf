import type { RequestParams } from '../../shared/contract/api.ts';
import { useAction } from './client.tsx';
import { navigate, type Route } from './route.ts';

export interface NewDraft {
  /** `beside`: a task whose source and settings it takes. */
  readonly begin: (beside?: string) => Promise<void>;
  readonly running: boolean;
}

/** Begins a draft for this purpose, for a set-up of tasks where none is named, and goes to its page. */
export function useNewDraft(
  purpose: RequestParams<'draft.create'>['purpose'],
  pageOf: (id: string) => Route,
): NewDraft {
  const { run, running } = useAction('draft.create', { refreshes: ['draft.list'] });
  return {
    running,
    begin: async (beside) => {
      if (running) return;
      const draft = await run({
        ...(purpose !== undefined && { purpose }),
        ...(beside !== undefined && { beside }),
      });
      if (draft) navigate(pageOf(draft.id));
    },
  };
}
