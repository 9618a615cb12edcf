import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { HistoryWindow } from '../../shared/model/history.ts';
import type { Metrics } from '../../shared/model/metrics.ts';
import { useClient } from '../state/client.tsx';
import { asFault, type RequestFault } from '../state/fault.ts';
import { useTaskStore } from '../state/tasks.ts';
import { emptyHistory, openHistoryFeed, type HistoryFeed, type ShownHistory } from './history-feed.ts';

export interface TaskHistory extends ShownHistory {
  /** Why the history could not be loaded; what is reported meanwhile is shown nevertheless. */
  readonly fault: RequestFault | null;
}

/** The points of a task in a window. `held` keeps them as they are, to look at them. */
export function useHistory(id: string, window: HistoryWindow, db: number | null, held: boolean): TaskHistory {
  const client = useClient();
  const { spanMs, endMs } = window;
  const of = `${id} ${spanMs} ${endMs} ${db}`;
  const [shown, setShown] = useState<TaskHistory & { readonly of: string }>(() => ({
    ...emptyHistory(window, Date.now()),
    fault: null,
    of,
  }));
  const feed = useRef<HistoryFeed | null>(null);
  const isHeld = useEffectEvent(() => held);

  useEffect(() => {
    const opened = openHistoryFeed({
      window: { spanMs, endMs },
      db,
      load: () => client.request('task.history', { id, spanMs, endMs, db }),
      onReport: (listener) => reportsOf(id, listener),
      show: (history) => setShown({ ...history, fault: null, of }),
      onFault: (error) =>
        setShown((before) => ({
          ...(before.of === of ? before : emptyHistory({ spanMs, endMs }, before.endMs)),
          fault: asFault(error),
          of,
        })),
    });
    feed.current = opened;
    if (isHeld()) opened.hold(true);
    const follow = (): void => opened.hide(document.hidden);
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      opened.close();
    };
  }, [client, id, spanMs, endMs, db, of]);

  useEffect(() => feed.current?.hold(held), [held]);
  // What another window or database was shown with is not to stand under this one's name while it is loaded.
  return shown.of === of ? shown : { ...emptyHistory(window, shown.endMs), fault: null };
}

/** Calls the listener with each report of a task. @returns a function that ends that */
export function reportsOf(id: string, listener: (metrics: Metrics) => void): () => void {
  let lastMs = useTaskStore.getState().byId[id]?.metrics?.atMs ?? 0;
  return useTaskStore.subscribe(({ byId }) => {
    const metrics = byId[id]?.metrics;
    if (!metrics || metrics.atMs === lastMs) return;
    lastMs = metrics.atMs;
    listener(metrics);
  });
}
