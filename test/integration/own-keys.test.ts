import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Redis } from 'ioredis';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';
import { storedCheckpoint } from '../support/target/checkpoints.ts';

/** Keys of the tool on the source are never carried, and those on the target stay where they are, of whatever task. */
const ENDED = storedCheckpoint({ state: 'complete', active: false, source: 'elsewhere:6379' });

let source: RedisProcess;
let target: RedisProcess;
let from: Redis;
let to: Redis;
let run: SyncRun | undefined;

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
  from = source.client();
  to = target.client();
});

afterAll(async () => {
  await Promise.all([source.stop(), target.stop()]);
});

beforeEach(async () => {
  await Promise.all([from.select(0), to.select(0), from.flushall(), to.flushall()]);
});

afterEach(async () => {
  run?.session.stop('now');
  await run?.outcome.catch(() => undefined);
  run = undefined;
});

async function begin(spec: Parameters<typeof startRun>[2] = {}): Promise<void> {
  run = startRun(source.url, target.url, { until: 'stopped', ...spec });
  await run.reached('in-step');
}

/** Everything that the source has run so far stands on the target. */
async function applied(): Promise<void> {
  await from.select(0);
  await to.select(0);
  const mark = String(Math.random());
  await from.set('mark', mark);
  await Promise.race([
    poll('the mark', async () => (await to.get('mark')) === mark),
    run!.outcome.then(() => undefined),
  ]);
}

/** The own keys of the target by database, each with what it holds. */
async function ownKeys(): Promise<string[]> {
  const found: string[] = [];
  for (const db of [0, 1, 2]) {
    await to.select(db);
    for (const key of (await to.keys('lockstep:*')).sort()) {
      if (key === 'lockstep:{tasks}:checkpoint:test') found.push(`${db} ${key}`);
      else found.push(`${db} ${key} ${(await to.dumpBuffer(key)).toString('hex')}`);
    }
  }
  await to.select(0);
  return found;
}

test('a command that names own keys at any place is carried without them', async () => {
  await from.mset('a', '1', 'b', '2', 'q', '3', 'r', '4');
  await from.sadd('set', 'm', 'n');
  await from.rpush('list', '1', '2', '3');
  await to.set('lockstep:standing', 'of the target');
  await begin();
  await from.mset('x', '1', 'lockstep:standing', 'gone');
  await from.mset('lockstep:zz', '1', 'kept', '2');
  await from.rename('q', 'lockstep:{tasks}:checkpoint:test');
  await from.renamenx('r', 'lockstep:r');
  await from.smove('set', 'lockstep:set', 'm');
  await from.sadd('lockstep:set', 'own');
  await from.smove('lockstep:set', 'set', 'own');
  await from.lmove('list', 'lockstep:list', 'LEFT', 'RIGHT');
  await from.rpoplpush('list', 'lockstep:list');
  await from.copy('a', 'lockstep:a');
  await from.sunionstore('lockstep:union', 'set');
  await from.call('BITOP', 'NOT', 'lockstep:bits', 'a');
  await from.del('lockstep:standing', 'b', 'lockstep:zz');
  await from.call('MOVE', 'lockstep:a', '1');
  const large = Buffer.alloc(3 * 1024 * 1024, 'v');
  await from.mset('large:1', large, 'lockstep:standing', 'gone', 'large:2', 'small');
  await applied();
  expect(await to.get('lockstep:standing')).toBe('of the target');
  expect((await to.keys('*')).filter((key) => !key.startsWith('lockstep:')).sort()).toEqual(
    ['a', 'kept', 'large:1', 'large:2', 'list', 'mark', 'set', 'x'].sort(),
  );
  expect(await to.mget('x', 'kept', 'large:2')).toEqual(['1', '2', 'small']);
  expect((await to.smembers('set')).sort()).toEqual(['n', 'own']);
  expect(await to.lrange('list', 0, -1)).toEqual(['2']);
  expect(await to.strlen('large:1')).toBe(large.length);
  run!.session.stop('drain');
  expect((await run!.outcome).reason).toBe('stopped');
});

