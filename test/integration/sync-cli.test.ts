import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadMixedSet } from '../../electron/headless/demo-data/mixed-set.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { expectHeldRate } from '../support/held-rate.ts';
import { atNight } from '../support/nightly.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import {
  killLeftovers,
  runCli,
  startCli,
  type CliObject,
  type CliResult,
  type RunningCli,
} from '../support/run-cli.ts';
import { expectEqual, expectFailure } from '../support/sync-outcome.ts';
import { toldCopies } from '../support/told-copies.ts';

/** The ways in which sync begins and ends. */
let source: RedisProcess;
let target: RedisProcess;
let a: Redis;
let b: Redis;

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
  a = source.client();
  b = target.client();
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

afterEach(killLeftovers);

beforeEach(async () => {
  for (const client of [a, b]) {
    await client.select(0);
    await client.flushall();
    await client.call('FUNCTION', 'FLUSH');
  }
});

const addresses = (): string[] => ['--source', source.url, '--target', target.url];
const start = (...more: string[]): RunningCli => startCli(['sync', ...addresses(), ...more]);
const sync = (...more: string[]): Promise<CliResult> => start(...more).exited;

async function fill(client: Redis, keys: number, prefix = 'key'): Promise<void> {
  const pipeline = client.pipeline();
  for (let i = 0; i < keys; i++) pipeline.set(`${prefix}:${i}`, `value ${i}`);
  await pipeline.exec();
}

/** Waits until what the source holds now has reached the target. */
async function applied(run: RunningCli): Promise<void> {
  const marker = await a.incr('marker');
  await run.until(async () => Number(await b.get('marker')) === marker, 'everything is applied');
}

describe('sync ends by itself', () => {
  it('with --until caught-up, every type and every database equal', async () => {
    await loadMixedSet(parseEndpoint(source.url), { keys: 5000, withTtlShare: 0.3, seed: 21 });
    const { status, stderr } = await sync('--until', 'caught-up');
    expect(stderr).toMatch(/In step: [\d,]+ keys copied/);
    expect(stderr).toContain('run the same command to go on from there');
    expect(status).toBe(0);
    await expectEqual(source, target);
  });

  it('with --full-only after the copy, with the exact expiry', async () => {
    await fill(a, 100);
    await a.pexpire('key:1', 600_000);
    const { status, stderr } = await sync('--full-only');
    expect([status, stderr]).toEqual([0, expect.stringContaining('Full copy complete: 100 keys copied.')]);
    expect(await b.pttl('key:1')).toBeLessThanOrEqual(600_000);
    await expectEqual(source, target);
    await a.set('late', 'x');
    expect(await b.exists('late')).toBe(0);
  });
});

it('--db takes these databases, and touches no other', async () => {
  for (const db of [0, 1, 3, 5]) {
    await a.select(db);
    await a.set('key', `database ${db}`);
  }
  await b.select(1);
  await b.set('own', 'of the target');
  await b.select(0);
  const run = start('--db', '0,3', '--json');
  await run.inStep();
  for (const db of [1, 3, 5, 0]) {
    await a.select(db);
    await a.rpush('list', 'a', 'b');
    if (db === 1 || db === 5) await a.flushdb();
  }
  await applied(run);
  expect((await run.end()).status).toBe(0);
  const keys: string[][] = [];
  for (const db of [0, 1, 3, 5]) {
    await b.select(db);
    keys.push((await b.keys('*')).filter((key) => !key.startsWith('lockstep:')).sort());
  }
  expect(keys).toEqual([['key', 'list', 'marker'], ['own'], ['key', 'list'], []]);
  const other = await sync('--db', '0', '--until', 'caught-up');
  expectFailure(other, { code: 'TASK_MISMATCH', exit: 4, fact: /databases 0,3, not 0/ });
});

