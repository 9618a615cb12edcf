import { useQueries, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { PrecheckState } from '../../shared/contract/api.ts';
import type { CheckId } from '../../shared/model/precheck.ts';
import { useClient } from '../state/client.tsx';
import { asFault, type RequestFault } from '../state/fault.ts';
import { whyBlocked } from './precheck-view.ts';

type States = readonly (PrecheckState | null)[];

const keyOf = (draftId: string, targetId: string): readonly unknown[] => [
  'precheck.state',
  { draftId, targetId },
];

/** Events put newer states among the answers; see `useRequest`, which keeps them under the same keys. */
function useOfStates<T>(
  draftId: string,
  targetIds: readonly string[],
  combine: (answers: readonly UseQueryResult<PrecheckState>[]) => T,
): T {
  const client = useClient();
  return useQueries({
    queries: targetIds.map((targetId) => ({
      queryKey: keyOf(draftId, targetId),
      queryFn: () => client.request('precheck.state', { draftId, targetId }),
      staleTime: Number.POSITIVE_INFINITY,
    })),
    combine,
  });
}

const statesOf = (answers: readonly UseQueryResult<PrecheckState>[]): States =>
  answers.map(({ data }) => data ?? null);

/** The precheck of each target, in their order; null until it is known. Renders with every result. */
export const usePrecheckStates = (draftId: string, targetIds: readonly string[]): States =>
  useOfStates(draftId, targetIds, statesOf);

export interface PrecheckGate {
  /** Every state is known, or could not be had. */
  readonly loaded: boolean;
  /** Why the tasks cannot be started; null when they can. */
  readonly blocked: string | null;
}

const gateOf = (answers: readonly UseQueryResult<PrecheckState>[]): PrecheckGate => ({
  loaded: answers.every(({ isPending }) => !isPending),
  blocked: whyAnyBlocked(statesOf(answers)),
});

/** Renders only when the way opens, closes, or is closed for another reason. */
export const usePrecheckGate = (draftId: string, targetIds: readonly string[]): PrecheckGate =>
  useOfStates(draftId, targetIds, gateOf);

/** Names the first target that is in the way when there are several. */
export function whyAnyBlocked(states: States): string | null {
  const reasons = states.map(whyBlocked);
  const first = reasons.findIndex((reason) => reason !== null);
  if (first < 0) return null;
  const reason = reasons[first]!;
  return states.length === 1
    ? reason
    : `Target ${first + 1}: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`;
}

export interface PrecheckActions {
  /** Starts all checks of the target, or those named; false when that was refused. */
  readonly run: (targetId: string, only?: readonly CheckId[]) => Promise<boolean>;
  readonly ignore: (targetId: string, check: CheckId, ignored: boolean) => Promise<boolean>;
  /** Why the last of them was not done. */
  readonly fault: RequestFault | null;
}

export function usePrecheckActions(draftId: string): PrecheckActions {
  const client = useClient();
  const queries = useQueryClient();
  const [fault, setFault] = useState<RequestFault | null>(null);
  const ask = useCallback(
    async (targetId: string, request: () => Promise<PrecheckState>): Promise<boolean> => {
      try {
        await request();
        setFault(null);
        // The answer may be older than an event that has come meanwhile, so the state is asked for.
        await queries.invalidateQueries({ queryKey: keyOf(draftId, targetId) });
        return true;
      } catch (error) {
        setFault(asFault(error));
        return false;
      }
    },
    [draftId, queries],
  );
  const run = useCallback<PrecheckActions['run']>(
    (targetId, only) =>
      ask(targetId, () =>
        client.request('precheck.run', { draftId, targetId, ...(only && { only: [...only] }) }),
      ),
    [ask, client, draftId],
  );
  const ignore = useCallback<PrecheckActions['ignore']>(
    (targetId, check, ignored) =>
      ask(targetId, () => client.request('precheck.ignore', { draftId, targetId, check, ignored })),
    [ask, client, draftId],
  );
  return { run, ignore, fault };
}
