import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Redis } from 'ioredis';
import {
  checkpointFields,
  checkpointKey,
  type Checkpoint,
} from '../../electron/engine/checkpoint/checkpoint.ts';
import {
  amendCheckpoint,
  claimCheckpoint,
  dropClaim,
  readCheckpoint,
  unchanged,
  updateCheckpoint,
} from '../../electron/engine/checkpoint/claim.ts';
import { readTasks, TASKS_KEY } from '../../electron/engine/checkpoint/task-index.ts';
import { readOwnCheckpoint } from '../../electron/engine/target/owner.ts';
import { SlotSet } from '../../electron/engine/router/slot-set.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun } from '../support/sync-run.ts';
import { checkpointWith } from '../support/target/checkpoints.ts';

let target: RedisProcess;
let other: RedisProcess;
let redis: Redis;

beforeAll(async () => {
  [target, other] = await Promise.all([
    startRedis({ args: ['--enable-debug-command', 'yes'] }),
    startRedis(),
  ]);
  redis = target.client();
});

afterAll(async () => {
  await Promise.all([target?.stop(), other?.stop()]);
});

beforeEach(async () => {
  await redis.select(0);
  await redis.flushall();
});

/** What a first run makes of it. */
const fresh =
  (some: Partial<Checkpoint> = {}) =>
  (): Checkpoint =>
    checkpointWith({ epoch: 0, ...some });

const claim = (task: string, some: Partial<Checkpoint> = {}, client = redis): Promise<Checkpoint> =>
  claimCheckpoint(client, task, `run of ${task}`, fresh(some));

const store = (task: string, checkpoint: Checkpoint): Promise<unknown> =>
  redis.hmset(checkpointKey(task), ...checkpointFields(checkpoint));

const code = (wanted: string): unknown => expect.objectContaining({ code: wanted });

describe('two tasks on one target', () => {
  it('are told apart however many keys stand there, at the first claim and at a later one', async () => {
    await redis.call('DEBUG', 'POPULATE', '120000');
    const first = await claim('first');
    await expect(claim('second')).rejects.toThrow(
      expect.objectContaining({ code: 'TARGET_IN_USE', message: 'the task first from h:1' }),
    );
    expect(await readTasks(redis)).toEqual(['first']);
    // The index was evicted: what it named is found all the same.
    await redis.del(TASKS_KEY);
    await expect(claim('second')).rejects.toThrow(code('TARGET_IN_USE'));

    await updateCheckpoint(redis, 'first', { ...first, active: false });
    await claim('second');
    // It was handed over, and would go on beside the one that writes now.
    const resumed = (now: Checkpoint | undefined): Checkpoint => ({
      ...unchanged(now, first, 'again'),
      active: true,
    });
    await expect(claimCheckpoint(redis, 'first', 'again', resumed)).rejects.toThrow(code('TARGET_IN_USE'));
    expect(await readCheckpoint(redis, 'first')).toMatchObject({ active: false, owner: first.owner });
    // But it can be released beside it.
    await claimCheckpoint(redis, 'first', 'release', resumed, 'allow');
    expect(await readTasks(redis)).toEqual(['first', 'second']);
  });

  it('may write to databases of their own', async () => {
    await claim('first', { databases: '0,1' });
    await claim('second', { databases: '2' });
    await expect(claim('third', { databases: '1,2' })).rejects.toThrow(
      'the task first from h:1, the task second',
    );
    await expect(claim('fourth')).rejects.toThrow(code('TARGET_IN_USE'));
  });

  it('that claim at the same moment: exactly one gets it', async () => {
    for (let round = 0; round < 20; round++) {
      await redis.flushall();
      const tasks = ['a', 'b', 'c', 'd'];
      const results = await Promise.allSettled(tasks.map((task) => claim(task, {}, target.client())));
      const won = tasks.filter((_, i) => results[i]!.status === 'fulfilled');
      expect(won).toHaveLength(1);
      expect(await readTasks(redis)).toEqual(won);
      for (const result of results)
        if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'TARGET_IN_USE' });
    }
  });

  it('one of which took its claim back leave the target to the other', async () => {
    const claimed = await claim('first');
    await dropClaim(redis, 'first', { ...claimed, owner: 'another' });
    expect(await readTasks(redis)).toEqual(['first']);
    await dropClaim(redis, 'first', claimed);
    expect(await redis.keys('*')).toEqual([]);
    await claim('second');
  });
});

