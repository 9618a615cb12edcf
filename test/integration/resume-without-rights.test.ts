import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { expectEqual } from '../support/sync-outcome.ts';
import { startRun, type SyncRun } from '../support/sync-run.ts';

let source: RedisProcess;
let target: RedisProcess;
let spoolDir: string;

beforeEach(async () => {
  spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-rights-'));
  [source, target] = await Promise.all([startRedis(), startRedis()]);
});

afterEach(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
  rmSync(spoolDir, { recursive: true, force: true });
});

/** Runs as a user that may replicate and nothing else, as the error catalogue recommends. */
function run(): SyncRun {
  const endpoint = { ...parseEndpoint(source.url), user: 'replicator', password: 'secret' };
  return startRun(source.url, target.url, { spoolDir, source: endpoint });
}

it('makes a new copy where keys that expired meanwhile cannot be read from the source', async () => {
  const [a, b] = [source.client(), target.client()];
  await a.call('ACL', 'SETUSER', 'replicator', 'on', '>secret', '+psync', '+replconf', '+ping', '+info');
  await a.set('counter', 5, 'EX', 600);
  await run().outcome;

  await a.incr('counter');
  await b.del('counter');
  await b.hset('lockstep:{tasks}:checkpoint:test', 'earliestExpiry', Date.now());
  const resumed = run();
  const { fullCopies } = await resumed.outcome;

  expect(fullCopies).toBe(1);
  expect(resumed.told.join('\n')).toMatch(
    /new full copy is needed: keys may have expired .* does not permit/,
  );
  await expectEqual(source, target);
});
