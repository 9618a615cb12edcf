/** A source that is a cluster: what is run on one of its shards, a flush among it, and what a task finds after a stop. */
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { atNight, byDay } from '../support/nightly.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll } from '../support/sync-run.ts';
import { startTaskRun, type StartedTask } from '../support/task-run.ts';

let source: TestCluster;
let other: TestCluster;
let alone: RedisProcess;
let url: string;
let servers: readonly Redis[];
let task: StartedTask | undefined;

beforeAll(async () => {
  [source, other, alone] = await Promise.all([startCluster(), startCluster(), startRedis()]);
});
afterAll(() => Promise.all([source?.stop(), other?.stop(), alone?.stop()]));
afterEach(async () => {
  task?.run.stop('now');
  await task?.outcome.catch(() => undefined);
  task = undefined;
});

async function begin(): Promise<StartedTask> {
  task = startTaskRun(source.url, url, { until: 'stopped' });
  await task.reached('in-step');
  return task;
}

/** All keys but the tool's own, with what they hold. */
async function held(of: readonly Redis[]): Promise<Map<string, string>> {
  const found = await Promise.all(
    of.map(async (redis) => {
      const keys = (await redis.keys('*')).filter((key) => !key.startsWith('lockstep:'));
      return Promise.all(keys.map(async (key) => [key, String(await redis.get(key))] as const));
    }),
  );
  return new Map(found.flat().toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

const sources = (): readonly Redis[] => source.members.map(({ client }) => client);

const equal = (): Promise<void> =>
  poll('both hold the same', async () => {
    const [from, to] = await Promise.all([held(sources()), held(servers)]);
    return from.size === to.size && [...from].every(([key, value]) => to.get(key) === value);
  });

describe.each(byDay(1, ['a cluster', 'one server']))('to a target that is %s', (kind) => {
  beforeEach(async () => {
    url = kind === 'one server' ? alone.url : other.url;
    servers = kind === 'one server' ? [alone.client()] : other.members.map(({ client }) => client);
    for (const redis of [...sources(), ...servers]) await redis.flushall();
    await Promise.all(Array.from({ length: 3000 }, (_, i) => source.client.set(`k:${i}`, 'v')));
  });

  test('a flush of one shard leaves what the others have', async () => {
    await begin();
    await equal();
    const [first] = sources();
    const flushed = await first!.dbsize();
    await first!.flushall();
    for (let i = 0; i < 500; i++) await source.client.set(`k:${i}`, 'again');
    await equal();
    const left = (await held(servers)).size;
    expect(left).toBeLessThan(3000);
    expect(left).toBeGreaterThan(3000 - flushed);
  });

  atNight('keys that expired on the target while it was stopped are mended, slot by slot', async () => {
    for (let i = 0; i < 300; i++) await source.client.set(`e:${i}`, 'v', 'PX', 12_000);
    const { run, outcome } = await begin();
    await equal();
    run.stop('now');
    await outcome;
    for (let i = 0; i < 300; i++) await source.client.persist(`e:${i}`);
    await poll('they have expired', async () => (await held(servers)).size === 3000);
    for (let i = 0; i < 300; i++) await source.client.append(`e:${i}`, 'w');
    const { phases, told } = await begin();
    await equal();
    expect(phases).not.toContain('full-copy');
    expect(told.join('\n')).toMatch(/brought to the source's state/);
    expect((await held(servers)).get('e:7')).toBe('vw');
  });
});
