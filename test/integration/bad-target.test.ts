import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { killLeftovers, runCli, startCli, type CliResult } from '../support/run-cli.ts';
import { expectEmpty, expectEqual, expectFailure } from '../support/sync-outcome.ts';
import { toldCopies } from '../support/told-copies.ts';

/** Targets that hold something already, or that have no room. */
let source: RedisProcess;
let target: RedisProcess;
let a: Redis;
let b: Redis;

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis({ args: ['--databases', '8'] })]);
  a = source.client();
  b = target.client();
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

afterEach(killLeftovers);

beforeEach(async () => {
  await b.config('SET', 'maxmemory', '0');
  for (const client of [a, b]) {
    await client.select(0);
    await client.flushall();
  }
});

const syncArgs = (...more: string[]): string[] => [
  'sync',
  '--source',
  source.url,
  '--target',
  target.url,
  ...more,
];
const sync = (...more: string[]): Promise<CliResult> => runCli(syncArgs(...more));

async function inDatabase(client: Redis, db: number, pairs: Readonly<Record<string, string>>): Promise<void> {
  await client.select(db);
  await client.mset(pairs);
  await client.select(0);
}

describe('keys that stand on the target', () => {
  beforeEach(async () => {
    await inDatabase(a, 0, { same: 'from the source', gone: 'for a while' });
    await inDatabase(a, 3, { same3: 'from the source' });
    await inDatabase(b, 0, { same: 'of the target', own: 'of the target' });
    await inDatabase(b, 3, { own3: 'of the target' });
  });

  it('are named and left alone with --existing fail', async () => {
    const before = await b.info('keyspace');
    const fact = /^database 0: 2 keys, database 3: 1 key$/;
    expectFailure(await sync(), { code: 'TARGET_NOT_EMPTY', exit: 4, fact });
    expectFailure(await sync('--db', '3,5'), {
      code: 'TARGET_NOT_EMPTY',
      exit: 4,
      fact: /^database 3: 1 key$/,
    });
    expect(await b.info('keyspace')).toBe(before);
    expect(await b.get('same')).toBe('of the target');
  });

  it('do not matter in a database that the task leaves out', async () => {
    await inDatabase(a, 5, { five: '5' });
    expect((await sync('--db', '5', '--until', 'caught-up')).status).toBe(0);
    expect(await b.get('same')).toBe('of the target');
    await b.select(5);
    expect(await b.get('five')).toBe('5');
  });

  it('stay with --existing overwrite unless they have the same name, also over a second full copy', async () => {
    const look = async (): Promise<(string | null)[]> => {
      await b.select(3);
      const third = await b.mget('same3', 'own3');
      await b.select(0);
      return [...(await b.mget('same', 'own', 'gone', 'late')), ...third];
    };
    const first = await sync('--existing', 'overwrite', '--until', 'caught-up');
    expect(first.stderr).toContain('The target holds keys already');
    expect(first.status).toBe(0);
    const [own, from] = ['of the target', 'from the source'];
    expect(await look()).toEqual([from, own, 'for a while', null, from, own]);

    await a.del('gone');
    await a.set('late', 'too');
    const second = await sync('--existing', 'overwrite', '--full-only');
    expect(second.stderr).toContain('A new full copy is needed');
    expect(second.status).toBe(0);
    expect(await look()).toEqual([from, own, null, 'too', from, own]);
  });
});

describe('a target that another task writes to', () => {
  it('is refused, whatever stands there, unless the databases are others or the task has ended', async () => {
    await inDatabase(a, 0, { zero: '0' });
    expect((await sync('--task', 'first', '--db', '3', '--until', 'caught-up')).status).toBe(0);
    // As it is while the task runs, or after a run that was killed.
    await b.hset('lockstep:{tasks}:checkpoint:first', 'active', '1');
    const fact = /^the task first from 127\.0\.0\.1:\d+$/;
    for (const existing of ['fail', 'overwrite'])
      expectFailure(await sync('--task', 'second', '--existing', existing), {
        code: 'TARGET_IN_USE',
        exit: 4,
        fact,
      });
    expect((await b.keys('*')).sort()).toEqual(['lockstep:{tasks}', 'lockstep:{tasks}:checkpoint:first']);

    expect((await sync('--task', 'third', '--db', '0', '--until', 'caught-up')).status).toBe(0);
    expect(await b.get('zero')).toBe('0');
    await b.hset('lockstep:{tasks}:checkpoint:first', 'active', '0');
    await b.flushdb();
    expect((await sync('--task', 'second', '--until', 'caught-up')).status).toBe(0);
  });
});

describe('too few databases on the target', () => {
  it('are told before anything is written, unless the task leaves them out', async () => {
    await inDatabase(a, 0, { zero: '0' });
    await inDatabase(a, 9, { nine: '9' });
    const fact = /database 9, and the target has 8/;
    expectFailure(await sync(), { code: 'TARGET_DATABASES', exit: 4, fact });
    await expectEmpty(target);
    expect((await sync('--db', '0', '--until', 'caught-up')).status).toBe(0);
    expect(await b.get('zero')).toBe('0');
  });

  it('stop the stream without a write to another database', async () => {
    await a.set('zero', '0');
    const run = startCli(syncArgs());
    await run.printed(/In step/);
    await inDatabase(a, 9, { zero: 'of database 9', nine: '9' });
    expectFailure(await run.exited, { code: 'TARGET_DATABASES', exit: 4, fact: /database 9/ });
    expect(await b.mget('zero', 'nine')).toEqual(['0', null]);
  });
});