it('--json tells how the task stands once a second', async () => {
  await fill(a, 500);
  const run = start('--json');
  const inStep = (object: CliObject): object is CliObject & { type: 'metrics' } =>
    object.type === 'metrics' && object.phase === 'in-step';
  await run.until(() => run.objects.filter(inStep).length >= 4, 'four reports');
  await applied(run);
  const ended = await run.end();
  expect(ended.status).toBe(0);

  const number = expect.any(Number);
  const rates = { commandsPerSecond: number, bytesPerSecond: number, commands: number, bytes: number };
  const reports = run.objects.filter(inStep);
  for (const report of reports) {
    expect(report).toMatchObject({
      atMs: number,
      copy: { bytesDone: number, bytesReceived: number, keysDone: 500 },
      read: rates,
      applied: rates,
      offsets: { source: number, received: number, applied: number },
      lag: { bytes: number, seconds: number },
      spool: { bytes: number, diskBytes: number },
      faults: 0,
      rssBytes: number,
    });
  }
  const counts = { db: 0, sourceKeys: 500, sourceExpires: 0, targetKeys: 500, targetExpires: 0 };
  expect(reports[3]!.databases).toEqual([counts]);
  // The first of them comes with the phase, the others by the clock.
  const pauses = reports.slice(2).map((report, i) => report.atMs - reports[i + 1]!.atMs);
  for (const pause of pauses) expect(pause).toBeGreaterThan(800);
  expect(Math.min(...pauses)).toBeLessThan(1300);
  expect(run.objects.at(-1)).toMatchObject({
    type: 'finished',
    outcome: { reason: 'stopped', resumable: true, keysCopied: 500, fullCopies: 1 },
  });
});

describe('Ctrl-C', () => {
  it('drains and says how to go on, and the same command does without a full copy', async () => {
    await fill(a, 1000);
    const run = start();
    await run.printed(/In step/);
    await a.rpush('list', '1', '2');
    const pipeline = a.pipeline();
    for (let i = 0; i < 5000; i++) pipeline.incr('counter');
    await pipeline.exec();
    const ended = await run.end('SIGINT');
    expect(ended.stderr).toContain('run the same command to go on from there');
    expect(ended.status).toBe(0);
    expect(await b.get('counter')).toBe('5000');
    await expectEqual(source, target);

    await a.rpush('list', '3');
    await a.incr('counter');
    const next = await sync('--until', 'caught-up');
    expect(toldCopies(next.stderr)).toEqual([]);
    expect(next.stderr).toMatch(/In step: \d+ commands applied/);
    expect(next.status).toBe(0);
    await expectEqual(source, target);
  });

  it('during the full copy ends with its own status, and the same command starts the copy again', async () => {
    await fill(a, 3000);
    const run = start('--json', '--max-commands-per-second', '500');
    await run.reported((object) => object.type === 'metrics' && object.copy.keysDone > 100);
    const ended = await run.end('SIGINT');
    expect(ended.status).toBe(7);
    expect(run.objects.at(-1)).toMatchObject({ type: 'error', code: 'INTERRUPTED', exit: 7 });
    await a.del('key:0', 'key:1', 'key:2');
    expect((await sync('--until', 'caught-up')).status).toBe(0);
    await expectEqual(source, target);
  });
});

describe('an engine that no longer answers', () => {
  it('is killed after a second Ctrl-C, and the same command goes on', async () => {
    await fill(a, 100);
    const run = start();
    await run.printed(/In step/);
    const { enginePid } = run;
    process.kill(enginePid, 'SIGSTOP');
    run.kill('SIGINT');
    await run.printed(/Stopping/);
    const ended = await run.end('SIGINT');
    expect(ended.status).toBe(70);
    expect(ended.stderr).toMatch(/ENGINE_DIED[^]*no sign of life for 3 s, though it was asked to stop/);
    expect(() => process.kill(enginePid, 0)).toThrow(/ESRCH/);
    await a.incr('counter');
    const next = await sync('--until', 'caught-up');
    expect(toldCopies(next.stderr)).toEqual([]);
    expect(next.status).toBe(0);
    await expectEqual(source, target);
  });

  it('is killed at once after a third', async () => {
    await fill(a, 100);
    const run = start();
    await run.printed(/In step/);
    process.kill(run.enginePid, 'SIGSTOP');
    run.kill('SIGINT');
    await run.printed(/Stopping/);
    run.kill('SIGINT');
    const ended = await run.end('SIGTERM');
    expect(ended.status).toBe(70);
    expect(ended.stderr).toMatch(/ENGINE_DIED/);
  });
});

