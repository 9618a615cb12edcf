import { setTimeout as sleep } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { afterEach, expect, it } from 'vitest';
import { readParts } from '../../electron/engine/checkpoint/read-parts.ts';
import { keySlot, SLOTS } from '../../electron/engine/router/key-slot.ts';
import { SlotSet } from '../../electron/engine/router/slot-set.ts';
import { startCluster, type ClusterOptions, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { atNight, byDay } from '../support/nightly.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { startTaskRun, type StartedTask } from '../support/task-run.ts';

/** How long it takes until the owners of slots are looked at, and then some. */
const LOOKED_MS = 1200;
/** A late time says so in its last bits, which a time that was made exact keeps no trace of. */
const MARK_MS = 16;
const DAY_MS = 86_400_000;

let source: TestCluster;
let target: RedisProcess;

afterEach(async () => {
  await Promise.all([source.stop(), target.stop()]);
});

async function follow(options?: ClusterOptions): Promise<{ task: StartedTask; redis: Redis }> {
  [source, target] = await Promise.all([
    startCluster(options),
    startRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] }),
  ]);
  for (const tag of ['a', 'b', 'c', 'd'])
    for (let i = 0; i < 20; i++) await source.client.rpush(`{${tag}}${i}`, 'one');
  const task = startTaskRun(source.url, target.url, { until: 'stopped' });
  await task.reached('in-step');
  return { task, redis: target.client() };
}

/** Moves the slot of a tag to another member. */
async function move(tag: string): Promise<void> {
  const slot = keySlot(Buffer.from(tag));
  const owner = await source.ownerOf(slot);
  await source.moveSlot(
    slot,
    source.members.find(({ id }) => id !== owner.id)!,
  );
}

const takenUp = (task: StartedTask): Promise<void> =>
  eventually('slots that have moved are taken up', () =>
    task.told.slice(task.told.findIndex((text) => text.includes('In step'))).some(isDivision),
  );

const isDivision = (text: string): boolean => /^Shard \d+ of the source has/.test(text);

const vouchedFor = async (redis: Redis): Promise<number> =>
  (await readParts(redis, 'test')).reduce((sum, { checkpoint }) => sum + (checkpoint.slots?.size ?? 0), 0);

it('slots that move while others are taken up are taken up next', async () => {
  const { task, redis } = await follow();
  await move('a');
  await takenUp(task);
  // Nobody can claim until the next slot has moved, and its owners were looked at.
  await redis.call('CLIENT', 'PAUSE', 60_000, 'WRITE');
  await move('b');
  await sleep(LOOKED_MS);
  await redis.call('CLIENT', 'UNPAUSE');
  await source.client.rpush('{b}1', 'two');
  await eventually('what was written there has come', async () => (await redis.llen('{b}1')) === 2, 10_000);
  expect(await vouchedFor(redis)).toBe(SLOTS);
  await eventually('in step', () => task.phases.at(-1) === 'in-step');
  task.run.stop('drain');
  expect((await task.outcome).fullCopies).toBe(1);
  expect(await redis.lrange('{b}1', 0, -1)).toEqual(['one', 'two']);
});

it('a run that is stopped while slots are taken up hands the target over', async () => {
  const { task, redis } = await follow();
  const expiresAtMs = Date.now() + DAY_MS;
  await source.client.set('{c}short', '1', 'PXAT', expiresAtMs);
  await eventually('the key is there', async () => (await redis.exists('{c}short')) === 1);
  await move('a');
  await takenUp(task);
  await redis.call('CLIENT', 'PAUSE', 60_000, 'WRITE');
  task.run.stop('drain');
  await sleep(500);
  await redis.call('CLIENT', 'UNPAUSE');
  expect(await task.outcome).toMatchObject({ reason: 'stopped', resumable: true });
  expect(task.run.handedOver).toBe(true);
  const parts = await readParts(redis, 'test');
  expect(parts.map(({ checkpoint }) => checkpoint.active)).toEqual([false, false, false]);
  expect(Math.abs(Number(await redis.call('PEXPIRETIME', '{c}short')) - expiresAtMs)).toBeLessThan(MARK_MS);
});

atNight('slots that move while the target is away are taken up when it is back', async () => {
  const { task } = await follow();
  await target.kill('SIGKILL');
  await move('a');
  await sleep(LOOKED_MS);
  await target.restart();
  await source.client.rpush('{a}1', 'two');
  const redis = target.client();
  await eventually('what was written there has come', async () => (await redis.llen('{a}1')) === 2);
  task.run.stop('drain');
  expect((await task.outcome).reason).toBe('stopped');
  expect(await redis.lrange('{a}1', 0, -1)).toEqual(['one', 'two']);
});

it.each(
  byDay(1, [
    ['follows the node that took them', 'yes'],
    ['stays a primary', 'no'],
  ] as const),
)(
  'a shard that another node takes whole is followed there, also where the old one %s',
  async (_, migration) => {
    const { task, redis } = await follow({
      ...{ primaries: 4, spare: 1 },
      args: ['--cluster-allow-replica-migration', migration],
    });
    const slot = keySlot(Buffer.from('a'));
    const owner = await source.ownerOf(slot);
    const all = SlotSet.parse((await source.shards()).get(owner.server.port)!)!;
    await source.moveSlots(all.list(), source.members[3]!);
    await source.client.rpush('{a}1', 'two');
    await eventually('what was written there has come', async () => (await redis.llen('{a}1')) === 2);
    await eventually('in step', () => task.phases.at(-1) === 'in-step');
    task.run.stop('drain');
    expect((await task.outcome).reason).toBe('stopped');
    expect(await vouchedFor(redis)).toBe(SLOTS);
    for (const tag of ['a', 'b', 'c', 'd'])
      for (let i = 0; i < 20; i++) expect(await redis.lindex(`{${tag}}${i}`, 0)).toBe('one');
  },
);
