import type { Redis } from 'ioredis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../shared/contract/engine-messages.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { expectEqual } from '../support/sync-outcome.ts';
import { EngineChild } from '../support/engine-child.ts';
import { atNight } from '../support/nightly.ts';
import { poll, startRun, taskSpec, type SyncRun } from '../support/sync-run.ts';

/** Long enough to stop the tool and to extend every key before it runs out. */
const SHORT_MS = 5000;
const LONG_MS = 600_000;

let source: RedisProcess;
let target: RedisProcess;
let a: Redis;
let b: Redis;
let spoolDir: string;

beforeEach(async () => {
  spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-resume-'));
  [source, target] = await Promise.all([startRedis({ args: ['--repl-backlog-size', '64mb'] }), startRedis()]);
  a = source.client();
  b = target.client();
});

afterEach(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
  rmSync(spoolDir, { recursive: true, force: true });
});

const run = (spec: Partial<TaskSpec> = {}): SyncRun =>
  startRun(source.url, target.url, { spoolDir, ...spec });

/** Runs until everything that the source has is on the target. */
async function catchUp(spec: Partial<TaskSpec> = {}): Promise<SyncRun & { ended: Outcome }> {
  const started = run(spec);
  return { ...started, ended: await started.outcome };
}

/** The same in two databases. */
async function inBoth(work: (client: Redis) => Promise<unknown>): Promise<void> {
  for (const db of [0, 3]) {
    await a.select(db);
    await work(a);
  }
  await a.select(0);
}

async function untilGone(...keys: string[]): Promise<void> {
  for (const db of [0, 3]) {
    await b.select(db);
    await poll(`${keys.join(', ')} gone from the target`, async () => (await b.exists(...keys)) === 0);
  }
  await b.select(0);
}

/** What the target's clock does to keys while the tool rests, without waiting for it. */
async function loseOnTarget(...keys: string[]): Promise<void> {
  for (const db of [0, 3]) {
    await b.select(db);
    expect(await b.del(...keys)).toBe(keys.length);
  }
  await b.select(0);
  expect(Number(await b.hget('lockstep:{tasks}:checkpoint:test', 'earliestExpiry'))).toBeGreaterThan(
    Date.now(),
  );
  await b.hset('lockstep:{tasks}:checkpoint:test', 'earliestExpiry', Date.now());
}

const told = (started: SyncRun): string => started.told.join('\n');

function expectRepaired(resumed: SyncRun & { ended: Outcome }): void {
  expect(told(resumed)).toMatch(/\d+ keys that may have expired on the target meanwhile/);
  expect(told(resumed)).not.toContain('A new full copy');
  expect(resumed.ended.fullCopies).toBe(0);
}

const EXPIRING = ['counter', 'list', 'hash', 'set', 'zset', 'stream', 'text', 'bits', 'log', 'moving'];

async function fill(client: Redis): Promise<void> {
  await client.set('counter', 10);
  await client.rpush('list', 'one', 'two');
  await client.hset('hash', 'f', '1', 'g', '2');
  await client.sadd('set', 'x', 'y');
  await client.zadd('zset', 1.5, 'm');
  await client.xadd('stream', '1-1', 'f', 'v');
  await client.set('text', 'abc');
  await client.setbit('bits', 7, 1);
  await client.pfadd('log', 'p', 'q');
  await client.set('moving', 'the same');
  await client.sadd('lasting', 'z');
  await client.set('lease', 'first');
  await client.rpush('queue', 'a', 'b', 'c');
  for (const key of [...EXPIRING, 'lease', 'queue']) await client.pexpire(key, SHORT_MS);
}

