import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lookAhead } from '../../electron/engine/parts/task-outlook.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import type { TaskOutlook } from '../../shared/model/task-outlook.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { freePort } from '../support/free-port.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { startRun } from '../support/sync-run.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';

/** What a start is said to come to beforehand, and does. The tests follow one another. */
let source: RedisProcess;
let target: RedisProcess;
let spoolDir: string;

beforeAll(async () => {
  spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-outlook-'));
  [source, target] = await Promise.all([startRedis({ args: ['--repl-backlog-size', '16kb'] }), startRedis()]);
  await source.client().mset('a', '1', 'b', '2', 'c', '3');
});
afterAll(async () => {
  await Promise.all([source.stop(), target.stop()]);
  rmSync(spoolDir, { recursive: true, force: true });
});

const look = (change: Partial<TaskSpec> = {}): Promise<TaskOutlook> =>
  lookAhead(systemWorld, {
    task: 'test',
    source: parseEndpoint(source.url),
    target: parseEndpoint(target.url),
    existing: 'fail',
    onFlush: 'stop',
    until: 'stopped',
    fullOnly: false,
    retryForMs: 0,
    spoolDir,
    spoolMaxBytes: 1024 ** 3,
    maxCommandsPerSecond: 0,
    ...change,
  });
const catchUp = (change: Partial<TaskSpec> = {}): Promise<unknown> =>
  startRun(source.url, target.url, { spoolDir, ...change }).outcome;

it('a first run copies', async () => {
  expect(await look()).toMatchObject({ start: 'first-copy', sourceKeys: 3, targetKeys: 0, faults: [] });
});

it('a task that was stopped goes on, as long as the source has what follows', async () => {
  await catchUp();
  await source.client().set('d', '4');
  expect(await look()).toMatchObject({ start: 'resume', sourceKeys: 4, targetKeys: 3, writes: 'none' });
  expect(await look({ fullOnly: true })).toMatchObject({
    start: 'new-copy',
    reason: expect.any(String) as string,
  });
});

it('what others have written since is told', async () => {
  await target.client().set('theirs', '1');
  expect(await look()).toMatchObject({ start: 'resume', targetKeys: 4, writes: 'some' });
});

it('past the backlog it copies anew', async () => {
  for (let i = 0; i < 8; i += 1) await source.client().set('large', 'v'.repeat(16_384));
  expect(await look()).toMatchObject({ start: 'new-copy', reason: null, writes: 'some' });
});

it('a source of other data is refused', async () => {
  const other = await startRedis();
  const elsewhere = { source: parseEndpoint(other.url) };
  expect(await look(elsewhere)).toMatchObject({
    start: 'unknown',
    faults: [
      expect.stringMatching(/^the task test copied from 127\.0\.0\.1:\d+ before, and that was other data$/),
    ],
  });
  await expect(catchUp(elsewhere)).rejects.toMatchObject({ code: 'TASK_MISMATCH' });
  await other.stop();
});

it('a side that cannot be reached leaves the other known, and nothing was written', async () => {
  const port = await freePort();
  const gone = { ...parseEndpoint(source.url), port };
  const without = await look({ source: gone });
  expect(without).toMatchObject({ start: 'unknown', sourceKeys: null, targetKeys: 4 });
  expect(without.faults).toEqual([expect.stringContaining(String(port))]);
  expect(await look({ target: gone })).toMatchObject({ start: 'unknown', sourceKeys: 5, targetKeys: null });
  expect((await target.client().keys('*')).toSorted()).toEqual(
    ['a', 'b', 'c', 'lockstep:{tasks}:checkpoint:test', 'lockstep:{tasks}', 'theirs'].toSorted(),
  );
});