describe('a target out of memory', () => {
  const fill = async (): Promise<void> => {
    const pipeline = a.pipeline();
    for (let i = 0; i < 200; i++) pipeline.set(`key:${i}`, Buffer.alloc(50_000, i));
    await pipeline.exec();
  };
  const leaveRoom = async (bytes: number): Promise<void> => {
    const used = /used_memory:(\d+)/.exec(await b.info('memory'))![1];
    await b.config('SET', 'maxmemory', String(Number(used) + bytes));
  };

  it('is told at once when nothing fits from the start', async () => {
    await b.config('SET', 'maxmemory', '1');
    expectFailure(await sync(), { code: 'TARGET_OUT_OF_MEMORY', exit: 4, fact: /OOM/ });
    await expectEmpty(target);
  });

  it('ends the copy when no room is made within --retry-for', async () => {
    await fill();
    await leaveRoom(1_000_000);
    const result = await sync('--retry-for', '2s');
    expectFailure(result, { code: 'RETRY_EXHAUSTED', exit: 5, fact: /out of memory.*OOM/ });
    expect(result.durationMs).toBeGreaterThan(2000);
  });

  it('goes on with the copy when room is made in time', async () => {
    await fill();
    await leaveRoom(1_000_000);
    const run = startCli(syncArgs('--until', 'caught-up'));
    await run.printed(/The target is out of memory .*; trying again/);
    await b.config('SET', 'maxmemory', '0');
    expect((await run.exited).status).toBe(0);
    await expectEqual(source, target);
  });

  it('notes a copy that is whole, although its last value has filled the target', async () => {
    // It is small on the way.
    await a.set('large', 'x'.repeat(8_000_000));
    await leaveRoom(3_000_000);
    const result = await sync('--full-only', '--retry-for', '3s');
    const [checkpoint] = await b.keys('lockstep:{tasks}:checkpoint:*');
    const noted = await b.hget(checkpoint!, 'state');
    await b.config('SET', 'maxmemory', '0');
    expect(result.status).toBe(0);
    expect(noted).toBe('complete');
    await expectEqual(source, target);
  });

  it('goes on with the stream when room is made in time', async () => {
    const run = startCli(syncArgs('--json'));
    await run.inStep();
    await b.config('SET', 'maxmemory', '1');
    await fill();
    await a.incr('counter');
    await run.printed(/TARGET_OUT_OF_MEMORY/);
    await a.incr('counter');
    await b.config('SET', 'maxmemory', '0');
    await run.until(async () => (await b.get('counter')) === '2', 'both increments stand on the target');
    expect((await run.end()).status).toBe(0);
    await expectEqual(source, target);
  });

  it('ends the stream when no room is made within --retry-for, and the next run goes on', async () => {
    const run = startCli(syncArgs('--retry-for', '2s'));
    await run.printed(/In step/);
    await b.config('SET', 'maxmemory', '1');
    await a.incr('counter');
    expectFailure(await run.exited, { code: 'RETRY_EXHAUSTED', exit: 5, fact: /OOM/ });
    await b.config('SET', 'maxmemory', '0');
    const next = await sync('--until', 'caught-up');
    expect(toldCopies(next.stderr)).toEqual([]);
    expect(next.status).toBe(0);
    await expectEqual(source, target);
  });
});

describe('a user of the target', () => {
  it('who may write only some keys ends the task at the first other one', async () => {
    await b.call('ACL', 'SETUSER', 'part', 'on', '>part-secret', 'resetkeys', '~a*', '~lockstep:*', '+@all');
    await a.mset('a', '1', 'b', '2');
    const to = target.url.replace('//', '//part:part-secret@');
    const result = await runCli(['sync', '--source', source.url, '--target', to]);
    const fact = /SET b: .*NOPERM/;
    expectFailure(result, { code: 'TARGET_NO_PERMISSION', exit: 4, fact, secrets: ['part-secret'] });
  });

  it('with the rights that the remedy names is enough, and so is one of the source', async () => {
    const grant = async (client: Redis, rights: string): Promise<void> =>
      void (await client.call('ACL', 'SETUSER', 'tool', 'reset', 'on', '>tool-secret', ...rights.split(' ')));
    await grant(a, '+psync +replconf +ping +info');
    await grant(b, '~* +@all -@admin -migrate +client|list +client|kill');
    await a.mset('a', '1', 'b', '2');
    const as = (server: RedisProcess): string => server.url.replace('//', '//tool:tool-secret@');
    const args = ['sync', '--source', as(source), '--target', as(target), '--json'];
    const run = startCli(args);
    await run.inStep();
    await a.rpush('list', '1', '2');
    expect((await run.end()).status).toBe(0);
    await expectEqual(source, target);
    // Without CONFIG the number of databases is found by trying.
    await inDatabase(a, 9, { nine: '9' });
    const beyond = await runCli(['sync', '--source', as(source), '--target', as(target)]);
    expectFailure(beyond, { code: 'TARGET_DATABASES', exit: 4, fact: /database 9, and the target has 8/ });
  });
});
