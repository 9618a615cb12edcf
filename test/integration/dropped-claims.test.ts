/** A run whose source never answered takes its claim back, and with it the names that it noted: never those of another run. */
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Redis } from 'ioredis';
import { parseCheckpoint, type Checkpoint } from '../../electron/engine/checkpoint/checkpoint.ts';
import { DatabaseChoice } from '../../electron/engine/commands/database-choice.ts';
import { RunEnd, type RunEndOptions } from '../../electron/engine/target/run-end.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { checkpointWith, storedCheckpoint } from '../support/target/checkpoints.ts';

const CHECKPOINT = 'lockstep:{tasks}:checkpoint:t';
const KEPT = 'lockstep:{tasks}:kept:t';
const CLAIM: Partial<Checkpoint> = { state: 'copying', replid: '', offset: 0, kept: true };

let target: RedisProcess;
let redis: Redis;

beforeAll(async () => {
  target = await startRedis();
  redis = target.client();
});
afterAll(() => target?.stop());

/** One run has claimed the task, and noted names in two databases. */
beforeEach(async () => {
  await redis.flushall();
  for (const db of [3, 0]) {
    await redis.select(db);
    await redis.set('mine', 1);
    await redis.sadd(KEPT, 'mine');
  }
  await redis.hset(CHECKPOINT, storedCheckpoint({ ...CLAIM, owner: 'one' }));
  await redis.hset('lockstep:{tasks}', 't', 'all');
});

const end = (): RunEnd =>
  new RunEnd({
    spec: { task: 't' },
    servers: { at: { target: {} }, cluster: undefined, openTarget: async () => redis },
    databases: DatabaseChoice.parse('all'),
  } as unknown as RunEndOptions);

const keys = async (): Promise<string[][]> => {
  const found: string[][] = [];
  for (const db of [3, 0]) {
    await redis.select(db);
    found.push((await redis.keys('*')).toSorted());
  }
  return found;
};

it('leaves the target as it was', async () => {
  await end().run(checkpointWith({ ...CLAIM, owner: 'one' }));
  expect(await keys()).toEqual([['mine'], ['mine']]);
});

it('leaves another run what is its by now', async () => {
  await end().run(checkpointWith({ ...CLAIM, owner: 'another' }));
  expect(await keys()).toEqual([[KEPT, 'mine'], [CHECKPOINT, KEPT, 'lockstep:{tasks}', 'mine'].toSorted()]);
  expect(parseCheckpoint(await redis.hgetall(CHECKPOINT))!.owner).toBe('one');
});
