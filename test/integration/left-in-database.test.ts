/** Who selects databases on a connection that others share leaves it in database 0: of a slot, a node tells the keys of the present one. */
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { DatabaseChoice } from '../../electron/engine/commands/database-choice.ts';
import { checkModules } from '../../electron/engine/precheck/module-check.ts';
import { namesStanding } from '../../electron/engine/repair/slot-keys.ts';
import { ALL_SLOTS } from '../../electron/engine/router/slot-set.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';

let server: RedisProcess;
let redis: Redis;
const all = new DatabaseChoice(undefined);

beforeAll(async () => {
  server = await startRedis();
});
afterAll(() => server?.stop());
beforeEach(async () => {
  redis = server.client();
  await redis.flushall();
  await redis.select(3);
  await redis.set('k', 'v');
  await redis.select(0);
});
afterEach(() => vi.restoreAllMocks());

const database = async (): Promise<string> => / db=(\d+)/.exec(String(await redis.client('INFO')))![1]!;

it('who looks for values of modules that the target lacks', async () => {
  vi.spyOn(redis, 'call').mockResolvedValue([['name', 'graph', 'ver', 1]]);
  await checkModules(redis, [], all);
  expect(await database()).toBe('0');
});

it('who finds one', async () => {
  vi.spyOn(redis, 'call').mockResolvedValue([['name', 'graph', 'ver', 1]]);
  const pipeline = redis.pipeline.bind(redis);
  // No server here has a module.
  vi.spyOn(redis, 'pipeline').mockImplementation(() => {
    const typing = pipeline();
    typing.exec = async () => [[null, 'graphdata']];
    return typing;
  });
  await expect(checkModules(redis, [], all)).rejects.toMatchObject({
    code: 'MODULE_MISSING',
    message: expect.stringContaining('key k in database 3 is of type graphdata'),
  });
  vi.restoreAllMocks();
  expect(await database()).toBe('0');
});

it('who lists the keys of slots on one server', async () => {
  const names = await namesStanding({ redis, db: 3, nodes: undefined, kept: undefined }, ALL_SLOTS, 10);
  expect([...names.values()].flat()).toEqual(['k']);
  expect(await database()).toBe('0');
});
