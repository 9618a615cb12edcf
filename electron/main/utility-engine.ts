import path from 'node:path';
import type { StartEngine } from '../backend/engine-process.ts';
import type { FaultLog } from './fault-log.ts';
import { startUtility } from './utility-child.ts';

/** Starts each engine as a utility process of its own. */
export const utilityEngines = (dist: string, log: FaultLog): StartEngine => {
  const entry = path.join(dist, 'engine', 'entry.mjs');
  return () => startUtility(entry, 'Lockstep engine', (text) => log.add('the engine', text));
};
