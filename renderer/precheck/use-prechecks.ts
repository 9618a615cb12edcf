import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useCallback, useState } from 'react';
import type { PrecheckState } from '../../shared/contract/api.ts';
import type { CheckId } from '../../shared/model/precheck.ts';
import { useClient } from '../state/client.tsx';
import { asFault, type RequestFault } from '../state/fault.ts';
import { whyBlocked } from './precheck-view.ts';

/** The prechecks of a draft's targets. */
export interface Prechecks {
  /** By the id of the target; null until it is known. */
  readonly states: Readonly<Record<string, PrecheckState | null>>;
  /** Every state is known, or why it is not. */
  readonly loaded: boolean;
  /** Why the tasks cannot be started; null when they can. */
  readonly blocked: string | null;
}

const keyOf = (draftId: string, targetId: string): readonly unknown[] => [
  'precheck.state',
  { draftId, targetId },
];

/** Events put newer states among the answers; see `useRequest`, which keeps them under the same keys. */
export function usePrechecks(draftId: string, targetIds: readonly string[]): Prechecks {
  const client = useClient();
  const answers = useQueries({
    queries: targetIds.map((targetId) => ({
      queryKey: keyOf(draftId, targetId),
      queryFn: () => client.request('precheck.state', { draftId, targetId }),
      staleTime: Number.POSITIVE_INFINITY,
    })),
  });
  const states = answers.map(({ data }) => data ?? null);
  return {
    states: Object.fromEntries(targetIds.map((id, index) => [id, states[index] ?? null])),
    loaded: answers.every(({ isPending }) => !isPending),
    blocked: whyAnyBlocked(states),
  };
}

/** Names the first target that is in the way when there are several. */
export function whyAnyBlocked(states: readonly (PrecheckState | null)[]): string | null {
  const reasons = states.map(whyBlocked);
  const first = reasons.findIndex((reason) => reason !== null);
  if (first < 0) return null;
  const reason = reasons[first]!;
  return states.length === 1
    ? reason
    : `Target ${first + 1}: ${reason.charAt(0).toLowerCase()}${reason.slice(1)}`;
}

export interface PrecheckActions {
  /** Runs all checks of the target, or those named. */
  readonly run: (targetId: string, only?: readonly CheckId[]) => Promise<void>;
  readonly ignore: (targetId: string, check: CheckId, ignored: boolean) => Promise<void>;
  /** Why the last of them was not done. */
  readonly fault: RequestFault | null;
}

export function usePrecheckActions(draftId: string): PrecheckActions {
  const client = useClient();
  const queries = useQueryClient();
  const [fault, setFault] = useState<RequestFault | null>(null);
  const ask = useCallback(
    async (targetId: string, request: () => Promise<PrecheckState>): Promise<void> => {
      try {
        await request();
        setFault(null);
        // The answer may be older than an event that has come meanwhile, so the state is asked for.
        await queries.invalidateQueries({ queryKey: keyOf(draftId, targetId) });
      } catch (error) {
        setFault(asFault(error));
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
