import type { Redis } from 'ioredis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWriter } from '../../electron/headless/demo-data/writer/start-writer.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { lateOn } from '../support/lateness.ts';
import { atNight } from '../support/nightly.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { expectEqual } from '../support/sync-outcome.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';

/** What is open when the pause begins is sent by then. */
const SETTLE_MS = 400;
/** How long the target must see nothing. */
const STILL_MS = 1200;
const WRITES_PER_SECOND = 3000;

let source: RedisProcess;
let target: RedisProcess;
let a: Redis;
let b: Redis;
let spoolDir: string;
const runs: SyncRun[] = [];

beforeEach(async () => {
  spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-pause-'));
  [source, target] = await Promise.all([
    startRedis({ args: ['--repl-backlog-size', '256mb'] }),
    startRedis(),
  ]);
  a = source.client();
  b = target.client();
});

afterEach(async () => {
  for (const run of runs.splice(0)) {
    run.session.stop('now');
    await run.outcome.catch(() => undefined);
  }
  await Promise.all([source?.stop(), target?.stop()]);
  rmSync(spoolDir, { recursive: true, force: true });
});

function start(spec: Partial<TaskSpec> = {}, onPhase?: Parameters<typeof startRun>[3]): SyncRun {
  const run = startRun(source.url, target.url, { spoolDir, until: 'stopped', ...spec }, onPhase);
  runs.push(run);
  return run;
}

/** Calls of all commands that write, or carry what is written. */
async function writesSeen(): Promise<number> {
  const stats = await b.info('commandstats');
  const reads = /^cmdstat_(info|client|config|command|hmget|hgetall|watch|ping|dbsize|get|select|time)[|:]/;
  return stats
    .split('\r\n')
    .filter((line) => line.startsWith('cmdstat_') && !reads.test(line))
    .reduce((sum, line) => sum + Number(/calls=(\d+)/.exec(line)?.[1] ?? 0), 0);
}

async function expectStill(): Promise<void> {
  await sleep(SETTLE_MS);
  const before = await writesSeen();
  await sleep(STILL_MS);
  expect(await writesSeen()).toBe(before);
}

/** Waits until what the source holds now stands on the target. */
async function applied(): Promise<void> {
  await a.set('marker', 'last');
  await poll('the marker on the target', async () => (await b.get('marker')) === 'last');
}

async function endEqual(run: SyncRun): Promise<void> {
  await applied();
  // The marker may come with a new copy, before whose end nothing can be stopped.
  await poll('in step', () => run.phases.at(-1) === 'in-step');
  run.session.stop('drain');
  expect((await run.outcome).reason).toBe('stopped');
  await expectEqual(source, target);
}

async function fill(keys: number): Promise<void> {
  const writes = a.pipeline();
  for (let i = 0; i < keys; i++) writes.set(`key:${i}`, `value ${i}`);
  await writes.exec();
}

async function writeMegabytes(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await a.set(`large:${i % 7}`, Buffer.alloc(1_000_000, i));
    await a.incr('counter');
  }
}