describe('a second run of the same task takes over', () => {
  it('while the stream is applied', async () => {
    await fill(a, 100);
    const first = start();
    await first.printed(/In step/);
    await a.incr('counter');
    const second = start('--json');
    await second.inStep();
    expect(second.objects.some((object) => object.type === 'event' && /full copy/.test(object.text))).toBe(
      false,
    );
    for (let i = 0; i < 50; i++) await a.incr('counter');
    expectFailure(await first.exited, {
      code: 'TARGET_TAKEN_OVER',
      exit: 4,
      fact: /epoch/,
      withinMs: 30_000,
    });
    await applied(second);
    expect((await second.end()).status).toBe(0);
    await expectEqual(source, target);
  });

  it('while the full copy is made', async () => {
    await fill(a, 4000);
    const first = start('--max-commands-per-second', '400');
    await first.until(async () => (await b.dbsize()) > 200, 'the copy is under way');
    await a.mset('key:3998', 'newer', 'key:3999', 'newer');
    const second = start('--json');
    expectFailure(await first.exited, {
      code: 'TARGET_TAKEN_OVER',
      exit: 4,
      fact: /epoch/,
      withinMs: 30_000,
    });
    await second.inStep();
    expect((await second.end()).status).toBe(0);
    await expectEqual(source, target);
  });
});

atNight('--max-commands-per-second holds within a quarter, in the copy and in the stream', async () => {
  const limit = 1000;
  const rate = async (run: RunningCli, count: () => Promise<number>): Promise<number> => {
    await run.until(async () => (await count()) > 200, 'it has begun');
    const [beganMs, from] = [performance.now(), await count()];
    await run.until(async () => (await count()) - from > limit, 'a second of it');
    return ((await count()) - from) / ((performance.now() - beganMs) / 1000);
  };
  const pipeline = a.pipeline();
  for (let i = 0; i < 3000; i++) pipeline.set(`key:${i}`, i);
  await pipeline.exec();
  const run = start('--json', '--max-commands-per-second', String(limit));
  await expectHeldRate(limit, 0.25, () => rate(run, () => b.dbsize()));
  await run.inStep();
  const writes = a.pipeline();
  for (let i = 0; i < 3000; i++) writes.incr('counter');
  await writes.exec();
  await expectHeldRate(limit, 0.25, () => rate(run, async () => Number(await b.get('counter'))));
  expect((await run.end()).status).toBe(0);
});

it('compare exits with 0 when both sides are equal and with 1 when not', async () => {
  await fill(a, 10);
  await fill(b, 10);
  const equal = await runCli(['compare', ...addresses()]);
  expect([equal.status, equal.stdout]).toEqual([0, expect.stringContaining('Equal')]);
  await b.set('key:3', 'another value');
  await b.del('key:4');
  const different = await runCli(['compare', ...addresses()]);
  expect(different.stdout).toContain('value: database 0, key key:3');
  expect(different.stdout).toContain('missing-on-target: database 0, key key:4');
  expect(different.stdout).toContain('Not equal: 2 differences');
  expect(different.status).toBe(1);
  for (const client of [a, b]) {
    await client.select(3);
    await client.set('here', '1');
    await client.select(0);
  }
  const chosen = await runCli(['compare', ...addresses(), '--db', '3']);
  expect(chosen.stdout).toContain('Database 3: 1 keys on the source');
  expect([chosen.status, chosen.stdout.includes('Database 0')]).toEqual([0, false]);
});
