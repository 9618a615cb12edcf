import { useCallback, useEffect, useState } from 'react';
import type { Draft } from '../../../shared/model/profile.ts';
import { useClient } from '../../state/client.tsx';
import { asFault, type RequestFault } from '../../state/fault.ts';

export type LoadedDraft =
  | { readonly status: 'loading' }
  | { readonly status: 'missing' }
  | { readonly status: 'failed'; readonly fault: RequestFault }
  | { readonly status: 'loaded'; readonly draft: Draft };

/**
 * The draft as it is stored when the page opens. It is asked for once and not kept with the other answers: from then on
 * the form is newer than anything that is stored.
 */
export function useLoadedDraft(draftId: string): LoadedDraft & { readonly retry: () => void } {
  const client = useClient();
  const [loaded, setLoaded] = useState<LoadedDraft>({ status: 'loading' });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let current = true;
    const take = (next: LoadedDraft): void => {
      if (current) setLoaded(next);
    };
    client.request('draft.list', {}).then(
      (drafts) => {
        const draft = drafts.find(({ id }) => id === draftId);
        take(draft ? { status: 'loaded', draft } : { status: 'missing' });
      },
      (error: unknown) => take({ status: 'failed', fault: asFault(error) }),
    );
    return () => {
      current = false;
    };
  }, [client, draftId, attempt]);
  const retry = useCallback(() => setAttempt((count) => count + 1), []);
  return { ...loaded, retry };
}
