/** Keys that somebody has changed on the target by hand are brought to what the source has, while the task runs. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ChainableCommander, Cluster, Redis } from 'ioredis';
import { afterEach, describe, expect, it } from 'vitest';
import { repairKeys } from '../support/asked-keys.ts';
import { EngineChild } from '../support/engine-child.ts';
import { atNight, byDay } from '../support/nightly.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { taskSpec } from '../support/sync-run.ts';
import { startTaskRun, type StartedTask } from '../support/task-run.ts';

const running: { stop(): Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

const started = async <T extends { stop(): Promise<unknown> }>(server: Promise<T>): Promise<T> => {
  const found = await server;
  running.push(found);
  return found;
};

const GROUPS = 40;
/** Under names that lie in many slots; what belongs together lies in one. */
const name = (kind: string, n: number): string => `{${n}}:${kind}`;
const KINDS = ['list', 'count', 'hash', 'text'] as const;
const namesOf = (kinds: readonly string[]): string[] =>
  Array.from({ length: GROUPS }, (_, n) => kinds.map((kind) => name(kind, n))).flat();
const ALL = namesOf(KINDS);
const EVERY = namesOf([...KINDS, 'other']);

/** Commands that show each that came twice, or not at all: on keys that are asked for, and on as many others. */
async function write(source: Redis, round: number): Promise<void> {
  const batch = source.pipeline();
  for (let n = 0; n < GROUPS; n++) addGroup(batch, n, round);
  await batch.exec();
}

function addGroup(batch: ChainableCommander, n: number, round: number): void {
  batch.rpush(name('list', n), String(round));
  batch.incr(name('count', n));
  batch.hincrby(name('hash', n), `f${round % 5}`, 1);
  batch.append(name('text', n), `${round},`);
  for (let other = 0; other < 4; other++) batch.rpush(name('other', n), `${round} ${other}`);
}

/** Writes to a cluster, slot by slot, round after round until it is stopped. */
function startWriter(source: Cluster): { rounds(): number; stop(): Promise<void> } {
  let stopped = false;
  let round = 0;
  const written = (async () => {
    while (!stopped) {
      for (let n = 0; n < GROUPS; n++) {
        const batch = source.pipeline();
        addGroup(batch, n, round);
        await batch.exec();
      }
      round += 1;
    }
  })();
  return {
    rounds: () => round,
    stop: () => {
      stopped = true;
      return written;
    },
  };
}

type Values = Record<string, unknown>;

async function values(client: Redis | Cluster, names: readonly string[] = EVERY): Promise<Values> {
  const found: Values = {};
  for (const key of names) {
    const type = await client.type(key);
    const ttl = (await client.pttl(key)) > 0 ? 'expires' : '';
    const value =
      type === 'list'
        ? await client.lrange(key, 0, -1)
        : type === 'hash'
          ? await client.hgetall(key)
          : type === 'string'
            ? await client.get(key)
            : type;
    found[key] = [type, value, ttl];
  }
  return found;
}

interface Pair {
  readonly source: RedisProcess;
  readonly from: Redis;
  readonly to: Redis | Cluster;
  readonly url: string;
}

async function pair(kind: 'one server' | 'a cluster'): Promise<Pair> {
  const source = await started(startRedis());
  const target = await started<RedisProcess | TestCluster>(
    kind === 'one server' ? startRedis() : startCluster(),
  );
  const to = 'members' in target ? target.client : target.client();
  return { source, from: source.client(), to, url: target.url };
}

async function drained(task: StartedTask): Promise<void> {
  task.run.stop('drain');
  await task.outcome;
}

