import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

/** Function libraries are content, as keys are. */
let source: RedisProcess;
let target: RedisProcess;
let from: Redis;
let to: Redis;
let spoolDir: string;
let run: SyncRun | undefined;

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
  [from, to] = [source.client(), target.client()];
  spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-libraries-'));
}, 30_000);
afterAll(async () => {
  await Promise.all([source.stop(), target.stop()]);
  rmSync(spoolDir, { recursive: true, force: true });
});
beforeEach(async () => {
  for (const client of [from, to]) {
    await client.flushall();
    await client.call('FUNCTION', 'FLUSH');
  }
});
afterEach(async () => {
  run?.session.stop('now');
  await run?.outcome.catch(() => undefined);
  run = undefined;
});

const library = (name: string, functions: readonly string[], says = name): string =>
  [
    `#!lua name=${name}`,
    ...functions.map((f) => `redis.register_function('${f}', function() return '${says}' end)`),
  ].join('\n');
const load = (client: Redis, name: string, functions: readonly string[], says = name): Promise<unknown> =>
  client.call('FUNCTION', 'LOAD', 'REPLACE', library(name, functions, says));
const remove = (client: Redis, name: string): Promise<unknown> => client.call('FUNCTION', 'DELETE', name);

/** Names of libraries with what their code says, in order. */
async function libraries(client: Redis): Promise<string[]> {
  const list = (await client.call('FUNCTION', 'LIST', 'WITHCODE')) as string[][];
  return list
    .map((fields) => `${fields[1]}: ${/return '(\w+)'/.exec(fields.at(-1)!)?.[1]}`)
    .toSorted((a, b) => a.localeCompare(b));
}
const start = (spec: Partial<TaskSpec> = {}): SyncRun =>
  (run = startRun(source.url, target.url, { spoolDir, ...spec }));
const copy = async (spec: Partial<TaskSpec> = {}): Promise<void> => {
  await start({ fullOnly: true, ...spec }).outcome;
};
/** Once the stream has come so far. */
async function followed(): Promise<void> {
  await from.incr('step');
  const step = await from.get('step');
  await poll('the last step', async () => (await to.get('step')) === step);
}

describe('libraries of the target itself', () => {
  it('are named, and refused like keys', async () => {
    await load(to, 'mine', ['f']);
    await expect(start().outcome).rejects.toMatchObject({
      code: 'TARGET_NOT_EMPTY',
      message: expect.stringContaining('1 function library (mine)') as string,
    });
    expect(await libraries(to)).toEqual(['mine: mine']);
  });

  it('stay where they may be overwritten and the source has none of the name, over every copy and the stream', async () => {
    await load(to, 'mine', ['mine']);
    await load(to, 'both', ['both'], 'old');
    await load(to, 'later', ['later'], 'old');
    await load(from, 'both', ['both'], 'new');
    const spec = { existing: 'overwrite', until: 'stopped' } as const;
    await start(spec).reached('in-step');
    expect(await libraries(to)).toEqual(['both: new', 'later: old', 'mine: mine']);
    expect(await to.hget('lockstep:{tasks}:checkpoint:test', 'keptLibraries')).toBe('later,mine');
    // A name that the source brings is the source's from then on, and goes with it.
    await from.call('FUNCTION', 'LOAD', library('later', ['later'], 'new'));
    await followed();
    expect(await libraries(to)).toEqual(['both: new', 'later: new', 'mine: mine']);
    await remove(from, 'both');
    await followed();
    expect(await libraries(to)).toEqual(['later: new', 'mine: mine']);
    run!.session.stop('drain');
    await run!.outcome;
    await remove(from, 'later');
    await copy({ existing: 'overwrite' });
    expect(await libraries(to)).toEqual(['mine: mine']);
  });

  it('are not flushed without consent', async () => {
    await load(to, 'mine', ['mine']);
    await load(from, 'its', ['its']);
    await start({ existing: 'overwrite', until: 'stopped' }).reached('in-step');
    await from.call('FUNCTION', 'FLUSH');
    await expect(run!.outcome).rejects.toMatchObject({
      code: 'FLUSH_NEEDS_CONSENT',
      message: expect.stringContaining('FUNCTION FLUSH') as string,
    });
    expect(await libraries(to)).toEqual(['its: its', 'mine: mine']);
    await start({ existing: 'overwrite', until: 'stopped', onFlush: 'apply' }).reached('in-step');
    await followed();
    expect(await libraries(to)).toEqual([]);
  });
});

