/** Late expiry on real servers: what a walk changes, and what it leaves alone. */
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  checkpointFields,
  checkpointKey,
  type Checkpoint,
} from '../../electron/engine/checkpoint/checkpoint.ts';
import { guardingServer, oneServer } from '../../electron/engine/checkpoint/guarded-node.ts';
import { DatabaseChoice } from '../../electron/engine/commands/database-choice.ts';
import { walkExpiry, type ExpiryWalkOptions } from '../../electron/engine/expiry/expiry-walk.ts';
import { holdExpiry } from '../../electron/engine/expiry/hold-expiry.ts';
import { SlotSet } from '../../electron/engine/router/slot-set.ts';
import { handOver } from '../../electron/engine/target/hand-over.ts';
import { boundOf, exactTime, timeWith, type Bound } from '../../shared/model/lateness.ts';
import { AMOUNTS, lateOn } from '../support/lateness.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { expectEqual } from '../support/sync-outcome.ts';
import { startRun } from '../support/sync-run.ts';
import { checkpointWith } from '../support/target/checkpoints.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';

const TASK = 'test';
const DATABASES = new DatabaseChoice(undefined);
let source: RedisProcess;
let target: RedisProcess;
let a: Redis;
let b: Redis;

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
  a = source.client();
  b = target.client();
});

afterAll(() => Promise.all([source?.stop(), target?.stop()]));

beforeEach(() => Promise.all([a.flushall(), b.flushall()]));

const held = checkpointWith({ expiry: 'long', amounts: AMOUNTS, sourceAtMs: Date.now() });

async function walk(bound: Bound, more: Partial<ExpiryWalkOptions> = {}): Promise<number> {
  const redis = target.client();
  await b.hset(checkpointKey(TASK), ...checkpointFields(held));
  const options = {
    clock: systemWorld.clock,
    nodes: oneServer(redis, TASK),
    task: TASK,
    checkpoint: held,
    databases: DATABASES,
    scripts: true,
    bound,
  };
  return (await walkExpiry({ ...options, ...more })).keys;
}