describe('the parts of a task', () => {
  it('claim the same databases beside one another, and are one task to others', async () => {
    await claim('orders 1', { slots: SlotSet.of([{ first: 0, last: 8191 }]) });
    await claim('orders 2', { slots: SlotSet.of([{ first: 8192, last: 16_383 }]) });
    await expect(claim('other')).rejects.toThrow(
      expect.objectContaining({ code: 'TARGET_IN_USE', message: 'the task orders from h:1' }),
    );
    await redis.del(TASKS_KEY, checkpointKey('orders 1'));
    await expect(claim('other')).rejects.toThrow('the task orders from h:1');
    await claim('orders 3');
  });

  it('are refused where the task stands without parts, whether it still writes or not, and the other way round', async () => {
    const form = (text: string): unknown =>
      expect.objectContaining({ code: 'TASK_MISMATCH', message: expect.stringContaining(text) });
    const whole = await claim('orders');
    await expect(claim('orders 1')).rejects.toThrow(form('orders copied from one server before'));
    await updateCheckpoint(redis, 'orders', { ...whole, active: false });
    await expect(claim('orders 1', { active: false })).rejects.toThrow(form('its source is a cluster now'));
    await dropClaim(redis, 'orders', whole);
    await claim('orders 2');
    await expect(claim('orders')).rejects.toThrow(form('orders copied from a cluster before'));
    // Whoever only ends what it does is let.
    await claimCheckpoint(redis, 'orders', 'release', fresh(), 'allow');
  });

  it('of both forms that claim at the same moment: one form gets it', async () => {
    for (let round = 0; round < 10; round++) {
      await redis.flushall();
      const names = ['orders', 'orders 1', 'orders 2'];
      const results = await Promise.allSettled(names.map((name) => claim(name, {}, target.client())));
      const [whole, ...parts] = results.map(({ status }) => status === 'fulfilled');
      expect(parts).toEqual([!whole, !whole]);
    }
  });
});

