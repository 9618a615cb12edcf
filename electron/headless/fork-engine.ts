import path from 'node:path';
import type { StartEngine } from '../backend/engine-process.ts';
import { forkProcess } from './fork-process.ts';

/** Beside dist/headless/cli.mjs lies dist/engine/entry.mjs. */
const ENTRY = path.join(import.meta.dirname, '../engine/entry.mjs');

/** Starts an engine as a forked child. */
export const forkEngine: StartEngine = () => forkProcess(ENTRY);
