import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { RequestName, RequestParams, RequestResult } from '../../shared/contract/api.ts';
import { showFault } from '../components/show-fault.ts';
import { useClient } from './client-context.ts';
import { asFault, type RequestFault } from './fault.ts';

export interface Action<N extends RequestName> {
  /** Resolves with the answer, or with undefined when it failed: then `error` says why. Never rejects. */
  readonly run: (params: RequestParams<N>) => Promise<RequestResult<N> | undefined>;
  readonly running: boolean;
  readonly error: RequestFault | null;
  /** Forgets the error. */
  readonly reset: () => void;
}

/**
 * A request that changes something. A failure is shown as a notification, unless `quiet` says that the component shows
 * `error` itself. `refreshes` names requests whose answers are no longer true afterwards.
 */
export function useAction<N extends RequestName>(
  name: N,
  {
    quiet = false,
    refreshes = [],
  }: { readonly quiet?: boolean; readonly refreshes?: readonly RequestName[] } = {},
): Action<N> {
  const client = useClient();
  const queries = useQueryClient();
  const mutation = useMutation<RequestResult<N>, RequestFault, RequestParams<N>>({
    networkMode: 'always',
    mutationFn: (params) =>
      client.request(name, params).catch((error: unknown) => {
        throw asFault(error);
      }),
    onError: (fault) => {
      if (!quiet) showFault(fault);
    },
    onSuccess: () => {
      for (const stale of refreshes) void queries.invalidateQueries({ queryKey: [stale] });
    },
  });
  const { mutateAsync, isPending, error, reset } = mutation;
  return {
    run: (params) => mutateAsync(params).catch(() => undefined),
    running: isPending,
    error,
    reset,
  };
}
