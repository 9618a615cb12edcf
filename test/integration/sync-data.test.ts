import { Command, type Redis } from 'ioredis';
import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { atNight } from '../support/nightly.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { killLeftovers, runCli, startCli, type CliObject, type RunningCli } from '../support/run-cli.ts';
import { expectEqual, expectFailure } from '../support/sync-outcome.ts';
import { toldCopies } from '../support/told-copies.ts';

/** What passes through sync, in the snapshot and in the stream. */
let source: RedisProcess;
let target: RedisProcess;
let a: Redis;
let b: Redis;
let markers = 0;

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
  a = source.client();
  b = target.client();
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

afterEach(killLeftovers);

beforeEach(async () => {
  for (const client of [a, b]) {
    await client.select(0);
    await client.flushall();
  }
});

const addresses = (): string[] => ['--source', source.url, '--target', target.url];
const start = (...more: string[]): RunningCli => startCli(['sync', ...addresses(), '--json', ...more]);

/** Waits until what the source holds now has reached the target. */
async function applied(run: RunningCli): Promise<void> {
  const marker = String((markers += 1));
  await a.select(0);
  await a.set('marker', marker);
  await run.until(async () => (await b.get('marker')) === marker, 'everything is applied');
}

/** Ends the run with Ctrl-C and makes sure that the next one goes on, with both sides equal. */
async function endAndResume(run: RunningCli): Promise<void> {
  expect((await run.end()).status).toBe(0);
  await expectEqual(source, target);
  await a.append('after', 'x');
  const next = await runCli(['sync', ...addresses(), '--until', 'caught-up']);
  expect(toldCopies(next.stderr)).toEqual([]);
  expect(next.status).toBe(0);
  await expectEqual(source, target);
}

it('commands that reach beyond one database are passed on, and the checkpoint survives them', async () => {
  for (const db of [0, 1, 2]) {
    await a.select(db);
    await a.mset('key', `database ${db}`, `only:${db}`, String(db));
  }
  const run = start();
  await run.inStep();
  const ownKeys = async (): Promise<number[]> => {
    const counts: number[] = [];
    for (const db of [0, 1, 2]) {
      await b.select(db);
      counts.push((await b.keys('lockstep:*')).length);
    }
    await b.select(0);
    return counts;
  };
  const steps: readonly (() => Promise<unknown>)[] = [
    () => a.call('SWAPDB', '0', '1'),
    () => a.call('SWAPDB', '1', '2'),
    async () => expect(await ownKeys()).toEqual([2, 0, 0]),
    () => a.move('only:1', 5),
    () => a.call('COPY', 'key', 'copied', 'DB', '4'),
    () => a.call('COPY', 'key', 'copied'),
    () => a.select(2).then(() => a.flushdb()),
    () => a.select(2).then(() => a.rpush('again', '1', '2')),
    () => a.flushall(),
    () => a.select(3).then(() => a.mset('new', '1', 'newer', '2')),
  ];
  for (const step of steps) {
    await a.select(0);
    await step();
    await applied(run);
    await expectEqual(source, target);
  }
  await endAndResume(run);
});

describe('a flush of the source, when the target had keys of its own', () => {
  it('stops the task, and is passed on with --on-flush apply', async () => {
    await a.mset('same', 'from the source', 'other', '1');
    await b.mset('same', 'of the target', 'own', 'of the target');
    const run = startCli(['sync', ...addresses(), '--existing', 'overwrite']);
    await run.printed(/In step/);
    await a.set('before', 'the flush');
    await a.flushall();
    await a.set('after', 'the flush');
    expectFailure(await run.exited, { code: 'FLUSH_NEEDS_CONSENT', exit: 6, fact: /FLUSHALL/ });
    expect(await b.mget('same', 'own', 'after')).toEqual(['from the source', 'of the target', null]);

    const agreed = await runCli(['sync', ...addresses(), '--on-flush', 'apply', '--until', 'caught-up']);
    expect(toldCopies(agreed.stderr)).toEqual([]);
    expect(agreed.status).toBe(0);
    expect(await b.get('own')).toBeNull();
    await expectEqual(source, target);
  });
});