describe('a pause', () => {
  it('of the stream sends nothing more, keeps the link alive, and goes on exactly', async () => {
    const writer = startWriter(parseEndpoint(source.url), {
      ratePerSecond: WRITES_PER_SECOND,
      databases: [0, 1],
      seed: 1,
    });
    const run = start();
    await run.reached('in-step');
    const phasesBefore = run.phases.length;
    run.session.pause();
    await expectStill();

    expect(run.phases.slice(phasesBefore)).toEqual(['paused']);
    const metrics = run.session.sampler.metrics('paused');
    expect(metrics.lag.seconds).toBeGreaterThan(STILL_MS / 1000 - 0.5);
    expect(metrics.spool.bytes).toBeGreaterThan(0);
    expect(await a.info('replication')).toMatch(/slave0:.*state=online,.*lag=[012]\r/);

    run.session.resume();
    await sleep(500);
    run.session.pause();
    await sleep(200);
    run.session.resume();
    const { errors } = await writer.stop();
    expect(errors).toBe(0);
    await endEqual(run);
    expect(run.told.join('\n')).toMatch(/Paused: [^]*Resumed[^]*In step again after/);
    expect(run.told.join('\n')).not.toContain('trying again');
  });

  it('before the copy leaves the target as it is, whichever moment it comes at', async () => {
    await fill(2000);
    await b.set('of an earlier task', 'x');
    const run = start({ existing: 'overwrite' });
    run.session.pause();
    await sleep(SETTLE_MS + STILL_MS);
    expect(await b.keys('key:*')).toEqual([]);
    run.session.resume();
    await run.reached('in-step');
    await b.del('of an earlier task');
    await endEqual(run);
  });

  it('of a copy stops between two keys and goes on with the next', async () => {
    await fill(20_000);
    const list = a.pipeline();
    // Larger than what is decoded in one piece.
    for (let i = 0; i < 300; i++)
      list.rpush('list', ...Array.from({ length: 100 }, (_, j) => `${i}:${j}:${'x'.repeat(40)}`));
    await list.exec();
    const run = start({ maxCommandsPerSecond: 4000 });
    await run.reached('full-copy');
    await poll('some keys', async () => (await b.dbsize()) > 3000);
    run.session.pause();
    await expectStill();
    const keys = await b.dbsize();
    expect(keys).toBeGreaterThan(3000);
    expect(keys).toBeLessThan(20_000);
    await a.incr('counter');

    run.session.setLimits({ maxCommandsPerSecond: 0, maxBytesPerSecond: 0 });
    await sleep(200);
    expect(await b.dbsize()).toBe(keys);
    run.session.resume();
    await run.reached('in-step');
    await endEqual(run);
    expect((await run.outcome).fullCopies).toBe(1);
  });

  it('outlasts broken connections on both sides without a new copy, however short the retry duration is', async () => {
    await fill(1000);
    const run = start({ retryForMs: 500 });
    await run.reached('in-step');
    run.session.pause();
    await sleep(SETTLE_MS);
    await b.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await a.call('CLIENT', 'KILL', 'TYPE', 'replica');
    await a.incr('counter');
    await sleep(1500);
    await expectStill();
    expect(run.phases.at(-1)).toBe('paused');
    expect(await a.info('replication')).toContain('connected_slaves:1');

    run.session.resume();
    await endEqual(run);
    expect((await run.outcome).fullCopies).toBe(1);
    expect(run.told.join('\n')).toMatch(
      /connection to the target broke .*; the task tries again when it is resumed/,
    );
  });

  it('of a task that is reconnecting tries nothing more, until it is resumed', async () => {
    const run = start({ retryForMs: 500 });
    await run.reached('in-step');
    await target.kill();
    await run.reached('reconnecting');
    run.session.pause();
    await sleep(1000);
    await a.incr('counter');
    await target.restart();
    b = target.client();
    await sleep(SETTLE_MS);
    expect(await b.dbsize()).toBe(0);
    run.session.resume();
    await endEqual(run);
  });

  it.each([
    ['goes on from the checkpoint where the backlog reaches that far', '256mb', 1],
    ['makes a new copy where it does not', '1mb', 2],
  ])('that fills the spool closes the link, and %s', async (_, backlog, copies) => {
    await a.config('SET', 'repl-backlog-size', backlog);
    const run = start({ spoolMaxBytes: 1024 * 1024, retryForMs: 500 });
    await run.reached('in-step');
    run.session.pause();
    await writeMegabytes(70);
    await poll('the spool is full', () =>
      run.told.some((text) => text.includes('The buffer on this machine has reached its size limit')),
    );
    await sleep(1000);
    expect(await a.info('replication')).toContain('connected_slaves:0');
    expect(run.phases.at(-1)).toBe('paused');

    run.session.resume();
    await endEqual(run);
    expect((await run.outcome).fullCopies).toBe(copies);
    const told = run.told.join('\n');
    expect(told).toContain('the link to the source is closed until the task goes on, from its checkpoint');
    expect(told.includes('A new full copy is needed')).toBe(copies > 1);
  });

  atNight(
    'that fills the spool with another history of the source does not go on in it as if it were the one before',
    async () => {
      await writeMegabytes(10);
      const run = start({ spoolMaxBytes: 1024 * 1024 });
      await run.reached('in-step');
      run.session.pause();
      await sleep(SETTLE_MS);
      await source.kill();
      await source.restart();
      a = source.client();
      // Not of the link that asked for the old one, which the source may serve for as long as that is looked at.
      await poll('a new history', async () => {
        const asked = run.told.some((text) => text.includes('A new full copy is needed'));
        return asked && /connected_slaves:1\s+slave0:.*state=online/.test(await a.info('replication'));
      });
      await a.set('of the new history', 'v');
      // Past the offset at which the target stands in the old one.
      await writeMegabytes(70);
      await poll('the spool is full', () =>
        run.told.some((text) => text.includes('The buffer on this machine has reached its size limit')),
      );
      run.session.resume();
      await endEqual(run);
      expect(run.told.join('\n')).toContain('A new full copy is needed');
    },
  );

  it('of a copy outlasts a target that comes back empty', async () => {
    await fill(8000);
    const run = start({ maxCommandsPerSecond: 4000, retryForMs: 500 });
    await poll('some keys', async () => (await b.dbsize()) > 1000);
    run.session.pause();
    await sleep(SETTLE_MS);
    await target.kill();
    await sleep(1000);
    await target.restart();
    b = target.client();
    await sleep(SETTLE_MS);
    expect(await b.dbsize()).toBe(0);
    run.session.setLimits({ maxCommandsPerSecond: 0, maxBytesPerSecond: 0 });
    run.session.resume();
    await endEqual(run);
    expect((await run.outcome).fullCopies).toBe(2);
  });

  it('ends when it is resumed, if another run has taken the task over meanwhile, and writes nothing', async () => {
    await fill(1000);
    const run = start();
    await run.reached('in-step');
    run.session.pause();
    await sleep(SETTLE_MS);
    await a.incr('counter');
    const other = start();
    await other.reached('in-step');
    await a.incr('counter');
    run.session.resume();
    await expect(run.outcome).rejects.toMatchObject({ code: 'TARGET_TAKEN_OVER' });
    await a.set('short', 'v', 'EX', 1000);
    await endEqual(other);
    expect((await other.outcome).fullCopies).toBe(0);
    expect(await a.get('counter')).toBe('2');
  });

  it('and a limit of one command a second leave a transaction of the source whole', async () => {
    const run = start();
    await run.reached('in-step');
    run.session.setLimits({ maxCommandsPerSecond: 1, maxBytesPerSecond: 1 });
    const transaction = a.multi();
    for (let i = 0; i < 200; i++) transaction.incr(`part:${i}`);
    await transaction.exec();
    await sleep(1500);
    expect(await b.keys('part:*')).toEqual([]);
    run.session.pause();
    run.session.setLimits({ maxCommandsPerSecond: 0, maxBytesPerSecond: 0 });
    await poll('the transaction', async () => (await b.keys('part:*')).length > 0);
    expect(await b.keys('part:*')).toHaveLength(200);
    await a.incr('after');
    await expectStill();
    expect(await b.exists('after')).toBe(0);
    run.session.resume();
    await endEqual(run);
  });

  it('that is ended by a stop applies nothing more, makes expiry exact, and the next run goes on', async () => {
    await a.set('short', 'v', 'EX', 1000);
    const run = start();
    await run.reached('in-step');
    expect(await lateOn(b, 'short')).not.toBe('exact');
    run.session.pause();
    await sleep(SETTLE_MS);
    await a.incr('counter');
    run.session.stop('drain');
    expect((await run.outcome).reason).toBe('stopped');
    expect(await b.exists('counter')).toBe(0);
    expect(await b.pttl('short')).toBeLessThan(1_000_001);
    expect(run.phases.slice(-3)).toEqual(['paused', 'releasing', 'ended']);

    const next = start();
    await next.reached('in-step');
    await endEqual(next);
    expect((await next.outcome).fullCopies).toBe(0);
  });
});
