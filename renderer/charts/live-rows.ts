import { createContext, useContext } from 'react';
import type { HistoryPoint } from '../../shared/model/history.ts';
import type { ChartRow } from './series.ts';

/** What moves in a chart each second. Recharts is not told of it: it would work all of a chart out anew, several times. */
export interface LiveRows {
  readonly points: readonly HistoryPoint[];
  /** The points with the gaps between them. */
  readonly rows: readonly ChartRow[];
  /** The end of the time axis. */
  readonly endMs: number;
}

const LiveRowsContext = createContext<LiveRows>({ points: [], rows: [], endMs: 0 });

export const LiveRowsProvider = LiveRowsContext.Provider;

export const useLiveRows = (): LiveRows => useContext(LiveRowsContext);
