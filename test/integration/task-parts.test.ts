/** The parts of a task as they stand on a target: found, and removed without a trace once they have no slots. */
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { claimCheckpoint } from '../../electron/engine/checkpoint/claim.ts';
import {
  buildKey,
  checkpointKey,
  keptKeysKey,
  type Checkpoint,
} from '../../electron/engine/checkpoint/checkpoint.ts';
import { readParts } from '../../electron/engine/checkpoint/read-parts.ts';
import { removePart } from '../../electron/engine/checkpoint/remove-part.ts';
import { scriptTextsKey } from '../../electron/engine/checkpoint/script-texts.ts';
import { TASKS_KEY } from '../../electron/engine/checkpoint/task-index.ts';
import { partName } from '../../electron/engine/checkpoint/task-parts.ts';
import { SlotSet } from '../../electron/engine/router/slot-set.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { checkpointWith } from '../support/target/checkpoints.ts';

const NAME = partName({ task: 'orders', number: 2 });
const NONE = SlotSet.of([]);
const code = (text: string): unknown => expect.objectContaining({ code: text });

let server: RedisProcess;
let redis: Redis;

beforeAll(async () => {
  server = await startRedis();
  redis = server.client();
});
afterAll(() => server?.stop());
afterEach(async () => {
  await redis.select(0);
  await redis.flushall();
});

const claim = (name: string, slots?: SlotSet, owner = 'run-1'): Promise<Checkpoint> =>
  claimCheckpoint(redis, name, owner, () => checkpointWith({ epoch: 0, slots }), 'allow');

describe('the parts of a task', () => {
  it('are those of its name alone, in the order of their numbers, each with its checkpoint', async () => {
    const ten = await claim('orders 10', SlotSet.parse('0-99'));
    const two = await claim('orders 2', SlotSet.parse('100-199'));
    for (const name of ['orders', 'order 2', 'orders2', 'orders x', 'more orders 2']) await claim(name);
    expect(await readParts(redis, 'orders')).toEqual([
      { name: 'orders 2', number: 2, checkpoint: two },
      { name: 'orders 10', number: 10, checkpoint: ten },
    ]);
    expect(await readParts(redis, 'stock')).toEqual([]);
  });

  it('are found without the index, also in a database that is searched for nothing else', async () => {
    const one = await claim('orders 1', SlotSet.parse('0-99'));
    await redis.eval("for i = 1, 100001 do redis.call('SET', 'k' .. i, 'v') end", 0);
    await redis.del(TASKS_KEY);
    expect(await readParts(redis, 'orders')).toEqual([{ name: 'orders 1', number: 1, checkpoint: one }]);
  });

  it('are not those of which only an entry is left', async () => {
    await claim('orders 1', SlotSet.parse('0-99'));
    await redis.del(checkpointKey('orders 1'));
    expect(await readParts(redis, 'orders')).toEqual([]);
  });

  it('that cannot be read are no reason to go on without them', async () => {
    await claim('orders 1', SlotSet.parse('0-99'));
    await redis.hset(checkpointKey('orders 1'), 'format', '99');
    await expect(readParts(redis, 'orders')).rejects.toThrow(code('TASK_MISMATCH'));
  });
});

describe('a part without slots', () => {
  it('is removed with all that is called by its name, and nothing of others nor what all parts have', async () => {
    await claim('orders 20', SlotSet.parse('0-99'));
    await redis.hset(scriptTextsKey('orders 20'), 'sha', 'text');
    await redis.set('k', 'v');
    await redis.sadd(keptKeysKey(NAME), 'k');
    expect(keptKeysKey(NAME)).toBe(keptKeysKey('orders 20'));
    const dumps = async (): Promise<unknown> => {
      const keys = (await redis.keys('*')).toSorted();
      return Promise.all(keys.map(async (key) => [key, await redis.dumpBuffer(key)]));
    };
    const before = await dumps();
    const checkpoint = await claim(NAME, NONE);
    await redis.hset(scriptTextsKey(NAME), 'sha', 'text');
    for (const db of [3, 0]) {
      await redis.select(db);
      await redis.rpush(buildKey(NAME), 'a');
    }
    await removePart({ redis, nodes: undefined, name: NAME, checkpoint });
    expect(await dumps()).toEqual(before);
    await redis.select(3);
    expect(await redis.dbsize()).toBe(0);
    // Once more, as after an answer that was lost.
    await removePart({ redis, nodes: undefined, name: NAME, checkpoint });
  });

  it('is left to another run that has taken it over', async () => {
    const checkpoint = await claim(NAME, NONE);
    const theirs = await claim(NAME, NONE, 'run-2');
    await expect(removePart({ redis, nodes: undefined, name: NAME, checkpoint })).rejects.toThrow(
      code('TARGET_TAKEN_OVER'),
    );
    expect(await readParts(redis, 'orders')).toEqual([{ name: NAME, number: 2, checkpoint: theirs }]);
  });

  it('is left to one that takes it over in the middle', async () => {
    const checkpoint = await claim(NAME, NONE);
    const other = server.client();
    let theirs: Checkpoint | undefined;
    const between = new Proxy(redis, {
      get: (target, name: keyof Redis) => {
        if (name !== 'multi') return (target[name] as (...args: unknown[]) => unknown).bind(target);
        return () => {
          const removing = target.multi();
          const exec = removing.exec.bind(removing);
          removing.exec = async () => {
            theirs ??= await claimCheckpoint(other, NAME, 'run-2', (present) => present!, 'allow');
            return exec();
          };
          return removing;
        };
      },
    });
    await expect(removePart({ redis: between, nodes: undefined, name: NAME, checkpoint })).rejects.toThrow(
      code('TARGET_TAKEN_OVER'),
    );
    expect(await readParts(redis, 'orders')).toEqual([{ name: NAME, number: 2, checkpoint: theirs }]);
  });

  it('that has some is not removed', async () => {
    const checkpoint = await claim(NAME, SlotSet.parse('7'));
    await expect(removePart({ redis, nodes: undefined, name: NAME, checkpoint })).rejects.toThrow(/slots/);
    expect(await readParts(redis, 'orders')).toHaveLength(1);
  });
});
