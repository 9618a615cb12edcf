import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Redis } from 'ioredis';
import { checkpointKey } from '../../electron/engine/checkpoint/checkpoint.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';

const KEYS = 500;
const HOUR_MS = 3_600_000;

let source: RedisProcess;
let target: RedisProcess;
let a: Redis;
let b: Redis;
const runs: SyncRun[] = [];

beforeAll(async () => {
  [source, target] = await Promise.all([
    startRedis({ args: ['--repl-diskless-sync-delay', '0'] }),
    startRedis({ args: ['--repl-diskless-sync-delay', '0'] }),
  ]);
  [a, b] = [source.client(), target.client()];
});

afterAll(async () => {
  await Promise.all([source.stop(), target.stop()]);
});

beforeEach(async () => {
  await a.replicaof('NO', 'ONE');
  await b.replicaof('NO', 'ONE');
  await Promise.all([a.flushall(), b.flushall()]);
});

afterEach(async () => {
  for (const { session, outcome } of runs.splice(0)) {
    session.stop('now');
    await outcome.catch(() => undefined);
  }
});

function begin(...args: Parameters<typeof startRun>): SyncRun {
  const run = startRun(...args);
  runs.push(run);
  return run;
}

async function fill(): Promise<void> {
  const pipeline = a.pipeline();
  for (let i = 0; i < KEYS; i++) pipeline.set(`key:${i}`, `value ${i}`, 'PX', HOUR_MS);
  await pipeline.exec();
}

const commandsOf = async (redis: Redis): Promise<number> =>
  Number(/total_commands_processed:(\d+)/.exec(await redis.info('stats'))![1]);

describe('a source that comes to follow the target', () => {
  it('ends the task in order: what had arrived is applied, nothing is removed, expiry is exact', async () => {
    await fill();
    const run = begin(source.url, target.url, { until: 'stopped' });
    await run.reached('in-step');
    await a.set('last', 'write');
    // A server that becomes a replica closes its links at once, and what it wrote last may not come through.
    const written = Number(/master_repl_offset:(\d+)/.exec(await a.info('replication'))![1]);
    await poll('it has arrived', () => run.session.sampler.metrics('in-step').offsets.received >= written);
    const before = await commandsOf(b);
    const expiresAtMs = Number(await a.call('PEXPIRETIME', 'key:1'));
    // At a cutover clients go to the target first, and then the source is made its replica.
    await b.set('from-a-client', 'kept');
    await a.replicaof('127.0.0.1', target.port);
    const outcome = await run.outcome;
    expect(outcome).toMatchObject({ reason: 'cut-over', resumable: false, fullCopies: 1 });
    expect(await b.get('last')).toBe('write');
    expect(await b.get('from-a-client')).toBe('kept');
    // Beside the keys of both there is the checkpoint alone.
    expect(await b.dbsize()).toBeLessThanOrEqual(KEYS + 2 + 2);
    expect(await b.dbsize()).toBeGreaterThanOrEqual(KEYS + 2);
    // Exact, but for the four bits that a late time gives to its mark.
    expect(Math.abs(Number(await b.call('PEXPIRETIME', 'key:1')) - expiresAtMs)).toBeLessThan(16);
    expect(await b.hget(checkpointKey('test'), 'active')).toBe('0');
    expect((await commandsOf(b)) - before).toBeLessThan(10 * KEYS);
    expect(run.told.join('\n')).toMatch(/the source replicates from the target now/i);
    await poll(
      'the old source has what the target has',
      async () => (await a.get('from-a-client')) === 'kept',
    );
  });

  it('waits for the end of a pause, and then applies what had come', async () => {
    await fill();
    const run = begin(source.url, target.url, { until: 'stopped' });
    await run.reached('in-step');
    run.session.pause();
    await a.set('written', 'in the pause');
    await poll('it has come', () => run.session.sampler.metrics('paused').spool.bytes > 0);
    await a.replicaof('127.0.0.1', target.port);
    await poll('it is told', () => /when the task is resumed/.test(run.told.join('\n')));
    expect(await b.get('written')).toBeNull();
    run.session.resume();
    expect(await run.outcome).toMatchObject({ reason: 'cut-over', fullCopies: 1 });
    expect(await b.get('written')).toBe('in the pause');
  });

  it('is refused at the start, before anything is cleared', async () => {
    await fill();
    const first = begin(source.url, target.url, {});
    await first.outcome;
    await a.replicaof('127.0.0.1', target.port);
    const again = begin(source.url, target.url, {});
    await expect(again.outcome).rejects.toMatchObject({ code: 'SOURCE_IS_TARGET' });
    expect(await b.dbsize()).toBeGreaterThanOrEqual(KEYS);
  });
});

describe('two tasks that would feed each other', () => {
  it('the second one is refused while the first runs, and a move that has ended can be gone back on', async () => {
    await fill();
    const there = begin(source.url, target.url, { task: 'there', until: 'stopped' });
    await there.reached('in-step');
    const back = begin(target.url, source.url, { task: 'back', existing: 'overwrite' });
    await expect(back.outcome).rejects.toMatchObject({
      code: 'SOURCE_IS_TARGET',
      message: expect.stringMatching(/^a loop: the task there writes/) as string,
    });
    expect(await a.exists(checkpointKey('back'))).toBe(0);
    there.session.stop('drain');
    await there.outcome;
    const again = begin(target.url, source.url, { task: 'back', existing: 'overwrite' });
    expect(await again.outcome).toMatchObject({ reason: 'caught-up' });
    expect(await a.dbsize()).toBeGreaterThanOrEqual(KEYS);
  });
});

describe('a source that is a replica', () => {
  it('is not in step while its own primary is gone, and says so', async () => {
    const primary = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
    await a.replicaof('127.0.0.1', primary.port);
    await poll('the source follows', async () => /master_link_status:up/.test(await a.info('replication')));
    await primary.client().set('some', 'key');
    const run = begin(source.url, target.url, { until: 'stopped' });
    await run.reached('in-step');
    const before = run.phases.length;
    await primary.kill();
    await poll('it is told', () => /lost its primary 127\.0\.0\.1:\d+/.test(run.told.join('\n')));
    expect(run.phases.slice(before)).toContain('reconnecting');
    expect(run.phases.at(-1)).not.toBe('in-step');
    await poll('the lag grows', () => run.session.sampler.metrics('reconnecting').lag.seconds > 1);
    expect(run.phases.at(-1)).not.toBe('in-step');
    await a.replicaof('NO', 'ONE');
    await poll('it is in step again', () => run.phases.at(-1) === 'in-step');
    expect(run.told.join('\n')).toMatch(/has a primary that it follows again, or is one itself/);
    expect(run.session.sampler.metrics('in-step').lag.seconds).toBeLessThan(1);
    run.session.stop('drain');
    await run.outcome;
    await primary.stop();
  });
});