describe('a full copy', () => {
  it('ends with exactly the libraries of the source, though a function has moved to another of them', async () => {
    await load(from, 'a', ['f', 'g'], 'first');
    await load(from, 'gone', ['h']);
    await copy();
    expect(await libraries(to)).toEqual(['a: first', 'gone: gone']);
    await remove(from, 'gone');
    await load(from, 'a', ['g'], 'second');
    await load(from, 'b', ['f', 'h'], 'second');
    await copy();
    expect(await libraries(to)).toEqual(['a: second', 'b: second']);
    await from.call('FUNCTION', 'FLUSH');
    await copy();
    expect(await libraries(to)).toEqual([]);
  });

  it('does so beside libraries of the target itself as well, and names a function that both have', async () => {
    await load(to, 'mine', ['mine']);
    await load(from, 'a', ['f']);
    await copy({ existing: 'overwrite' });
    await remove(from, 'a');
    await load(from, 'b', ['f']);
    await copy({ existing: 'overwrite' });
    expect(await libraries(to)).toEqual(['b: b', 'mine: mine']);
    await load(from, 'c', ['mine']);
    await expect(start({ existing: 'overwrite', fullOnly: true }).outcome).rejects.toMatchObject({
      code: 'FUNCTION_CONFLICT',
    });
    expect(await libraries(to)).toEqual(['b: b', 'mine: mine']);
  });
});

it('the stream carries every change of libraries, whatever database it ran in', async () => {
  await load(from, 'a', ['f']);
  await start({ until: 'stopped', databases: [0] }).reached('in-step');
  const five = source.client({ db: 5 });
  await five.call('FUNCTION', 'LOAD', library('in_five', ['five']));
  await load(from, 'large', ['large'], `x${'y'.repeat(300_000)}`);
  await followed();
  expect((await libraries(to)).map((one) => one.slice(0, 9))).toEqual(['a: a', 'in_five: ', 'large: xy']);
  await remove(from, 'large');
  // A dump with a function in another library than here.
  const other = await startRedis();
  await load(other.client(), 'a', ['g'], 'moved');
  await load(other.client(), 'b', ['f'], 'moved');
  const dump = await other.client().callBuffer('FUNCTION', 'DUMP');
  await other.stop();
  await from.call('FUNCTION', 'RESTORE', dump as Buffer, 'REPLACE');
  await followed();
  expect(await libraries(to)).toEqual(['a: moved', 'b: moved', 'in_five: in_five']);
  await from.call('FUNCTION', 'RESTORE', dump as Buffer, 'FLUSH');
  await followed();
  expect(await libraries(to)).toEqual(['a: moved', 'b: moved']);
  await from.call('FUNCTION', 'FLUSH', 'ASYNC');
  await followed();
  expect(await libraries(to)).toEqual([]);
});

describe('a target that knows no functions', () => {
  it('goes without those of the source by consent: told and counted, of the copy, the stream, and a later run', async () => {
    const proxy = await startTcpProxy(target.port);
    proxy.rewrite = (answer) =>
      Buffer.from(
        answer.toString('latin1').replace(/redis_version:7\.0\.\d\d/, 'redis_version:6.2.14'),
        'latin1',
      );
    const follow = (): SyncRun =>
      (run = startRun(source.url, proxy.url, { spoolDir, until: 'stopped', functions: 'skip' }));
    const leftOut = (of: SyncRun): number => of.session.sampler.metrics('in-step').librariesLeftOut;
    await load(from, 'copied', ['copied']);
    const first = follow();
    await first.reached('in-step');
    expect(first.told.join('\n')).toContain('1 function library is left out');
    await load(from, 'streamed', ['streamed']);
    await followed();
    expect(first.told.join('\n')).toMatch(/function library streamed, which is left out.* 2 in all/);
    expect(leftOut(first)).toBe(2);
    first.session.stop('drain');
    await first.outcome;

    const second = follow();
    await second.reached('in-step');
    expect(leftOut(second)).toBe(2);
    await remove(from, 'copied');
    await followed();
    expect(leftOut(second)).toBe(1);
    expect(await libraries(to)).toEqual([]);
    second.session.stop('now');
    await second.outcome;
    await proxy.stop();
  });
});
