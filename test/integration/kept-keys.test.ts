import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Redis } from 'ioredis';
import { checkpointFields, checkpointKey, keptKeysKey } from '../../electron/engine/checkpoint/checkpoint.ts';
import { rememberStandingKeys } from '../../electron/engine/checkpoint/ownership.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun } from '../support/sync-run.ts';
import { checkpointWith } from '../support/target/checkpoints.ts';

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

test('names that another run of the task has noted stay, and none is added of what that run has brought', async () => {
  const [task, kept] = ['twice', keptKeysKey('twice')];
  const standing = new Map([[3, 1200]]);
  await to.select(3);
  await to.eval(`for i = 1, 1200 do redis.call('SET', 'own:' .. i, i) end`, 0);
  await to.sadd(kept, 'noted before');
  const redis = target.client();
  await rememberStandingKeys(redis, task, standing, (now) => now === undefined);
  expect(await to.scard(kept)).toBe(1201);

  // It claims between the look at its checkpoint and what is noted after that.
  await to.set('brought', '1');
  await to.srem(kept, 'own:1');
  const other = target.client();
  const claim = (): void => void other.hmset(checkpointKey(task), ...checkpointFields(checkpointWith({})));
  await expect(
    rememberStandingKeys(redis, task, standing, (now) => {
      claim();
      return now === undefined;
    }),
  ).rejects.toMatchObject({ code: 'TARGET_TAKEN_OVER' });
  await expect(rememberStandingKeys(redis, task, standing, (now) => now === undefined)).rejects.toMatchObject(
    {
      code: 'TARGET_TAKEN_OVER',
    },
  );
  expect(await to.sismember(kept, 'brought')).toBe(0);
  expect(await to.scard(kept)).toBe(1200);
  // Nothing is left watched that would make the next transaction fail.
  await redis.select(0);
  await redis.del(checkpointKey(task));
  expect(await redis.multi().ping().exec()).toEqual([[null, 'PONG']]);
});