describe.each([
  ['by script', true],
  ['by commands', false],
])('a walk %s', (_way, scripts) => {
  it('changes every time within the bound, in every database, and comes back to the millisecond', async () => {
    const times = Array.from({ length: 2500 }, (_, i) => exactTime(Date.now() + 100_000 + i));
    const pipeline = b.pipeline();
    times.forEach((at, i) => pipeline.call('SET', `k${i}`, 'v', 'PXAT', String(at)));
    pipeline.select(3).call('SET', 'other', 'v', 'PXAT', String(times[0]));
    pipeline.set('lasting', 'v').select(0);
    await pipeline.exec();
    const seen = async (): Promise<number[]> => Promise.all(times.map((_, i) => b.pexpiretime(`k${i}`)));
    expect(await walk('long', { scripts })).toBeGreaterThanOrEqual(2501);
    const late = await seen();
    late.forEach((at, i) => expect(at).toBe(timeWith('long', times[i]!, AMOUNTS)));
    // Again, in part, by anyone: what is done already is known by itself.
    expect(await walk('long', { scripts })).toBe(0);
    expect(await walk('small', { scripts })).toBe(2501);
    expect(await walk('exact', { scripts })).toBe(2501);
    (await seen()).forEach((at, i) => {
      expect(at - times[i]!).toBeGreaterThanOrEqual(0);
      expect(at - times[i]!).toBeLessThan(16);
    });
  });

  it('leaves what is further away than the long bound, until that comes near', async () => {
    const far = Date.now() + 2 * AMOUNTS.longMs;
    await b.call('SET', 'far', 'v', 'PXAT', String(far - (far % 16)));
    await b.call('SET', 'near', 'v', 'PXAT', String(Date.now() + AMOUNTS.longMs / 2));
    await walk('long', { scripts });
    // Without scripts nobody looks again, so all are late from the beginning.
    expect([await lateOn(b, 'near'), await lateOn(b, 'far')]).toEqual(['long', scripts ? 'exact' : 'long']);
  });

  it('leaves names alone that are the target’s own, whatever their times look like', async () => {
    const own = timeWith('long', Date.now() + 50_000, AMOUNTS);
    await b.call('SET', 'own', 'v', 'PXAT', String(own));
    await b.sadd(`lockstep:{tasks}:kept:${TASK}`, 'own');
    await walk('exact', { scripts, checkpoint: { ...held, kept: true } });
    expect(await b.pexpiretime('own')).toBe(own);
  });

  it('changes the times of a part’s slots alone, and knows of no others', async () => {
    const slots = SlotSet.of([{ first: 0, last: 5460 }]);
    const atMs = exactTime(Date.now() + 100_000);
    const keys = Array.from({ length: 2500 }, (_, i) => `k${i}`);
    const pipeline = b.pipeline();
    for (const key of keys) pipeline.call('SET', key, 'v', 'PXAT', String(atMs));
    // Sooner than all of them, and in slot 12182.
    pipeline.call('SET', 'foo', 'v', 'PXAT', String(atMs - 16_000)).select(3);
    pipeline.call('SET', 'k1', 'v', 'PXAT', String(atMs)).select(0);
    await pipeline.exec();
    const own = keys.filter((key) => slots.hasKey(Buffer.from(key)));
    expect(own.length).toBeGreaterThan(500);
    const inThree = slots.hasKey(Buffer.from('k1')) ? 1 : 0;
    const redis = target.client();
    await b.hset(checkpointKey(TASK), ...checkpointFields(held));
    const walked = await walkExpiry({
      ...{ clock: systemWorld.clock, nodes: oneServer(redis, TASK), task: TASK, databases: DATABASES },
      ...{ checkpoint: { ...held, slots }, scripts, bound: 'long' },
    });
    expect(walked).toMatchObject({ keys: own.length + inThree, earliestExpiryMs: atMs, whole: true });
    const late = await Promise.all(keys.map((key) => lateOn(b, key)));
    expect(keys.filter((_, i) => late[i] === 'long')).toEqual(own);
    expect(await lateOn(b, 'foo')).toBe('exact');
  });

  it('changes nothing under the checkpoint of another owner', async () => {
    await b.call('SET', 'k', 'v', 'EX', '100');
    const before = await b.pexpiretime('k');
    const slots = SlotSet.of([{ first: 0, last: 16_383 }]);
    for (const some of [{}, { slots }]) {
      const passed = walk('long', { scripts, checkpoint: { ...held, ...some, epoch: held.epoch - 1 } });
      await expect(passed).rejects.toMatchObject({ code: 'TARGET_TAKEN_OVER' });
    }
    expect(await b.pexpiretime('k')).toBe(before);
  });
});

describe('a target that nobody has looked at for a share of the long bound', () => {
  async function holdAfter(share: number, looked = false): Promise<Checkpoint> {
    const checkpoint = { ...held, sourceAtMs: Date.now() - share * AMOUNTS.longMs };
    await b.hset(checkpointKey(TASK), ...checkpointFields(checkpoint));
    // Further away than the long bound when it was written.
    await b.call('SET', 'near', 'v', 'PXAT', String(exactTime(Date.now() + 100_000)));
    const redis = target.client();
    const options = {
      clock: systemWorld.clock,
      redis,
      nodes: oneServer(redis, TASK),
      task: TASK,
      checkpoint,
      databases: DATABASES,
      scripts: true,
    };
    return holdExpiry({
      ...options,
      smallMs: AMOUNTS.smallMs,
      retryForMs: 1000,
      certain: true,
      imported: undefined,
      looked,
    });
  }

  it('has its times looked at before the stream is applied, where some may have come near', async () => {
    expect((await holdAfter(0.6)).earliestExpiryMs).toBe(0);
    expect(await lateOn(b, 'near')).toBe('long');
  });

  it('may have lost what came near and went by', async () => {
    expect((await holdAfter(0.8)).earliestExpiryMs).toBe(1);
    expect(await lateOn(b, 'near')).toBe('long');
  });

  it('has lost nothing within that bound where this run has looked at them before', async () => {
    expect((await holdAfter(0.8, true)).earliestExpiryMs).toBe(0);
    expect(await lateOn(b, 'near')).toBe('long');
  });

  it('goes on as it is after a short break', async () => {
    expect((await holdAfter(0.1)).earliestExpiryMs).toBe(0);
    expect(await lateOn(b, 'near')).toBe('exact');
  });
});

