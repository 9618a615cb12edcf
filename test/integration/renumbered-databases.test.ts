/** Databases of a source that go into those of other numbers. */
import type { Redis } from 'ioredis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareServers } from '../../electron/engine/verify/compare-servers.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { localEndpoint } from '../../electron/headless/demo-data/local-endpoint.ts';
import { startWriter, type Writer } from '../../electron/headless/demo-data/writer/start-writer.ts';
import type { CompareProgress, CompareReport } from '../../shared/model/comparison.ts';
import type { DatabasePair } from '../../shared/model/database-map.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';

const LONG_MS = 600_000;

let source: RedisProcess;
let target: RedisProcess;
let a: Redis;
let b: Redis;
let spoolDir: string;
let run: SyncRun | undefined;
let writer: Writer | undefined;

beforeEach(async () => {
  spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-renumbered-'));
  [source, target] = await Promise.all([startRedis({ args: ['--repl-backlog-size', '64mb'] }), startRedis()]);
  a = source.client();
  b = target.client();
});

afterEach(async () => {
  await writer?.stop().catch(() => undefined);
  writer = undefined;
  run?.session.stop('now');
  await run?.outcome.catch(() => undefined);
  run = undefined;
  await Promise.all([source?.stop(), target?.stop()]);
  rmSync(spoolDir, { recursive: true, force: true });
});

/** `3:0` for database 3 that goes into 0. */
const chosen = (...pairs: readonly `${number}:${number}`[]) => {
  const databaseMap = pairs.map((pair): DatabasePair => {
    const [from, into] = pair.split(':').map(Number) as [number, number];
    return { from, into };
  });
  return { databases: databaseMap.map(({ from }) => from), databaseMap };
};

const start = (spec: Partial<TaskSpec>): SyncRun =>
  (run = startRun(source.url, target.url, { spoolDir, until: 'stopped', ...spec }));

const compared = (
  choice: ReturnType<typeof chosen>,
  onProgress: (progress: CompareProgress) => void = () => undefined,
): Promise<CompareReport> =>
  compareServers({
    onProgress,
    world: systemWorld,
    source: parseEndpoint(source.url),
    target: parseEndpoint(target.url),
    ...choice,
  });

async function drained(): Promise<void> {
  run!.session.stop('drain');
  expect(await run!.outcome).toMatchObject({ reason: 'stopped' });
}

const within = async (client: Redis, db: number, work: () => Promise<unknown>): Promise<void> => {
  await client.select(db);
  await work();
  await client.select(0);
};

it('are copied and followed under writes of every kind, and equal', async () => {
  const choice = chosen('0:5', '3:0', '7:7');
  await within(b, 3, () => b.set('own', 'of the target'));
  await within(a, 1, () => a.set('elsewhere', '1'));
  writer = startWriter(localEndpoint(source.port), { ratePerSecond: 2000, databases: [0, 3, 7], seed: 11 });
  start(choice);
  await run!.reached('in-step');
  await poll('changes have come', () => run!.session.sampler.metrics('in-step').applied.commands > 1000);
  await a.swapdb(0, 3);
  await poll('what was swapped has come', async () => {
    const { commands } = run!.session.sampler.metrics('in-step').applied;
    await within(a, 1, () => a.set('elsewhere', commands));
    return commands > 3000;
  });
  await writer.stop();
  writer = undefined;
  await drained();
  const told = new Map<number, number | undefined>();
  const report = await compared(choice, ({ db, sourceDb }) => told.set(db, sourceDb));
  expect(told).toEqual(
    new Map([
      [0, 3],
      [5, 0],
      [7, undefined],
    ]),
  );
  expect(report.differences).toEqual([]);
  expect(report.databases.map(({ db, sourceDb }) => [db, sourceDb])).toEqual([
    [0, 3],
    [5, 0],
    [7, undefined],
  ]);
  expect(report.databases.every(({ compared: keys }) => keys > 0)).toBe(true);
  await within(b, 3, async () => expect(await b.keys('*')).toEqual(['own']));
  await within(b, 1, async () => expect(await b.dbsize()).toBe(0));
});

it('have their own numbers in commands between databases, and with those that are left out', async () => {
  await within(a, 3, () => a.mset('copied', '1', 'moved', '2', 'left', '3', 'kept', '4'));
  await a.set('came', '5');
  start(chosen('3:0', '4:3'));
  await run!.reached('in-step');
  await within(a, 3, async () => {
    await a.copy('copied', 'copy', 'DB', 4);
    await a.copy('copied', 'beside', 'DB', 3);
    await a.move('moved', 4);
    // 0 is left out, though the target's is written to.
    await a.move('left', 0);
    await a.copy('copied', 'copied', 'DB', 0);
    await a.set('last', '1');
  });
  await poll('the last write', async () => (await b.get('last')) === '1');
  expect(await b.exists('left')).toBe(0);
  expect(await b.mget('copied', 'beside', 'kept')).toEqual(['1', '1', '4']);
  await within(b, 3, async () => expect(await b.mget('copy', 'moved')).toEqual(['1', '2']));
  await a.move('came', 3);
  await expect(run!.outcome).rejects.toMatchObject({
    code: 'DATABASE_CROSSING',
    message: expect.stringContaining('MOVE from database 0 to 3'),
  });
});

