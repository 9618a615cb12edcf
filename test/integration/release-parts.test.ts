/** A task whose source is a cluster is handed over as one task, with all of its parts, on a server and on a cluster. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Cluster, Redis } from 'ioredis';
import { claimCheckpoint } from '../../electron/engine/checkpoint/claim.ts';
import {
  parseCheckpoint,
  checkpointKey,
  type Checkpoint,
} from '../../electron/engine/checkpoint/checkpoint.ts';
import { TASKS_KEY } from '../../electron/engine/checkpoint/task-index.ts';
import { SlotSet } from '../../electron/engine/router/slot-set.ts';
import { writesSinceHandOver, type TargetServers } from '../../electron/engine/target/handed-over.ts';
import { timeWith, type Amounts } from '../../shared/model/lateness.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { runCli } from '../support/run-cli.ts';
import { checkpointWith } from '../support/target/checkpoints.ts';
import { OwnedCluster } from '../support/target/owned-cluster.ts';

const START = { offset: 100, replid: '0123456789abcdef0123456789abcdef01234567' };
const AMOUNTS: readonly Amounts[] = [
  { smallMs: 16_000, longMs: 160_000 },
  { smallMs: 32_000, longMs: 320_000 },
];
const KEYS = Array.from({ length: 60 }, (_, i) => `k${i}`);
/** The slots of two parts, and some that are in neither. */
const PARTS = ['0-5999', '6000-14999'].map((text) => SlotSet.parse(text)!);
const partOf = (key: string): number => PARTS.findIndex((slots) => slots.hasKey(Buffer.from(key)));

let server: RedisProcess;
let cluster: TestCluster;
const owned: OwnedCluster[] = [];

beforeAll(async () => {
  [server, cluster] = await Promise.all([startRedis(), startCluster()]);
}, 60_000);
afterAll(() => Promise.all([server?.stop(), cluster?.stop()]));
afterEach(async () => {
  await server.client().flushall();
  for (const one of owned.splice(0)) await one.clear();
});

const running = (part: number, some: Partial<Checkpoint> = {}): Partial<Checkpoint> => ({
  ...{ expiry: 'long', amounts: AMOUNTS[part]!, slots: PARTS[part]!, databases: '0', ...some },
});

/** Late as the part of its slot writes it; of slots of no part as one may have done before it lost them. */
async function writeKeys(on: Redis | Cluster): Promise<number> {
  const trueMs = Math.ceil((Date.now() + 500_000) / 16) * 16;
  for (const key of KEYS)
    await on.set(key, 'v', 'PXAT', timeWith('long', trueMs, AMOUNTS[Math.max(0, partOf(key))]!));
  return trueMs;
}

async function expectReleased(on: Redis | Cluster, trueMs: number): Promise<void> {
  for (const key of KEYS) {
    const part = partOf(key);
    const expected = part < 0 ? timeWith('long', trueMs, AMOUNTS[0]!) : trueMs;
    expect([key, await on.pexpiretime(key)]).toEqual([key, expected]);
  }
}

const late = KEYS.filter((key) => partOf(key) >= 0).length;
const released = async (url: string, ...more: string[]): Promise<unknown> => {
  const run = await runCli(['release', '--target', url, '--json', ...more]);
  expect(run.stderr).toBe('');
  expect(run.status).toBe(0);
  return JSON.parse(run.stdout.trim().split('\n').at(-1)!);
};

const read = async (on: Redis | Cluster, name: string): Promise<Checkpoint> =>
  parseCheckpoint(await on.hgetall(checkpointKey(name)))!;

const claim = (name: string, some: Partial<Checkpoint>): Promise<Checkpoint> =>
  claimCheckpoint(server.client(), name, 'run-1', () => checkpointWith({ epoch: 0, ...some }), 'allow');

describe('a task with parts', () => {
  it('is released as one on a server, each key by the part that has its slot', async () => {
    const to = server.client();
    const one = await claim('orders 1', running(0));
    await claim('orders 12', running(1));
    const trueMs = await writeKeys(to);
    expect(await released(server.url)).toEqual({
      type: 'released',
      task: 'orders',
      state: 'streaming',
      keys: late,
    });
    await expectReleased(to, trueMs);
    const after = [await read(to, 'orders 1'), await read(to, 'orders 12')];
    for (const part of after) expect(part).toMatchObject({ active: false, expiry: 'exact' });
    expect(after[0]!.owner).not.toBe(one.owner);
    // What either has written of its own is none of what others wrote.
    const servers: TargetServers = [to];
    for (const part of after) expect(await writesSinceHandOver(servers, part)).toBe('none');
    await to.set('new', 'v');
    for (const part of after) expect(await writesSinceHandOver(servers, part)).toBe('some');
    expect(await released(server.url, '--task', 'orders')).toMatchObject({ keys: 0 });
    for (const name of ['orders 1', 'orders 12'])
      expect(await writesSinceHandOver(servers, await read(to, name))).not.toBe('none');
  });

  it('is released on a cluster, of which each part has some nodes', async () => {
    for (const part of [0, 1]) {
      const one = new OwnedCluster(cluster, `orders ${part + 1}`);
      owned.push(one);
      await one.begin(START, 'run-1', running(part));
    }
    const trueMs = await writeKeys(cluster.client);
    expect(await released(cluster.url)).toEqual({
      type: 'released',
      task: 'orders',
      state: 'streaming',
      keys: late,
    });
    await expectReleased(cluster.client, trueMs);
    for (const name of ['orders 1', 'orders 2'])
      expect(await read(cluster.client, name)).toMatchObject({ active: false, expiry: 'exact' });
  });

  it('is told by its name where the choice is open, and a part is none to be chosen', async () => {
    await claim('orders 1', running(0));
    await claim('orders 2', running(1));
    await claim('stock', { active: false });
    const open = await runCli(['release', '--target', server.url]);
    expect(open.stderr).toContain('the target has orders, stock');
    expect(open.status).toBe(2);
    const none = await runCli(['release', '--target', server.url, '--task', 'order']);
    expect(none.stderr).toContain('has no task order');
    const part = await runCli(['release', '--target', server.url, '--task', 'orders 2']);
    expect(part.status).toBe(2);
    expect(await read(server.client(), 'orders 2')).toMatchObject({ active: true });
  });

  it('loses parts that have no slots any more, and is as far as the one that is least far', async () => {
    const to = server.client();
    await claim('orders 1', running(0));
    await claim('orders 2', running(1, { slots: SlotSet.of([]) }));
    await claim('orders 3', running(1, { state: 'copying' }));
    expect(await released(server.url)).toMatchObject({ task: 'orders', state: 'copying' });
    expect((await to.hkeys(TASKS_KEY)).toSorted()).toEqual(['orders 1', 'orders 3']);
    expect(await to.exists(checkpointKey('orders 2'))).toBe(0);
  });
});
