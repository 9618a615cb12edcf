import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { cleanTarget } from '../../electron/engine/rehearsal/clean-target.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import type { RehearsalReport } from '../../shared/rehearsal/report.ts';
import type { Verdict } from '../../shared/rehearsal/verdict.ts';
import { atNight } from '../support/nightly.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { killLeftovers, startCli, runCli, type CliResult } from '../support/run-cli.ts';

const PASSWORD = 'swordfish-77';
const KEYS = 3000;
let source: RedisProcess;
let target: RedisProcess;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'lockstep-rehearse-'));
  const args = ['--repl-diskless-sync-delay', '0'];
  [source, target] = await Promise.all([startRedis({ args, requirepass: PASSWORD }), startRedis()]);
  const filling = source.client().pipeline();
  for (let i = 0; i < KEYS; i++) filling.set(`user:${i}`, `value ${i}`);
  await filling.hset('basket:1', 'a', '1').expire('basket:1', 500).exec();
});

afterAll(async () => {
  await killLeftovers();
  await Promise.all([source.stop(), target.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(async () => {
  await target.client().flushall();
});

const args = (...more: readonly string[]): string[] => [
  ...['rehearse', 'copy', '--source', source.url, '--target', target.url, '--json'],
  ...['--data-dir', path.join(folder, 'data'), '--in-step-for', '1s', ...more],
];

type Told = RehearsalReport & { readonly verdict: Verdict; readonly last: { readonly id: string } | null };

const told = ({ stdout }: CliResult): Told => JSON.parse(stdout) as Told;

test('a copy is measured, compared, reported without a secret, and taken off the target again', async () => {
  await target.client().hset('lockstep:{tasks}', 'another', 'x');
  const page = path.join(folder, 'copy.html');
  const ended = await runCli(args('--clean', '--report', page));
  expect(ended.stderr).toBe('');
  const report = told(ended);

  expect([ended.status, report.verdict.met, report.failure, report.last]).toEqual([0, true, null, null]);
  expect(report.copy?.keys).toBe(KEYS + 1);
  expect(report.comparison).toMatchObject({ equal: true, compared: KEYS + 1, differences: 0 });
  for (const side of ['source', 'target'] as const) {
    const held = report.contents?.[side];
    expect(held).toMatchObject({ keys: KEYS + 1, withoutExpiry: KEYS, measured: true });
    expect(held?.types).toMatchObject([
      { type: 'string', keys: KEYS },
      { type: 'hash', keys: 1 },
    ]);
  }
  expect(report.source).toMatchObject({ address: `127.0.0.1:${source.port}`, keys: KEYS + 1 });
  expect(report.target?.usedMemoryBytes).toBeGreaterThan(0);
  expect(report.load?.forkMs).toBeGreaterThan(0);
  expect(report.load?.latencyMs.before?.count).toBeGreaterThan(0);
  const ids = report.steps.map(({ id }) => id);
  expect(ids.filter((id, i) => ids.indexOf(id) === i)).toEqual([
    ...['look', 'precheck', 'connect', 'copy', 'catch-up', 'in-step', 'compare', 'drain', 'clean'],
  ]);
  expect(report.steps.find(({ id }) => id === 'in-step')?.tookMs).toBeGreaterThanOrEqual(1000);
  // What other tasks have there stays.
  expect(await target.client().keys('*')).toEqual(['lockstep:{tasks}']);
  expect(await target.client().hkeys('lockstep:{tasks}')).toEqual(['another']);

  const text = readFileSync(page, 'utf8');
  expect(text).toContain(`127.0.0.1:${source.port}`);
  expect(text).toContain('What is in there');
  expect(`${text}${ended.stdout}`).not.toContain(PASSWORD);
});

atNight('a second run is set beside the first, and a target that is not empty is left alone', async () => {
  await target.client().set('theirs', '1');
  const refused = await runCli(args('--clean'));
  expect(told(refused)).toMatchObject({
    failure: { code: 'REHEARSAL_BLOCKED' },
    last: { id: expect.any(String) },
  });
  expect(refused.status).toBe(8);
  expect(await target.client().keys('*')).toEqual(['theirs']);
});

atNight('what others write on the target meanwhile is found, misses a goal, and is not removed', async () => {
  const run = startCli(args('--clean'));
  await run.until(async () => (await target.client().exists('user:1')) === 1, 'the copy');
  await target.client().set('theirs', '1');
  const ended = await run.exited;
  const { verdict, comparison, afterwards } = told(ended);
  expect([ended.status, verdict.met, comparison?.differences]).toEqual([8, false, 1]);
  expect(afterwards).toContain('not emptied');
  expect(await target.client().exists('theirs', 'user:1')).toBe(2);
});

atNight('nothing is removed of a target that others have written to since', async () => {
  const kept = await runCli(args('--keep', '--task', 'kept'));
  expect(told(kept).verdict.met).toBe(true);
  await target.client().set('theirs', '1');

  const clean = cleanTarget(systemWorld, parseEndpoint(target.url), 'kept');
  await expect(clean).rejects.toMatchObject({ code: 'TARGET_HANDED_OVER' });
  expect(await target.client().exists('theirs', 'user:1')).toBe(2);
});

atNight('a target that dies is a part of the report', async () => {
  const run = startCli([...args('--clean', '--retry-for', '2s'), '--in-step-for', '60s']);
  try {
    await run.until(async () => (await target.client().exists('user:1')) === 1, 'the copy');
    await target.kill();
    const ended = await run.exited;
    const report = told(ended);
    expect(ended.status).not.toBe(0);
    expect(report.failure?.code).toMatch(/^(RETRY_EXHAUSTED|TARGET_)/);
    expect(report.verdict.met).toBe(false);
    expect(report.faults.total).toBeGreaterThan(0);
    expect(report.steps.at(-1)?.state).toBe('failed');
  } finally {
    await target.restart();
  }
});