test.each([
  ['', ['set']],
  [
    ' of a command that goes out as it comes',
    Array.from({ length: 1000 }, (_, i) => `${i}:${'x'.repeat(500)}`),
  ],
])('the task stops by name where the value of an own key becomes that of another%s', async (_, sets) => {
  await from.sadd('set', 'a');
  await begin();
  await from.sadd('lockstep:set', 'b');
  await from.sunionstore('union', ...sets, 'lockstep:set', ...sets);
  await expect(run!.outcome).rejects.toMatchObject({
    code: 'OWN_KEY_READ',
    message: expect.stringMatching(/SUNIONSTORE.*lockstep:set/),
  });
  expect(await to.exists('union')).toBe(0);
});

test('own keys of every task stay where they are when databases are swapped and flushed', async () => {
  await from.set('zero', '0');
  await from.select(1);
  await from.set('one', '1');
  await from.select(2);
  await from.set('two', '2');
  for (const db of [0, 1]) {
    await to.select(db);
    await to.sadd('lockstep:{tasks}:kept:other', `of ${db}`);
  }
  await to.select(0);
  await to.hset('lockstep:{tasks}:checkpoint:other', ENDED);
  await begin({ onFlush: 'apply', existing: 'overwrite' });
  const before = await ownKeys();
  const steps: readonly (() => Promise<unknown>)[] = [
    () => from.call('SWAPDB', '0', '1'),
    () => from.call('SWAPDB', '2', '0'),
    () => from.call('SWAPDB', '1', '2'),
    () => from.multi().call('SWAPDB', '0', '2').set('within', '1').flushdb().call('SWAPDB', '0', '1').exec(),
    () => from.flushdb(),
    () => from.select(1).then(() => from.flushdb('ASYNC')),
    () => from.flushall(),
  ];
  for (const step of steps) {
    await from.select(0);
    await step();
    await applied();
    expect(await ownKeys()).toEqual(before);
    for (const db of [0, 1, 2]) {
      await Promise.all([from.select(db), to.select(db)]);
      expect((await to.keys('[^l]*')).sort()).toEqual((await from.keys('*')).sort());
    }
  }
});

test('what the target held before the task gives way wherever the source brings its name', async () => {
  const standing: readonly [number, string][] = [
    [1, 'moved'],
    [1, 'copied'],
    [1, 'list'],
    [0, 'large:1'],
    [0, 'large:2'],
    [0, 'other'],
    [2, 'late'],
  ];
  for (const [db, key] of standing) {
    await to.select(db);
    await to.rpush(key, 'old');
  }
  await from.rpush('moved', 'new');
  await from.rpush('from', 'new');
  await to.select(0);
  await begin({ existing: 'overwrite' });
  await from.move('moved', 1);
  await from.call('COPY', 'from', 'copied', 'DB', '1');
  await from.mset('large:1', Buffer.alloc(3 * 1024 * 1024), 'large:2', 'new');
  await from.del('large:2');
  await from.rpush('large:2', 'new');
  await applied();
  // The names go with their keys: `list` stands in 0 now, `other` in 1.
  await from.call('SWAPDB', '0', '1');
  await from.rpush('list', 'new');
  await from.select(1);
  await from.rpush('other', 'new');
  await from.select(0);
  await applied();
  run!.session.stop('drain');
  await run!.outcome;
  await begin({ existing: 'overwrite' });
  await from.call('SWAPDB', '1', '2');
  await from.select(1);
  await from.rpush('late', 'new');
  await applied();

  const lists: Record<string, string[]> = {};
  for (const db of [0, 1, 2]) {
    await to.select(db);
    for (const key of await to.keys('[^l]*')) if (key !== 'mark') lists[`${db} ${key}`] = [];
    for (const key of [...(await to.keys('*'))].sort())
      if ((await to.type(key)) === 'list') lists[`${db} ${key}`] = await to.lrange(key, 0, -1);
  }
  await to.select(0);
  expect(lists).toEqual({
    '0 copied': ['new'],
    '0 list': ['new'],
    '0 moved': ['new'],
    '1 late': ['new'],
    '2 from': ['new'],
    '2 large:2': ['new'],
    '2 other': ['new'],
  });
});
