import path from 'node:path';
import type { StartEngine } from '../backend/engine-process.ts';
import { forkProcess, type ForkedProcess } from './fork-process.ts';

/** Beside dist/headless/cli.mjs lies dist/engine/entry.mjs. */
const ENTRY = path.join(import.meta.dirname, '../engine/entry.mjs');

let foreseen: ForkedProcess | undefined;

/**
 * Starts the engine that `forkEngine` gives next, while this process still reads its own modules. Not asked for, it ends with
 * this process, which does not wait for it.
 */
export function foreseeEngine(): void {
  foreseen = forkProcess(ENTRY);
  foreseen.hold(false);
}

/** Starts an engine as a forked child. */
export const forkEngine: StartEngine = () => {
  const engine = foreseen ?? forkProcess(ENTRY);
  foreseen = undefined;
  engine.hold(true);
  return engine;
};
