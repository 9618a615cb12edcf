import { useEffect, useEffectEvent, useRef, useState } from 'react';
import type { HistoryWindow } from '../../shared/model/history.ts';
import { useClient } from '../state/client.tsx';
import { asFault, type RequestFault } from '../state/fault.ts';
import { emptyHistory, openHistoryFeed, type HistoryFeed, type ShownHistory } from './history-feed.ts';
import type { Series } from './series.ts';
import { reportsOf } from './use-history.ts';

export interface GroupHistory {
  /** In the order of the tasks. */
  readonly series: readonly Series[];
  /** The end of the time axis. */
  readonly endMs: number;
  /** How far points are apart. */
  readonly stepMs: number;
  /** Of none of them anything was loaded yet. */
  readonly loading: boolean;
  /** Why one of them could not be loaded. */
  readonly fault: RequestFault | null;
}

/** Each task reports by itself; they are drawn together. */
const GATHER_MS = 100;

const togetherOf = (all: readonly ShownHistory[], fault: RequestFault | null): GroupHistory => ({
  series: all,
  endMs: Math.max(...all.map(({ endMs }) => endMs), 0),
  stepMs: Math.max(...all.map(({ stepMs }) => stepMs), 1000),
  loading: all.every(({ loading }) => loading),
  fault,
});

/** The points of several tasks in a window. `held` keeps them as they are, to look at them. */
export function useGroupHistory(ids: readonly string[], window: HistoryWindow, held: boolean): GroupHistory {
  const client = useClient();
  const { spanMs, endMs } = window;
  const of = `${ids.join()} ${spanMs} ${endMs}`;
  const nothing = (): GroupHistory =>
    togetherOf(
      ids.map(() => emptyHistory(window, Date.now())),
      null,
    );
  const [shown, setShown] = useState(() => ({ history: nothing(), of }));
  const feeds = useRef<readonly HistoryFeed[]>([]);
  const isHeld = useEffectEvent(() => held);

  useEffect(() => {
    const all = ids.map(() => emptyHistory({ spanMs, endMs }, Date.now()));
    let fault: RequestFault | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const gather = (): void => {
      timer ??= setTimeout(() => {
        timer = undefined;
        setShown({ history: togetherOf([...all], fault), of });
      }, GATHER_MS);
    };
    const opened = ids.map((id, index) =>
      openHistoryFeed({
        ...{ window: { spanMs, endMs }, db: null },
        load: () => client.request('task.history', { id, spanMs, endMs, db: null }),
        onReport: (listener) => reportsOf(id, listener),
        show: (history) => {
          all[index] = history;
          gather();
        },
        onFault: (error) => {
          fault = asFault(error);
          gather();
        },
      }),
    );
    feeds.current = opened;
    if (isHeld()) for (const feed of opened) feed.hold(true);
    const follow = (): void => {
      for (const feed of opened) feed.hide(document.hidden);
    };
    follow();
    document.addEventListener('visibilitychange', follow);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', follow);
      for (const feed of opened) feed.close();
    };
    // `of` says which tasks these are.
    // eslint-disable-next-line react/exhaustive-deps
  }, [client, spanMs, endMs, of]);

  useEffect(() => {
    for (const feed of feeds.current) feed.hold(held);
  }, [held]);
  // What others were shown with is not to stand under these names while they are loaded.
  return shown.of === of ? shown.history : nothing();
}
