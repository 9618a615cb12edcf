import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { Draft } from '../../../shared/model/profile.ts';
import { useClient } from '../../state/client.tsx';

/**
 * The draft as it is stored when the page opens, or null when there is none. It is forgotten when the page closes: from
 * the first edit on the form is newer, and the next visit asks anew.
 */
export function useLoadedDraft(draftId: string): UseQueryResult<Draft | null> {
  const client = useClient();
  return useQuery({
    queryKey: ['draft to set up', draftId],
    queryFn: async () => {
      const drafts = await client.request('draft.list', {});
      return drafts.find(({ id }) => id === draftId) ?? null;
    },
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
