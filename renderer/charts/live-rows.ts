import { createContext, useContext } from 'react';
import type { Spell } from '../activity/spell.ts';
import type { Series } from './series.ts';

/** What moves in a chart each second. Recharts is not told of it: it would work all of a chart out anew, several times. */
export interface LiveRows {
  readonly series: readonly Series[];
  /** The end of the time axis. */
  readonly endMs: number;
  /** How far points are apart. */
  readonly stepMs: number;
  /** What happened meanwhile. */
  readonly spells: readonly Spell[];
}

const LiveRowsContext = createContext<LiveRows>({ series: [], endMs: 0, stepMs: 1000, spells: [] });

export const LiveRowsProvider = LiveRowsContext.Provider;

export const useLiveRows = (): LiveRows => useContext(LiveRowsContext);
