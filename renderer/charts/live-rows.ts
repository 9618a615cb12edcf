import { createContext, useContext } from 'react';
import type { Series } from './series.ts';

/** What moves in a chart each second. Recharts is not told of it: it would work all of a chart out anew, several times. */
export interface LiveRows {
  readonly series: readonly Series[];
  /** The end of the time axis. */
  readonly endMs: number;
}

const LiveRowsContext = createContext<LiveRows>({ series: [], endMs: 0 });

export const LiveRowsProvider = LiveRowsContext.Provider;

export const useLiveRows = (): LiveRows => useContext(LiveRowsContext);