describe.each(['one server', 'a cluster'] as const)('on %s', (kind) => {
  it('tampered keys are copied again while the source writes to them', async () => {
    const { source, from, to, url } = await pair(kind);
    await write(from, 0);
    const task = startTaskRun(source.url, url, { until: 'stopped' });
    await task.reached('in-step');
    for (let n = 0; n < GROUPS; n++) {
      await to.rpush(name('list', n), 'by hand');
      await to.del(name('count', n));
      await to.append(name('text', n), 'by hand');
      // A few of them: a command on one of another type fails, and is mended by itself, but not again and again.
      if (n % 20 !== 1) continue;
      await to.del(name('hash', n));
      await to.sadd(name('hash', n), 'of another type');
      await to.pexpire(name('text', n), 5_000_000);
    }
    // What has not been applied yet when they are read is to be left out of what follows.
    task.run.setLimits({ maxCommandsPerSecond: 1000, maxBytesPerSecond: 0 });
    for (let round = 1; round <= 12; round++) await write(from, round);
    const outcomes = await repairKeys(task.run, 'copy', ALL);
    task.run.setLimits({ maxCommandsPerSecond: 0, maxBytesPerSecond: 0 });
    await write(from, 13);
    await drained(task);
    expect([...outcomes.values()].filter((outcome) => outcome !== 'copied')).toEqual([]);
    expect(await values(to)).toEqual(await values(from));
    const told = task.told.filter((text) => text.startsWith('As asked for'));
    expect(told).toEqual([`As asked for: ${ALL.length} keys copied again from the source`]);
    expect((await task.outcome).fullCopies).toBe(1);
  });

  it('only what only the target has is removed, and only keys of the task', async () => {
    const { source, from, to, url } = await pair(kind);
    await from.set('{a}on-both', 'source');
    await from.set('{a}gone', 'x');
    await to.set('{a}before', 'of the target');
    await to.set('{b}before', 'of the target');
    const task = startTaskRun(source.url, url, { until: 'stopped', existing: 'overwrite' });
    await task.reached('in-step');
    await to.set('{a}extra', 'by hand');
    await to.set('{b}extra', 'by hand');
    await to.set('{a}on-both', 'by hand');
    const names = ['{a}before', '{a}extra', '{b}extra', '{a}on-both', 'lockstep:{tasks}', '{a}nowhere'];
    const removed = await repairKeys(task.run, 'remove', names);
    expect(Object.fromEntries(removed)).toEqual({
      '{a}before': 'kept',
      '{a}extra': 'removed',
      '{b}extra': 'removed',
      '{a}on-both': 'on-source',
      'lockstep:{tasks}': 'not-of-task',
      '{a}nowhere': 'removed',
    });
    expect(await to.get('{a}before')).toBe('of the target');
    expect(await to.get('{a}on-both')).toBe('by hand');
    await to.del('{a}gone');
    await from.del('{a}gone');
    const copied = await repairKeys(task.run, 'copy', ['{a}on-both', '{b}before', '{a}gone']);
    expect(Object.fromEntries(copied)).toEqual({
      '{a}on-both': 'copied',
      '{b}before': 'kept',
      '{a}gone': 'not-on-source',
    });
    expect(await to.get('{a}on-both')).toBe('source');
    await drained(task);
    expect(await to.exists('{b}before')).toBe(1);
    expect(await to.exists('{a}extra')).toBe(0);
  });

  it.each(byDay(1, [900, 400, 0, 50, 1500]))(
    'killed after %d ms of it, it leaves nothing out',
    async (waitMs) => {
      const { source, from, to, url } = await pair(kind);
      await write(from, 0);
      const begin = async (maxCommandsPerSecond: number): Promise<EngineChild> => {
        const engine = new EngineChild();
        await engine.until(({ type }) => type === 'ready');
        engine.start(taskSpec(source.url, url, { until: 'stopped', maxCommandsPerSecond }));
        await engine.until((event) => event.type === 'metrics' && event.metrics.phase === 'in-step');
        return engine;
      };
      const first = await begin(0);
      first.send({ type: 'limits', limits: { maxCommandsPerSecond: 1000, maxBytesPerSecond: 0 } });
      for (let round = 1; round <= 12; round++) await write(from, round);
      const keys = ALL.map((key) => ({ db: 0, key: Buffer.from(key).toString('base64') }));
      first.send({ type: 'repair', id: 1, kind: 'copy', keys });
      await first.until((event) => event.type === 'event' && event.text.includes('somebody has asked for'));
      await sleep(waitMs);
      first.kill();
      await first.exited;
      expect(first.events.some(({ type }) => type === 'repaired')).toBe(false);
      const second = await begin(0);
      await write(from, 13);
      second.stop();
      await second.until(({ type }) => type === 'finished');
      expect(await values(to)).toEqual(await values(from));
    },
  );
});