it('are flushed by themselves', async () => {
  for (const db of [0, 3, 4]) await within(a, db, () => a.set('key', db));
  await within(b, 4, () => b.set('own', '1'));
  start({ ...chosen('3:0', '4:1'), onFlush: 'apply' });
  await run!.reached('in-step');
  await a.flushdb();
  await within(a, 4, () => a.set('key', 'again'));
  await poll('the write behind the flush', async () => {
    await b.select(1);
    return (await b.get('key')) === 'again';
  });
  expect(await b.select(0).then(() => b.get('key'))).toBe('3');
  await within(a, 3, () => a.flushdb());
  await poll('database 3 is flushed', async () => (await b.exists('key')) === 0);
  await a.flushall();
  await poll('all are flushed', async () => {
    await b.select(1);
    return (await b.exists('key')) === 0;
  });
  await within(b, 4, async () => expect(await b.get('own')).toBe('1'));
  await drained();
});

it('go on after a stop, with keys that expired meanwhile, and under no other choice', async () => {
  const choice = chosen('3:0', '0:2');
  await within(a, 3, () => a.set('counter', 10, 'PX', LONG_MS));
  await a.rpush('list', 'one');
  start(choice);
  await run!.reached('in-step');
  await drained();
  // Of two that are used together both are read.
  await within(a, 3, () => a.multi().incr('counter').rpush('list', 'of 3').exec());
  await a.rpush('list', 'two');
  // As the target's clock would do it.
  expect(await b.del('counter')).toBe(1);
  await b.hset('lockstep:{tasks}:checkpoint:test', 'earliestExpiry', Date.now());

  for (const other of [chosen('3:3', '0:0'), chosen('3:0'), chosen('3:1', '0:2')])
    await expect(start(other).outcome).rejects.toMatchObject({
      code: 'TASK_MISMATCH',
      message: expect.stringContaining('ran with databases 0:2,3:0, not'),
    });
  expect(start({ ...choice, until: 'caught-up' }).session).toBeDefined();
  expect(await run!.outcome).toMatchObject({ fullCopies: 0 });
  expect(run!.told.join('\n')).toMatch(/2 keys that may have expired on the target meanwhile/);
  expect(await b.get('counter')).toBe('11');
  expect((await compared(choice)).differences).toEqual([]);
});

it('replace in place what an earlier copy left, and remove what is gone', async () => {
  const choice = chosen('3:0');
  await within(a, 3, () => a.mset('stays', '1', 'goes', '2'));
  await a.set('goes', 'of a database that is left out');
  await within(b, 3, () => b.set('own', '1'));
  const copy = { ...choice, fullOnly: true, allowShrinkPercent: 100 };
  expect(await start(copy).outcome).toMatchObject({ reason: 'full-copy' });
  await within(a, 3, () => a.del('goes'));
  expect(await start(copy).outcome).toMatchObject({ reason: 'full-copy' });
  expect((await b.keys('*')).filter((key) => !key.startsWith('lockstep:'))).toEqual(['stays']);
  await within(b, 3, async () => expect(await b.keys('*')).toEqual(['own']));
});

it('leave keys of the target where they are, in the database that they go into', async () => {
  await b.mset('own', '1', 'both', 'of the target', 'later', 'of the target');
  await within(b, 3, () => b.set('own', '3'));
  await within(a, 3, () => a.set('both', 'of the source'));
  start({ ...chosen('3:0'), existing: 'overwrite' });
  await run!.reached('in-step');
  await within(a, 3, () => a.append('later', 'of the source'));
  await within(a, 3, () => a.set('last', '1'));
  await poll('the last write', async () => (await b.get('last')) === '1');
  expect(await b.mget('own', 'both', 'later')).toEqual(['1', 'of the source', 'of the source']);
  await within(b, 3, async () => expect(await b.get('own')).toBe('3'));
  await drained();
});

describe('beside other tasks', () => {
  it('are refused where another one writes to the database that they go into', async () => {
    await within(a, 3, () => a.set('key', '1'));
    start(chosen('3:0'));
    await run!.reached('in-step');
    const other = startRun(source.url, target.url, { spoolDir, task: 'other', databases: [0] });
    await expect(other.outcome).rejects.toMatchObject({ code: 'TARGET_IN_USE' });
    const apart = startRun(source.url, target.url, { spoolDir, task: 'apart', databases: [3] });
    expect(await apart.outcome).toMatchObject({ fullCopies: 1 });
    await drained();
  });
});
