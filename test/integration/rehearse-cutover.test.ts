import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RehearsalReport } from '../../shared/rehearsal/report.ts';
import type { Verdict } from '../../shared/rehearsal/verdict.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { killLeftovers, runCli, type CliResult } from '../support/run-cli.ts';

let source: RedisProcess;
let target: RedisProcess;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'lockstep-cutover-'));
  const args = ['--repl-diskless-sync-delay', '0'];
  [source, target] = await Promise.all([startRedis({ args }), startRedis({ args: ['--databases', '32'] })]);
  const filling = source.client().pipeline();
  for (let i = 0; i < 300; i++) filling.set(`user:${i}`, `value ${i}`, 'EX', 5000);
  await filling.exec();
});

afterAll(async () => {
  await killLeftovers();
  await Promise.all([source.stop(), target.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

type Told = RehearsalReport & { readonly verdict: Verdict };
const told = ({ stdout }: CliResult): Told => JSON.parse(stdout) as Told;

const cutover = (...more: readonly string[]): Promise<CliResult> =>
  runCli([
    ...['rehearse', 'cutover', '--source', source.url, '--target', target.url, '--task', 'move', '--json'],
    ...['--data-dir', path.join(folder, 'data'), '--quiet-for', '2s', ...more],
  ]);

test('a writer that was forgotten blocks the move, and is named by its address', async () => {
  const forgotten = source.client({ connectionName: 'billing' });
  const address = /addr=(\S+)/.exec(String(await forgotten.call('CLIENT', 'INFO')))![1]!;
  const writer = setInterval(() => void forgotten.incr('invoices').catch(() => undefined), 200);
  let ended: CliResult;
  try {
    ended = await cutover('--wait-for', '3s', '--cut-over');
  } finally {
    clearInterval(writer);
  }
  const report = told(ended);
  expect([ended.status, report.failure?.code]).toEqual([8, 'REHEARSAL_BLOCKED']);
  expect(report.failure?.fact).toContain(`${address} (billing)`);
  const writes = report.gate?.find(({ id }) => id === 'writes');
  expect(writes).toMatchObject({ state: 'blocks', command: 'CLIENT PAUSE 600000 WRITE' });
  // It was only shown.
  expect(String(await source.client().info('commandstats'))).not.toContain('client|pause');
  expect(report.gate?.find(({ id }) => id === 'settings')?.who).toEqual([
    'databases: 16 on the source, 32 on the target',
  ]);
});

test('with nobody who writes the target is given all, compared and handed over', async () => {
  const ended = await cutover('--wait-for', '30s', '--cut-over');
  const report = told(ended);
  expect([report.failure, ended.status, report.verdict.met]).toEqual([null, 0, true]);
  expect(report.steps.slice(-3).map(({ id }) => id)).toEqual(['gate', 'drain', 'compare']);
  expect(report.comparison).toMatchObject({ equal: true, compared: 301 });
  expect(report.rtoMs).toBeGreaterThan(0);
  expect(report.afterwards).toContain(`--source 127.0.0.1:${target.port} --target 127.0.0.1:${source.port}`);
  // Exact expiry, as the source has it.
  const [here, there] = await Promise.all([target.client().pttl('user:1'), source.client().pttl('user:1')]);
  expect(Math.abs(here - there)).toBeLessThan(1000);
});
