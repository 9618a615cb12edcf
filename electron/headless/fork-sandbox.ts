import path from 'node:path';
import type { BackendPorts } from '../backend/ports.ts';
import { hasRedisServer } from '../backend/sandbox/redis-server-path.ts';
import { openSandbox } from '../backend/sandbox/sandbox-process.ts';
import { forkProcess } from './fork-process.ts';

/** Beside dist/headless/cli.mjs lies dist/sandbox/entry.mjs. */
const ENTRY = path.join(import.meta.dirname, '../sandbox/entry.mjs');

/** Starts the sandbox as a forked child; undefined where there is no redis-server. */
export const sandboxPort = (): BackendPorts['startSandbox'] =>
  hasRedisServer(process.env) ? (kind) => openSandbox(forkProcess(ENTRY), kind) : undefined;
