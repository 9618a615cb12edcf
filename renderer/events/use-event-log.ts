import { useCallback, useEffect, useRef, useState } from 'react';
import type { TaskEvent } from '../../shared/model/task-event.ts';
import { useAppEvent, useClient, useConnectionStatus } from '../state/client.tsx';
import { asFault, type RequestFault } from '../state/fault.ts';
import { EMPTY_LOG, withLive, withNewest, withOlder, type EventLog } from './event-log.ts';

const PAGE = 200;

export interface ShownLog extends EventLog {
  readonly loading: boolean;
  readonly fault: RequestFault | null;
  /** Loads the lines before the first one. */
  readonly loadOlder: () => void;
}

/** The log of a task: its newest lines, those that are written meanwhile, and older ones on demand. */
export function useEventLog(id: string): ShownLog {
  const client = useClient();
  const status = useConnectionStatus();
  const [log, setLog] = useState<EventLog>(EMPTY_LOG);
  const [fault, setFault] = useState<RequestFault | null>(null);
  const [loading, setLoading] = useState(true);
  const held = useRef(log);

  const take = useCallback((next: EventLog): void => {
    held.current = next;
    setLog(next);
  }, []);
  const ask = useCallback(
    async (before: number | undefined): Promise<void> => {
      try {
        const params = { id, limit: PAGE, ...(before !== undefined && { before }) };
        const events = await client.request('task.events', params);
        take((before === undefined ? withNewest : withOlder)(held.current, events, PAGE));
        setFault(null);
      } catch (error) {
        setFault(asFault(error));
      } finally {
        setLoading(false);
      }
    },
    [client, id, take],
  );

  // Also when the connection is back: lines were written meanwhile.
  useEffect(() => {
    if (status === 'open') void ask(undefined);
  }, [ask, status]);

  useAppEvent((event) => {
    if (event.type !== 'task-event' || event.taskId !== id) return;
    const next = withLive(held.current, event.event);
    if (next) take(next);
    else void ask(undefined);
  });

  const loadOlder = useCallback(() => {
    setLoading(true);
    void ask(held.current.events[0]?.number);
  }, [ask]);
  return { ...log, loading, fault, loadOlder };
}

/** How many lines a file may have. */
const MOST_EXPORTED = 100_000;
const EXPORT_PAGE = 5000;

/** Every line of a task's log, oldest first. @throws LockstepError */
export async function loadWholeLog(
  request: (before: number | undefined, limit: number) => Promise<readonly TaskEvent[]>,
): Promise<readonly TaskEvent[]> {
  let all: readonly TaskEvent[] = [];
  while (all.length < MOST_EXPORTED) {
    const older = await request(all[0]?.number, EXPORT_PAGE);
    all = [...older, ...all];
    if (older.length < EXPORT_PAGE) break;
  }
  return all;
}
