import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RehearsalReport } from '../../shared/rehearsal/report.ts';
import type { Verdict } from '../../shared/rehearsal/verdict.ts';
import { atNight } from '../support/nightly.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { killLeftovers, startCli, type CliResult, type RunningCli } from '../support/run-cli.ts';

const CHECKPOINT = 'lockstep:{tasks}:checkpoint:drill';
let source: RedisProcess;
let target: RedisProcess;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'lockstep-failover-'));
  const args = ['--repl-diskless-sync-delay', '0'];
  [source, target] = await Promise.all([startRedis({ args }), startRedis()]);
  const filling = source.client().pipeline();
  for (let i = 0; i < 500; i++) filling.set(`user:${i}`, `value ${i}`, 'EX', 5000);
  await filling.exec();
});

afterAll(async () => {
  await killLeftovers();
  await Promise.all([source.stop(), target.stop()]);
  rmSync(folder, { recursive: true, force: true });
});

type Told = RehearsalReport & { readonly verdict: Verdict };
const told = ({ stdout }: CliResult): Told => JSON.parse(stdout) as Told;

const begin = (...more: readonly string[]): RunningCli =>
  startCli([
    ...['rehearse', 'failover', '--source', source.url, '--target', target.url, '--task', 'drill', '--json'],
    ...['--data-dir', path.join(folder, 'data'), '--in-step-for', '500ms', ...more],
  ]);

/** The target was handed over and is free. */
const free = (run: RunningCli): Promise<void> =>
  run.until(async () => {
    const [state, handedOver] = await target.client().hmget(CHECKPOINT, 'state', 'handedOver');
    return state === 'streaming' && (handedOver ?? '') !== '';
  }, 'the target is handed over');

const idsOf = ({ steps }: Told): string[] => steps.map(({ id }) => id);

test('the loss of a source is measured, the target serves, and the pair goes on as if nothing had been', async () => {
  const from = source.client();
  const writer = setInterval(() => void from.incr('counter').catch(() => undefined), 5);
  let ended: CliResult;
  try {
    ended = await begin('--free-for', '1s', '--check', 'exit 0').exited;
  } finally {
    clearInterval(writer);
  }
  const report = told(ended);
  expect([ended.status, ended.stderr, report.failure]).toEqual([0, '', null]);
  expect(idsOf(report).slice(-7)).toEqual([
    ...['noticed', 'rest-applied', 'expiry-exact', 'answers', 'own-check', 'free', 'go-on'],
  ]);
  expect(report.rpo!.seconds).toBeLessThanOrEqual(5);
  const own = ['noticed', 'rest-applied', 'expiry-exact', 'answers', 'own-check'];
  const sum = report.steps.filter(({ id }) => own.includes(id)).reduce((ms, { tookMs }) => ms + tookMs, 0);
  expect(Math.abs(report.rtoMs! - sum)).toBeLessThan(100);
  expect(report.rtoMs).toBeGreaterThan(0);
  expect(report.ownCheck).toMatchObject({ status: 0, passed: true });
  // Our own key is gone, and the target has all that the source has.
  expect(await target.client().keys('lockstep:rehearsal*')).toEqual([]);
  expect(await target.client().dbsize()).toBe((await from.dbsize()) + 2);
  expect(report.afterwards).toContain('went on from where it stood');
});

atNight(
  'what others write on the target is noticed, and replaced only by a new copy that was agreed to',
  async () => {
    await target.client().hset(CHECKPOINT, 'handedOver', '');
    const run = begin('--free-for', '3s', '--copy-again', '--check', 'exit 3');
    await free(run);
    await target.client().set('theirs', '1');
    await target.client().set('user:1', 'changed there');
    const ended = await run.exited;
    const report = told(ended);
    expect(report.failure).toBeNull();
    expect(report.afterwards).toContain('others have written');
    expect(idsOf(report).at(-1)).toBe('copy-again');
    expect(await target.client().exists('theirs')).toBe(0);
    expect(await target.client().get('user:1')).toBe('value 1');
    // The user's own check has failed.
    expect(report.ownCheck).toMatchObject({ status: 3, passed: false });
    expect([ended.status, report.verdict.met]).toEqual([8, false]);
  },
);

atNight('without an agreement the target stays as others have left it', async () => {
  await target.client().hset(CHECKPOINT, 'handedOver', '');
  const run = begin('--free-for', '3s');
  await free(run);
  await target.client().set('theirs', '1');
  const report = told(await run.exited);
  expect(report.afterwards).toContain('stands as it was left');
  expect(report.afterwards).toContain('503 keys');
  expect(await target.client().get('theirs')).toBe('1');
});
