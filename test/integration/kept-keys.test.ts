import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Redis } from 'ioredis';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun } from '../support/sync-run.ts';

let source: RedisProcess;
let target: RedisProcess;
let from: Redis;
let to: Redis;

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
  from = source.client();
  to = target.client();
});

afterAll(async () => {
  await Promise.all([source.stop(), target.stop()]);
});

test('a name that the source brings later does not meet what the target held under it', async () => {
  await to.rpush('list', 'old');
  await to.set('counter', 'not a number');
  await to.sadd('union', 'old');
  await to.set('mine', 'stays');
  await to.hset('copied', 'old', '1');
  await from.hset('copied', 'new', '2');
  await from.sadd('members', 'a', 'b');

  const run = startRun(source.url, target.url, { existing: 'overwrite', until: 'stopped' });
  await run.reached('in-step');
  await from.rpush('list', 'new');
  await from.incr('counter');
  await from.rpush('list', 'newer');
  await from.sunionstore('union', 'members');
  await from.set('last', '1');
  await poll('the last write', async () => (await to.get('last')) === '1');
  run.session.stop('drain');
  await run.outcome;

  expect(await to.lrange('list', 0, -1)).toEqual(['new', 'newer']);
  expect(await to.get('counter')).toBe('1');
  expect((await to.smembers('union')).toSorted()).toEqual(['a', 'b']);
  expect(await to.get('mine')).toBe('stays');
  expect(await to.hgetall('copied')).toEqual({ new: '2' });
  expect(await to.smembers('lockstep:{tasks}:kept:test')).toEqual(['mine']);
});

test('a name that the source has taken over goes with the source in a new full copy', async () => {
  await from.del('list', 'copied');
  const run = startRun(source.url, target.url, { existing: 'overwrite', fullOnly: true });
  expect((await run.outcome).reason).toBe('full-copy');
  expect(await to.exists('list', 'copied')).toBe(0);
  expect(await to.get('mine')).toBe('stays');
  expect(await to.get('counter')).toBe('1');
});