describe('names and values', () => {
  const everyByte = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  const names = [
    Buffer.alloc(0),
    Buffer.from('\0'),
    Buffer.from('\r\n'),
    Buffer.from('*3\r\n$3\r\nSET\r\n'),
    Buffer.from('lockstep'),
    Buffer.from('häßlich 名前 🔑'),
    Buffer.from([0xff, 0xfe, 0x80]),
    everyByte,
    Buffer.alloc(70_000, 'k'),
    Buffer.alloc(300_000, 'K'),
  ];
  /** One command, of more arguments than a call of a function takes. */
  const push = (key: string, elements: readonly string[]): Promise<unknown> =>
    a.sendCommand(new Command('RPUSH', [key, ...elements])) as Promise<unknown>;

  /** Every name as a key, a value, a member, a field and a part of a stream. */
  async function write(prefix: string): Promise<void> {
    const work = a.pipeline();
    names.forEach((name, i) => {
      work.set(Buffer.concat([Buffer.from(prefix), name]), name);
      work.rpush(`${prefix}list`, name, everyByte);
      work.sadd(`${prefix}set`, name);
      work.hset(`${prefix}hash`, name, name);
      work.zadd(`${prefix}zset`, i, name);
      work.xadd(`${prefix}stream`, '*', name, name);
    });
    for (const [error] of (await work.exec())!) if (error) throw error;
  }

  it('of any bytes arrive as they are', async () => {
    await write('');
    const run = start();
    await run.inStep();
    await write('streamed:');
    await a.rename(Buffer.alloc(0), 'renamed');
    await a.append(Buffer.from('\r\n'), everyByte);
    await applied(run);
    expect(await b.getBuffer('\r\n')).toEqual(Buffer.concat([Buffer.from('\r\n'), everyByte]));
    expect(await b.dbsize()).toBe((await a.dbsize()) + 2);
    await endAndResume(run);
  });

  atNight('that are very large arrive whole, in the snapshot and in the stream', async () => {
    const elements = Array.from({ length: 200_000 }, (_, i) => `element ${i}`);
    const large = randomBytes(100_000_000);
    await a.set('large', large);
    await push('list', elements);
    const run = start();
    await run.inStep();
    await a.set('large', large.subarray(1));
    await push('streamed', elements);
    await a.append('large', 'end');
    await applied(run);
    expect(await b.llen('streamed')).toBe(200_000);
    const worst = Math.max(...run.objects.map((object) => (object.type === 'metrics' ? object.rssBytes : 0)));
    expect(worst).toBeLessThan(300e6);
    expect((await run.end()).status).toBe(0);
    await expectEqual(source, target);
  });

  it('under the prefix of the tool stay on the source', async () => {
    await a.mset('key', '1', 'lockstep:{tasks}:checkpoint:other', 'of a task on the source');
    const run = start();
    await run.inStep();
    await a.hset('lockstep:more', 'field', '1');
    await a.mset('another', '2', 'removed', '3');
    await a.del('lockstep:single', 'removed', 'lockstep:more');
    await a.set('lockstep:single', '1');
    await applied(run);
    expect((await run.end()).status).toBe(0);
    expect(await b.exists('lockstep:{tasks}:checkpoint:other', 'lockstep:more', 'lockstep:single')).toBe(0);
    expect(await b.mget('key', 'another', 'removed')).toEqual(['1', '2', null]);
  });
});

it('a target that comes back empty gets a new full copy', async () => {
  const pipeline = a.pipeline();
  for (let i = 0; i < 1000; i++) pipeline.rpush(`list:${i}`, 'a', 'b');
  await pipeline.exec();
  const run = start();
  await run.inStep();
  await a.rpush('list:1', 'c');
  await applied(run);
  await target.restart();
  await a.rpush('list:2', 'c');
  const isNews = (object: CliObject): boolean =>
    object.type === 'event' && /needed: .*target/.test(object.text);
  await run.reported(isNews);
  await run.until(() => {
    const since = run.objects.slice(run.objects.findIndex(isNews));
    return since.some((object) => object.type === 'metrics' && object.phase === 'in-step');
  }, 'both sides are in step again');
  await applied(run);
  await endAndResume(run);
});