describe.each(['one server', 'a cluster of another layout'] as const)('from a cluster to %s', (kind) => {
  it('tampered keys are copied again, and strays removed, while all of its shards are written to', async () => {
    const source = await started(startCluster());
    const target = await started<RedisProcess | TestCluster>(
      kind === 'one server' ? startRedis() : startCluster({ primaries: 2 }),
    );
    const to = 'members' in target ? target.client : target.client();
    const writer = startWriter(source.client);
    const task = startTaskRun(source.url, target.url, { until: 'stopped' });
    await task.reached('in-step');
    for (let n = 0; n < GROUPS; n++) {
      await to.rpush(name('list', n), 'by hand');
      await to.del(name('count', n));
      await to.append(name('text', n), 'by hand');
      await to.set(name('stray', n), 'by hand');
    }
    const before = writer.rounds();
    const strays = [...namesOf(['stray']), name('list', 0)];
    const [copied, removed] = await Promise.all([
      repairKeys(task.run, 'copy', ALL),
      repairKeys(task.run, 'remove', strays),
    ]);
    await eventually('it is written to', () => Promise.resolve(writer.rounds() > before + 1));
    await writer.stop();
    await drained(task);
    expect([...copied.values()].filter((outcome) => outcome !== 'copied')).toEqual([]);
    expect(Object.fromEntries(removed)).toEqual({
      ...Object.fromEntries(namesOf(['stray']).map((stray) => [stray, 'removed'])),
      [name('list', 0)]: 'on-source',
    });
    expect(await values(to)).toEqual(await values(source.client));
    expect(await Promise.all(namesOf(['stray']).map((stray) => to.exists(stray)))).toEqual(
      Array(GROUPS).fill(0),
    );
    expect((await task.outcome).fullCopies).toBe(1);
  });
});

it('keys of any bytes, in databases of other numbers', async () => {
  const { source, from, to, url } = await pair('one server');
  const odd = Buffer.from([0xff, 0x00, 0x0a, 0x80]);
  await from.select(3);
  await from.set(odd, 'here');
  const task = startTaskRun(source.url, url, {
    ...{ until: 'stopped', databases: [3], databaseMap: [{ from: 3, into: 1 }] },
  });
  await task.reached('in-step');
  await to.select(1);
  await to.set(odd, 'by hand');
  expect([...(await repairKeys(task.run, 'copy', [odd], 1)).values()]).toEqual(['copied']);
  expect(await to.get(odd)).toBe('here');
  expect([...(await repairKeys(task.run, 'copy', [odd], 3)).values()]).toEqual(['not-of-task']);
  await drained(task);
});

atNight('what is too large for one reading comes in several, and what never fits is named', async () => {
  const { source, from, to, url } = await pair('one server');
  const task = startTaskRun(source.url, url, { until: 'stopped' });
  await task.reached('in-step');
  for (const key of ['large:1', 'large:2', 'large:3']) await from.set(key, Buffer.alloc(30 * 1024 ** 2, 'x'));
  await from.set('larger', Buffer.alloc(70 * 1024 ** 2, 'x'));
  await eventually('they have come', async () => (await to.strlen('larger')) === 70 * 1024 ** 2);
  await to.mset('large:1', '', 'large:2', '', 'large:3', '', 'larger', '');
  const outcomes = await repairKeys(task.run, 'copy', ['large:1', 'larger', 'large:2', 'large:3']);
  expect(Object.fromEntries(outcomes)).toEqual({
    ...{ 'large:1': 'copied', 'large:2': 'copied', 'large:3': 'copied' },
    larger: 'too-large',
  });
  expect(await to.strlen('large:3')).toBe(30 * 1024 ** 2);
  await drained(task);
  expect((await task.outcome).fullCopies).toBe(1);
});
