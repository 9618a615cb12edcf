import { useEffect, useEffectEvent, useRef } from 'react';
import type { PrecheckState } from '../../shared/contract/api.ts';
import { useClient } from '../state/client.tsx';
import type { Connection } from '../state/connection.ts';
import type { PrecheckActions } from './use-prechecks.ts';

/**
 * Runs the precheck of every target that has not passed it, once, when the page opens and the states are known. They run
 * one after another: each measures rates of the source, and would measure the others. Leaving the page ends the queue.
 */
export function usePrecheckQueue(
  draftId: string,
  targetIds: readonly string[],
  states: readonly (PrecheckState | null)[],
  loaded: boolean,
  { run }: PrecheckActions,
): void {
  const client = useClient();
  const begun = useRef(false);
  const here = useRef(false);
  const begin = useEffectEvent(async (): Promise<void> => {
    if (begun.current) return;
    begun.current = true;
    for (const id of targetIds.filter((_, index) => !states[index]?.passed && !states[index]?.running)) {
      if (!here.current) return;
      const ended = endOfRun(client, draftId, id);
      // A refusal is shown on the page.
      if (await run(id)) await ended.promise;
      ended.stop();
    }
  });
  useEffect(() => {
    here.current = true;
    return () => {
      here.current = false;
    };
  }, []);
  useEffect(() => {
    if (loaded) void begin();
  }, [loaded]);
}

/** Resolves when the run is told to have ended, or nothing can be told any more. */
function endOfRun(
  client: Connection,
  draftId: string,
  targetId: string,
): { readonly promise: Promise<void>; readonly stop: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  const stops = [
    client.onEvent((event) => {
      if (event.type !== 'precheck') return;
      const { state } = event;
      if (state.draftId === draftId && state.targetId === targetId && !state.running) resolve();
    }),
    client.onStatus(() => {
      if (client.status() !== 'open') resolve();
    }),
  ];
  return { promise, stop: () => stops.forEach((stop) => stop()) };
}