describe('a run after a clean stop', () => {
  it('takes over what the source did with keys that expired on the target meanwhile', async () => {
    await a.mset(Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`plain:${i}`, i])));
    await a.select(7);
    await a.set('scratch', '1', 'PX', LONG_MS);
    expect((await catchUp()).ended.fullCopies).toBe(1);

    await inBoth(fill);
    await catchUp();
    await a.select(7);
    await a.flushdb();
    await inBoth(async (client) => {
      expect(await client.incr('counter')).toBe(11);
      for (const key of EXPIRING) expect(await client.pexpire(key, LONG_MS)).toBe(1);
      await client.lpush('list', 'zero');
      await client.hincrby('hash', 'f', 5);
      await client.srem('set', 'x');
      await client.zincrby('zset', 2, 'm');
      await client.xadd('stream', '2-1', 'f', 'w');
      await client.append('text', 'def');
      await client.setbit('bits', 2, 1);
      await client.pfadd('log', 'r');
      expect(await client.rename('moving', 'moved')).toBe('OK');
      await client.sunionstore('union', 'set', 'lasting');
      await client.multi().incr('counter').lpush('list', 'in a transaction').exec();
      // Extended only after it has come to be used together with another one.
      await client.rpoplpush('queue', 'other queue');
    });
    await untilGone(...EXPIRING, 'lease', 'queue');
    await poll('the lease to expire', async () => (await a.exists('lease')) === 0);
    await inBoth(async (client) => {
      await client.set('lease', 'second', 'PX', LONG_MS);
      await client.incr('counter');
      await client.sadd('union', 'later');
      await client.set('plain:1', 'changed');
      await client.set('list', 'of another type');
      await client.set('never seen', '1');
      await client.append('never seen', '2');
      await client.del('lasting');
    });

    const resumed = await catchUp();
    await expectEqual(source, target);
    expectRepaired(resumed);
    expect(await b.get('counter')).toBe('13');
    expect(await b.pttl('counter')).toBeGreaterThan(LONG_MS / 2);
    expect(await b.exists('queue')).toBe(0);
  });

  it('goes on as it is when nothing has expired', async () => {
    await a.set('k', 'v', 'PX', LONG_MS);
    await catchUp();
    await a.append('k', 'w');
    const resumed = await catchUp();
    await expectEqual(source, target);
    expect(told(resumed)).not.toContain('brought to the source');
    expect(resumed.ended.fullCopies).toBe(0);
  });

  it('lets nothing of the target itself come back in place of what it wrote', async () => {
    await b.sadd('name', 'of the target');
    await a.sadd('set', 'x');
    await a.pexpire('set', LONG_MS);
    await catchUp({ existing: 'overwrite' });
    await a.rename('set', 'name');
    await b.del('set');
    await b.hset('lockstep:{tasks}:checkpoint:test', 'earliestExpiry', Date.now());
    expectRepaired(await catchUp({ existing: 'overwrite' }));
    await a.sadd('name', 'y');
    await catchUp({ existing: 'overwrite' });
    await expectEqual(source, target);
    expect((await b.smembers('name')).sort()).toEqual(['x', 'y']);
  });

  it('goes on behind a SWAPDB and a FLUSHDB of scratch databases, and mends keys of the others', async () => {
    await inBoth((client) => client.set('counter', 1, 'PX', LONG_MS));
    await a.select(1);
    await a.set('kept', 'here');
    await catchUp();
    await loseOnTarget('counter');
    await inBoth((client) => client.incr('counter'));
    await a.select(2);
    await a.mset('built', '1', 'anew', '2');
    await a.call('SWAPDB', 1, 2);
    await a.flushdb();
    await a.select(1);
    await a.append('built', '!');
    await a.select(0);
    const resumed = await catchUp({ onFlush: 'apply' });
    await expectEqual(source, target);
    expectRepaired(resumed);
    await b.select(1);
    expect(await b.get('built')).toBe('1!');
  });

  it('makes a new full copy when the source ran a command that may have used any key, and says so', async () => {
    await inBoth((client) => client.set('counter', 1, 'PX', LONG_MS));
    await catchUp();
    await a.incr('counter');
    await a.call('SWAPDB', 0, 1);
    await loseOnTarget('counter');
    const resumed = await catchUp();
    await expectEqual(source, target);
    expect(resumed.ended.fullCopies).toBe(1);
    expect(told(resumed)).toMatch(
      /A new full copy is needed: keys may have expired .* has swapped the database/,
    );
  });
});

describe('values and commands that are large', () => {
  it('are taken over as well', async () => {
    const text = 'x'.repeat(2_000_000);
    await inBoth(async (client) => {
      await client.set('text', text);
      await client.rpush('list', ...Array.from({ length: 60_000 }, (_, i) => `element ${i}`));
      await client.hset(
        'hash',
        Object.fromEntries(Array.from({ length: 20_000 }, (_, i) => [`f${i}`, `value ${i}`])),
      );
      for (const key of ['text', 'list', 'hash']) await client.pexpire(key, LONG_MS);
    });
    await catchUp();
    await inBoth(async (client) => {
      await client.persist('list');
      await client.append('text', text);
      await client.set('other text', text);
      await client.lset('list', 5, 'y'.repeat(700_000));
      await client.hset('hash', 'f7', 'y'.repeat(300_000));
      await client.publish('nobody', text);
    });
    await loseOnTarget('text', 'list', 'hash');
    await inBoth(async (client) => {
      await client.append('text', text);
      await client.append('other text', text);
    });
    const resumed = await catchUp();
    await expectEqual(source, target);
    expectRepaired(resumed);
  });
});