describe('times that become late, where that was cut short,', () => {
  async function holdOn(earliestExpiryMs: number): Promise<Checkpoint> {
    const cut = { expiry: 'holding', sourceAtMs: Date.now() - 5000, earliestExpiryMs } as const;
    const checkpoint = { ...held, ...cut };
    await b.hset(checkpointKey(TASK), ...checkpointFields(checkpoint));
    await b.call('SET', 'k', 'v', 'PXAT', String(exactTime(Date.now() + 10_000)));
    const redis = target.client();
    return holdExpiry({
      ...{ clock: systemWorld.clock, redis, nodes: oneServer(redis, TASK), task: TASK, checkpoint },
      ...{ databases: DATABASES, scripts: true, smallMs: AMOUNTS.smallMs, retryForMs: 1000 },
      ...{ certain: true, imported: undefined, looked: false },
    });
  }

  it.each([
    ['no key had a time', (): number => 0, 0],
    ['the first is still to come due', (): number => Date.now() + 10_000, 0],
    ['one has come due since', (): number => Date.now() - 1000, 1],
    ['nobody knows which have', (): number => 1, 1],
  ] as const)('are lost as the hand-over has noted: %s', async (_, earliest, lost) => {
    expect(await holdOn(earliest())).toMatchObject({ expiry: 'long', earliestExpiryMs: lost });
    expect(await lateOn(b, 'k')).toBe('long');
  });
});

it('a target without room is handed over as well', async () => {
  await b.call('SET', 'k', 'v', 'PXAT', String(timeWith('long', Date.now() + 100_000, AMOUNTS)));
  await b.hset(checkpointKey(TASK), ...checkpointFields(held));
  await b.config('SET', 'maxmemory', '1');
  try {
    const redis = target.client();
    expect(
      await handOver({
        clock: systemWorld.clock,
        redis,
        others: [],
        guarding: guardingServer(redis, TASK),
        task: TASK,
        checkpoint: held,
        databases: DATABASES,
        scripts: true,
      }),
    ).toBe(1);
  } finally {
    await b.config('SET', 'maxmemory', '0');
  }
  expect(boundOf(await b.pexpiretime('k'))).toBe('exact');
  expect(await b.hmget(checkpointKey(TASK), 'expiry', 'active')).toEqual(['exact', '0']);
});

it('a hand-over heeds what a batch has noted whose answer never came', async () => {
  const late = { ...held, offset: 200, earliestExpiryMs: 1 };
  await b.hset(checkpointKey(TASK), ...checkpointFields(late));
  const redis = target.client();
  const options = {
    clock: systemWorld.clock,
    redis,
    others: [],
    guarding: guardingServer(redis, TASK),
    task: TASK,
    checkpoint: held,
    databases: DATABASES,
  };
  await handOver({ ...options, scripts: true });
  expect(await b.hmget(checkpointKey(TASK), 'expiry', 'earliestExpiry')).toEqual(['exact', '1']);
});

it('milliseconds that were given as seconds, and 100,000 years, are the same after two runs', async () => {
  const wrong = (Date.now() + 60_000) * 1000;
  const years = Date.now() + 100_000 * 31_557_600_000;
  await a.set('copied', 'v');
  await a.pexpireat('copied', wrong);
  for (let round = 0; round < 2; round++) {
    await startRun(source.url, target.url, {}).outcome;
    await a.set('streamed', 'v');
    await a.pexpireat('streamed', years);
  }
  await startRun(source.url, target.url, {}).outcome;
  expect(Math.abs((await b.pexpiretime('copied')) - wrong)).toBeLessThanOrEqual(1);
  expect(Math.abs((await b.pexpiretime('streamed')) - years)).toBeLessThanOrEqual(1);
  await expectEqual(source, target);
});