describe('an owner', () => {
  it('is deposed even while it commits with every round trip', async () => {
    const busy = target.client();
    const key = checkpointKey('busy');
    await claim('busy');
    let commits = 0;
    let deposed = false;
    const committing = (async (): Promise<void> => {
      await busy.watch(key);
      while (!deposed) {
        const [epoch] = await busy.hmget(key, 'epoch');
        if (epoch !== '1') break;
        const done = await busy
          .multi()
          .hset(key, 'offset', 1000 + commits)
          .exec();
        if (!done) break;
        commits += 1;
        await busy.watch(key);
      }
    })();
    await poll('it commits', () => commits > 10);
    const present = (await readCheckpoint(redis, 'busy'))!;
    const mine = await claimCheckpoint(redis, 'busy', 'mine', (now) => unchanged(now, present, 'mine'));
    deposed = true;
    await committing;
    expect(mine.epoch).toBeGreaterThan(1);
    expect(mine.offset).toBeGreaterThan(1000);
    expect(await readCheckpoint(redis, 'busy')).toEqual(mine);
  });

  it('is taken over although it has raised its epoch since, but not from another that came between', async () => {
    const present = await claim('task');
    const take = (owner: string): Promise<Checkpoint> =>
      claimCheckpoint(redis, 'task', owner, (now) => unchanged(now, present, owner));
    await store('task', { ...present, epoch: 5, offset: 300 });
    expect(await take('next')).toMatchObject({ owner: 'next', epoch: 6, offset: 300 });
    await expect(take('too late')).rejects.toThrow(code('TARGET_TAKEN_OVER'));
  });

  it('is one run: an epoch that comes a second time, after an older save, makes none', async () => {
    const ours = await claim('task');
    await store('task', { ...ours, owner: 'another run' });
    for (const write of [
      updateCheckpoint(redis, 'task', { ...ours, offset: 1 }),
      amendCheckpoint(redis, 'task', ours, (present) => ({ ...present, offset: 1 })),
    ])
      await expect(write).rejects.toThrow(code('TARGET_TAKEN_OVER'));
    await dropClaim(redis, 'task', ours);
    expect(await readCheckpoint(redis, 'task')).toMatchObject({ owner: 'another run', offset: 100 });
    // The next claim is above both.
    await store('task', { ...ours, epoch: 1 });
    const again = await claimCheckpoint(redis, 'task', ours.owner, () => ({ ...ours, epoch: 5 }));
    expect(again.epoch).toBe(6);
  });

  it('does not claim one part of a task beside another one that a run has begun at the same moment', async () => {
    const known = new Set(['an-earlier-run', 'this-run']);
    const part = (number: number, owner: string): Promise<Checkpoint> =>
      claimCheckpoint(redis, `task ${number}`, owner, fresh(), 'refuse', known);
    await part(1, 'an-earlier-run');
    await part(2, 'this-run');
    // Parts of a task that is called almost the same are none of it.
    await claimCheckpoint(redis, 'task task 3', 'another-run', fresh({ active: false }));
    await part(1, 'this-run');
    // Deposed by a run that was cut off before it could claim.
    await redis.hset(checkpointKey('task 1'), 'owner', 'an-earlier-run');
    await redis.hset(TASKS_KEY, 'task 1', 'one-before-it');
    await part(2, 'this-run');
    await claimCheckpoint(redis, 'task 4', 'another-run', fresh());
    await expect(part(3, 'this-run')).rejects.toMatchObject({
      code: 'TARGET_TAKEN_OVER',
      message: 'another run of this task has begun task 4',
    });
    expect(await readTasks(redis)).not.toContain('task 3');
    await expect(part(2, 'this-run')).rejects.toThrow(code('TARGET_TAKEN_OVER'));
    // An entry that outlived its checkpoint, as in a slot that moved while its new node was lost, is nobody's.
    await redis.del(checkpointKey('task 4'));
    await part(2, 'this-run');
  });

  it('is told that the checkpoint was removed, and writes none in its place', async () => {
    const ours = await claim('task');
    await redis.del(checkpointKey('task'));
    for (const write of [
      updateCheckpoint(redis, 'task', ours),
      amendCheckpoint(redis, 'task', ours, (present) => present),
      claimCheckpoint(redis, 'task', 'next', (now) => unchanged(now, ours, 'next')),
    ])
      await expect(write).rejects.toThrow(code('CHECKPOINT_MISSING'));
    expect(await redis.exists(checkpointKey('task'))).toBe(0);
    // Nothing is left watched that would make the next transaction fail.
    await redis.set(checkpointKey('x'), '1');
    expect(await redis.multi().ping().exec()).toEqual([[null, 'PONG']]);
  });

  it('of a part that is gone is passed over where another run has the other parts, and else its checkpoint was removed', async () => {
    const known = new Set(['this-run']);
    const part = (number: number, owner: string, slot: number): Promise<Checkpoint> =>
      claimCheckpoint(
        redis,
        `task ${number}`,
        owner,
        fresh({ databases: 'all', slots: SlotSet.of([{ first: slot, last: slot }]) }),
      );
    const claimant = { owner: 'this-run', known };
    // Of slot 15495.
    await redis.set('a', '1');
    const ours = await part(2, 'this-run', 15495);
    await redis.del(checkpointKey('task 2'));
    const look = (): Promise<unknown> => readOwnCheckpoint(redis, 'task 2', ours, { claimant });
    await part(1, 'this-run', 1);
    await expect(look()).rejects.toThrow(code('CHECKPOINT_MISSING'));
    await part(1, 'another-run', 1);
    await expect(look()).rejects.toThrow(code('TARGET_TAKEN_OVER'));
    // As a run without parts, which has nobody beside it, cannot be.
    await expect(readOwnCheckpoint(redis, 'task 2', ours)).rejects.toThrow(code('CHECKPOINT_MISSING'));
  });

  it('vouches for what it has looked at, and for nothing else', async () => {
    const ours = await claim('task', { offset: 100, db: 3 });
    const behind = { ...ours, verified: 50, verifiedDb: 0 };
    await store('task', behind);
    expect(await amendCheckpoint(redis, 'task', ours, (now) => now)).toMatchObject({
      verified: 100,
      verifiedDb: 3,
    });
    await store('task', { ...behind, offset: 101 });
    expect(await amendCheckpoint(redis, 'task', ours, (now) => now)).toMatchObject({ verified: 50 });
  });
});

describe('a checkpoint that was removed while its task runs', () => {
  it('ends it where keys stand, and leads to a new copy where nothing does', async () => {
    const source = other.client();
    await source.mset({ a: '1', b: '2' });
    const spec = { task: 'task', until: 'stopped' } as const;
    const run = startRun(other.url, target.url, spec);
    await run.reached('in-step');
    await redis.flushall();
    await poll('the new copy', async () => (await redis.mget('a', 'b')).join() === '1,2');
    await poll('the stream', async () => (await redis.hget(checkpointKey('task'), 'state')) === 'streaming');
    await redis.del(checkpointKey('task'));
    await source.set('c', '3');
    await expect(run.outcome).rejects.toMatchObject({ code: 'CHECKPOINT_MISSING' });
    expect(await redis.get('c')).toBeNull();
    await expect(startRun(other.url, target.url, spec).outcome).rejects.toMatchObject({
      code: 'TARGET_NOT_EMPTY',
    });
  });
});