describe('a run that ends or breaks in the middle of it', () => {
  /** Leaves counters behind that the target has lost and the source counts up, and commands on other keys. */
  async function leaveBehind(): Promise<void> {
    await inBoth(async (client) => {
      await client.set('counter', 1, 'PX', LONG_MS);
      for (let i = 0; i < 50; i++) await client.set(`plain:${i}`, i);
    });
    await catchUp();
    await inBoth(async (client) => {
      const pipeline = client.pipeline();
      for (let i = 0; i < 1500; i++) {
        pipeline.incr(`plain:${i % 50}`);
        if (i % 10 === 0) pipeline.incr('counter');
      }
      await pipeline.exec();
    });
    await loseOnTarget('counter');
  }
  const slow = { maxCommandsPerSecond: 1000 };
  const repairing = (): Promise<void> =>
    poll(
      'commands left out',
      async () => (await b.hget('lockstep:{tasks}:checkpoint:test', 'fault')) === 'REPAIRING',
    );

  it('is not caught up before the keys are mended, although every command is applied', async () => {
    await inBoth((client) => client.set('counter', 1, 'PX', LONG_MS));
    await catchUp();
    await inBoth((client) => client.incr('counter'));
    for (const key of ['x', 'y']) await a.set(key, '1');
    await loseOnTarget('counter');
    // The limit is used up where the values are to be written.
    const resumed = await catchUp({ maxCommandsPerSecond: 1 });
    await expectEqual(source, target);
    expect(await b.hget('lockstep:{tasks}:checkpoint:test', 'fault')).toBe('');
    expectRepaired(resumed);
  });

  atNight('goes on with the repair when the connection to the target breaks', async () => {
    await leaveBehind();
    const started = run(slow);
    await repairing();
    expect(await b.exists('counter')).toBe(0);
    const list = String(await b.call('CLIENT', 'LIST'));
    for (const [, id] of list.matchAll(/^id=(\d+) .* name=lockstep:/gm))
      await b.call('CLIENT', 'KILL', 'ID', id!);
    const ended = await started.outcome;
    await expectEqual(source, target);
    expectRepaired({ ...started, ended });
    expect(told(started)).toContain('trying again');
    expect(await b.hget('lockstep:{tasks}:checkpoint:test', 'fault')).toBe('');
  });

  it('goes on with the repair when the link to the source breaks', async () => {
    await leaveBehind();
    const started = run(slow);
    await repairing();
    await a.call('CLIENT', 'KILL', 'TYPE', 'replica');
    await a.incr('counter');
    const ended = await started.outcome;
    await expectEqual(source, target);
    expectRepaired({ ...started, ended });
  });

  it('repairs once more after a run that was stopped between', async () => {
    await leaveBehind();
    const started = run(slow);
    await repairing();
    started.session.stop('now');
    expect((await started.outcome).reason).toBe('stopped');
    await a.incr('counter');
    const resumed = await catchUp();
    await expectEqual(source, target);
    expectRepaired(resumed);
    expect(await b.hget('lockstep:{tasks}:checkpoint:test', 'fault')).toBe('');
  });

  it('repairs once more after an engine that was killed between', async () => {
    await leaveBehind();
    const engine = new EngineChild();
    await engine.until((event) => event.type === 'ready');
    engine.start(taskSpec(source.url, target.url, { spoolDir, ...slow }));
    await repairing();
    engine.kill();
    await engine.exited;
    await inBoth((client) => client.incr('plain:7'));
    const resumed = await catchUp();
    await expectEqual(source, target);
    expectRepaired(resumed);
  });

  it('is repaired by a run that takes over between', async () => {
    await leaveBehind();
    const deposed = run(slow).outcome.then(
      () => 'ended',
      (error: unknown) => (error as { code: string }).code,
    );
    await repairing();
    const resumed = await catchUp();
    expect(await deposed).toBe('TARGET_TAKEN_OVER');
    await expectEqual(source, target);
    expectRepaired(resumed);
  });

  it('can be stopped before anything is applied, and repairs the next time', async () => {
    await leaveBehind();
    const begun = startRun(source.url, target.url, { spoolDir }, (phase, session) => {
      if (phase === 'catching-up') session.stop('drain');
    });
    expect(await begun.outcome).toMatchObject({ reason: 'stopped', resumable: true, commandsApplied: 0 });
    expect(await b.hget('lockstep:{tasks}:checkpoint:test', 'expiry')).toBe('exact');
    const resumed = await catchUp();
    await expectEqual(source, target);
    expectRepaired(resumed);
  });
});
