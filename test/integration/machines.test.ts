import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { METRIC_NAMES } from '../../electron/headless/metrics/exposition.ts';
import { freePort } from '../support/free-port.ts';
import { parseMetrics } from '../support/metrics-text.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { killLeftovers, runCli, startCli, type CliResult } from '../support/run-cli.ts';
import { openClient, startServe } from '../support/serve-run.ts';

const dataDir = mkdtempSync(path.join(tmpdir(), 'lockstep-machines-'));
let servers: RedisProcess[] = [];

beforeAll(async () => {
  servers = await Promise.all([startRedis(), startRedis()]);
});

afterEach(killLeftovers);

afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(dataDir, { recursive: true, force: true });
});

const tasks = (...args: readonly string[]): Promise<CliResult> =>
  runCli(['tasks', ...args, '--data-dir', dataDir]);

test('tasks of a serve are told what to do from a shell, and their figures to a scraper', async () => {
  const run = await startServe(dataDir);
  const client = await openClient(run);
  const { taskId } = await client.request('sandbox.start', { kind: 'servers' });
  const [listed] = JSON.parse((await tasks('list', '--json')).stdout) as [{ id: string; name: string }];
  const paused = await tasks('pause', listed.name);
  const [status, unknown] = await Promise.all([tasks('status', taskId), tasks('stop', 'nobody')]);
  const token = readFileSync(path.join(dataDir, 'token'), 'utf8').trim();
  const answer = await fetch(`${run.origin}/metrics`, { headers: { Authorization: `Bearer ${token}` } });
  const families = parseMetrics(await answer.text());
  const stopped = await tasks('stop', taskId, '--json');
  await run.cli.end('SIGTERM');

  expect(listed.id).toBe(taskId);
  expect([paused.status, paused.stdout]).toEqual([0, expect.stringMatching(/: Paus/)]);
  expect([status.status, status.stdout]).toEqual([0, expect.stringMatching(/^Paus/)]);
  expect([unknown.status, unknown.stderr]).toEqual([2, expect.stringContaining('NOT_FOUND')]);
  expect([...families.keys()]).toEqual(METRIC_NAMES);
  expect(families.get('lockstep_task_up')?.series).toMatchObject([{ labels: { task: taskId }, value: 1 }]);
  expect(JSON.parse(stopped.stdout)).toMatchObject({ id: taskId, state: 'stopping' });
  expect((await tasks('list')).stderr).toContain('HOST_GONE');
});

test('a run of the command line tells its figures at the address that it was given', async () => {
  const [source, target] = servers as [RedisProcess, RedisProcess];
  await source.client().mset('a', '1', 'b', '2');
  const port = await freePort();
  const args = ['--source', source.url, '--target', target.url, '--metrics', String(port), '--json'];
  const run = startCli(['sync', ...args]);
  await run.inStep();
  const ask = (address: string): Promise<Response> => fetch(`http://127.0.0.1:${port}${address}`);
  await expect.poll(async () => (await ask('/readyz')).status).toBe(200);
  const families = parseMetrics(await (await ask('/metrics')).text());
  await run.end();

  expect([...families.keys()]).toEqual(METRIC_NAMES);
  expect(families.get('lockstep_task_copy_applied_keys')?.series).toMatchObject([{ value: 2 }]);
});

test('an address that is taken is told, and nothing stays behind', async () => {
  const { port } = servers[0]!;
  const folder = mkdtempSync(path.join(tmpdir(), 'lockstep-machines-'));
  const ended = await runCli(['serve', '--port', '0', '--data-dir', folder, '--metrics', String(port)]);
  rmSync(folder, { recursive: true, force: true });

  expect([ended.status, ended.stderr]).toEqual([5, expect.stringContaining('PORT_TAKEN')]);
});
