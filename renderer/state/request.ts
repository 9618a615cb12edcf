import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import type { AppInfo, RequestName, RequestParams, RequestResult } from '../../shared/contract/api.ts';
import { useClient } from './client-context.ts';
import { asFault, type RequestFault } from './fault.ts';

export interface RequestOptions {
  /** False waits with the request. */
  readonly enabled?: boolean;
  /** Asks anew at this interval while the page is visible. */
  readonly refetchIntervalMs?: number;
  /** For how long an answer is used again without asking; 0 asks with every component that comes. */
  readonly freshForMs?: number;
  /** The answer goes with the last who asked, and so do the parameters: there are secrets among them. */
  readonly forgets?: boolean;
}

/**
 * Asks, and keeps the answer under `[name, params]` for all who ask the same. Events of the application put newer
 * answers there by themselves for app.info, precheck.state and comparison.state.
 */
export function useRequest<N extends RequestName>(
  name: N,
  params: RequestParams<N>,
  { enabled = true, refetchIntervalMs, freshForMs = 0, forgets = false }: RequestOptions = {},
): UseQueryResult<RequestResult<N>, RequestFault> {
  const client = useClient();
  return useQuery<RequestResult<N>, RequestFault>({
    queryKey: [name, params],
    queryFn: () =>
      client.request(name, params).catch((error: unknown) => {
        throw asFault(error);
      }),
    enabled,
    staleTime: freshForMs,
    ...(forgets ? { gcTime: 0 } : {}),
    refetchInterval: refetchIntervalMs ?? false,
  });
}

/** What the application says about itself; undefined until it has answered for the first time. */
export const useAppInfo = (): AppInfo | undefined =>
  useRequest('app.info', {}, { freshForMs: Number.POSITIVE_INFINITY }).data;
