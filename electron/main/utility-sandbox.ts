import path from 'node:path';
import type { BackendPorts } from '../backend/ports.ts';
import { hasRedisServer } from '../backend/sandbox/redis-server-path.ts';
import { openSandbox } from '../backend/sandbox/sandbox-process.ts';
import type { FaultLog } from './fault-log.ts';
import { startUtility } from './utility-child.ts';

/** Starts the sandbox as a utility process; undefined where there is no redis-server. */
export function utilitySandbox(dist: string, log: FaultLog): BackendPorts['startSandbox'] {
  if (!hasRedisServer(process.env)) return undefined;
  const entry = path.join(dist, 'sandbox', 'entry.mjs');
  return (kind) =>
    openSandbox(
      startUtility(entry, 'Lockstep sandbox', (text) => log.add('the sandbox', text)),
      kind,
    );
}
