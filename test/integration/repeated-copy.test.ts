import type { Redis } from 'ioredis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HashPartitions } from '../../electron/engine/writer/sweep/hash-partitions.ts';
import { LockstepError } from '../../shared/errors/lockstep-error.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { expectEqual } from '../support/sync-outcome.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';
import { watchStandby } from '../support/standby-watch.ts';

/** A full copy onto a target that holds one already. */

/** Larger than what is copied in one piece: the copy takes it apart. */
const LARGE_ELEMENTS = 20_000;

/** The checkpoint, and the index of tasks. */
const OWN_KEYS = 2;

let source: RedisProcess;
let target: RedisProcess;
let a: Redis;
let b: Redis;
let spoolDir: string;
const runs: SyncRun[] = [];

beforeEach(async () => {
  spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-repeated-'));
  [source, target] = await Promise.all([
    startRedis({ args: ['--repl-backlog-size', '16kb', '--repl-diskless-sync', 'no'] }),
    startRedis(),
  ]);
  a = source.client();
  b = target.client();
});

afterEach(async () => {
  for (const run of runs.splice(0)) {
    run.session.stop('now');
    await run.outcome.catch(() => undefined);
  }
  await Promise.all([source.stop(), target.stop()]);
  rmSync(spoolDir, { recursive: true, force: true });
});

function start(spec: Partial<TaskSpec> = {}): SyncRun {
  const run = startRun(source.url, target.url, { spoolDir, until: 'caught-up', ...spec });
  runs.push(run);
  return run;
}

async function fill(client: Redis, from: number, to: number, value: string): Promise<void> {
  const writes = client.pipeline();
  for (let i = from; i < to; i++) {
    if (i % 5 === 0) writes.del(`key:${i}`).rpush(`key:${i}`, value, String(i));
    else writes.set(`key:${i}`, `${value} ${i}`);
  }
  await writes.exec();
}

async function fillLarge(client: Redis, value: string, elements = LARGE_ELEMENTS): Promise<void> {
  const items = Array.from({ length: elements }, (_, i) => `${value} ${i} ${'x'.repeat(20)}`);
  await client
    .multi()
    .del('large')
    .rpush('large', ...items)
    .exec();
}

describe('a repeated full copy', () => {
  it('never leaves the target with fewer keys than before or after, and hides none that both have', async () => {
    await fill(a, 0, 50_000, 'old');
    await fillLarge(a, 'old');
    await start().outcome;
    // More than the backlog holds: only a snapshot leads on.
    await fill(a, 10_000, 20_000, 'new');
    await fill(a, 50_000, 55_000, 'new');
    for (let i = 0; i < 10_000; i += 1000)
      await a.del(...Array.from({ length: 1000 }, (_, j) => `key:${i + j}`));
    await fillLarge(a, 'new', LARGE_ELEMENTS + 1);
    await a.config('SET', 'rdb-key-save-delay', '-5');
    const before = await b.dbsize();

    const watch = watchStandby(target, {
      keys: Array.from({ length: 400 }, (_, i) => `key:${10_000 + i * 100}`),
      list: 'large',
    });
    const run = start();
    const outcome = await run.outcome;
    const seen = await watch.end();
    const after = await b.dbsize();

    expect(outcome.fullCopies).toBe(1);
    expect(seen.samples).toBeGreaterThan(5);
    expect(seen.fewestKeys).toBeGreaterThanOrEqual(Math.min(before, after));
    expect(seen.missed).toEqual([]);
    expect(seen.lengths.filter((n) => n !== LARGE_ELEMENTS && n !== LARGE_ELEMENTS + 1)).toEqual([]);
    expect(run.told.join('\n')).toContain('10,000 keys of the earlier copy were removed from the target');
    await expectEqual(source, target);
  });

  it('ends with its cause, and leaves the target as it is, where the snapshot does not fit the buffer on this machine', async () => {
    await a.set('key', 'old');
    await start().outcome;
    await a.config('SET', 'rdbcompression', 'no');
    const filler = Buffer.alloc(1024 * 1024, 'x');
    for (let i = 0; i < 50; i++) await a.set(`filler:${i}`, filler);
    await a.set('key', 'new');
    // With its size told before, and found out by its coming.
    for (const diskless of ['no', 'yes']) {
      await a.config('SET', 'repl-diskless-sync', diskless);
      const run = start({ spoolMaxBytes: 2 * 1024 * 1024 });
      await expect(run.outcome).rejects.toMatchObject({ code: 'SNAPSHOT_TOO_LARGE' });
      expect(await b.get('key')).toBe('old');
      expect(await b.exists('filler:0')).toBe(0);
      expect(await b.hget('lockstep:{tasks}:checkpoint:test', 'state')).toBe('streaming');
    }
  });
});

describe('names of keys that this machine cannot keep', () => {
  const failsOnce = (code: 'SPOOL_DISK' | 'SPOOL_FULL'): void => {
    vi.spyOn(HashPartitions.prototype, 'add').mockImplementationOnce(() => {
      throw new LockstepError(code, 'as told by the test');
    });
  };

  beforeEach(async () => {
    await fill(a, 0, 1000, 'old');
    await start().outcome;
    await forgetHistory();
    await fill(a, 500, 1500, 'new');
  });

  afterEach(() => void vi.restoreAllMocks());

  it('are read again from another snapshot when its disk has failed', async () => {
    failsOnce('SPOOL_DISK');
    const run = start();
    expect(await run.outcome).toMatchObject({ reason: 'caught-up', fullCopies: 2 });
    expect(run.faults).toEqual(['SPOOL_DISK']);
    await expectEqual(source, target);
  });

  it('end the run when the spool has no room for them, with the target as it was', async () => {
    failsOnce('SPOOL_FULL');
    await expect(start().outcome).rejects.toMatchObject({ code: 'SNAPSHOT_TOO_LARGE' });
    expect(await b.get('key:501')).toBe('old 501');
    expect(await b.exists('key:1001')).toBe(0);
  });
});

/** Nothing but a snapshot leads on from what the target holds. */
async function forgetHistory(): Promise<void> {
  const filler = 'x'.repeat(40_000);
  for (let i = 0; i < 2; i++) await a.multi().set('filler', filler).del('filler').exec();
}

describe('a source that comes back empty', () => {
  it('takes nothing from the target before somebody has agreed, who is told how much that is', async () => {
    await fill(a, 0, 1000, 'only copy');
    await start().outcome;
    await a.flushall();
    await a.set('key:new', '1');
    await forgetHistory();
    const counts = { snapshotKeys: 1, targetKeys: 1000, goneKeys: 1000 };

    await expect(start().outcome).rejects.toMatchObject({
      code: 'COPY_WOULD_REMOVE',
      message: expect.stringMatching(/1 key, the target 1,000 keys of the task, and 1,000 keys/),
    });
    expect(await b.dbsize()).toBe(1000 + OWN_KEYS);
    expect(await b.exists('key:new')).toBe(0);

    const asked = start({ asks: true });
    await asked.reached('asking');
    expect(asked.questions).toEqual([counts]);
    await a.set('key:newer', '2');
    asked.session.answer(counts, false);
    await expect(asked.outcome).rejects.toMatchObject({ code: 'COPY_WOULD_REMOVE' });
    expect(await b.dbsize()).toBe(1000 + OWN_KEYS);

    const agreed = start({ asks: true });
    await agreed.reached('asking');
    expect(await b.dbsize()).toBe(1000 + OWN_KEYS);
    // An answer to what was shown before it, of other counts, is none.
    agreed.session.answer(counts, true);
    agreed.session.answer(agreed.questions[0]!, true);
    await agreed.outcome;
    expect(agreed.questions).toEqual([{ ...counts, snapshotKeys: 2 }, undefined]);
    expect(agreed.told.join('\n')).toContain('1,000 keys of the earlier copy were removed from the target');
    await expectEqual(source, target);

    await a.del('key:new');
    await forgetHistory();
    await start({ allowShrinkPercent: 49 }).outcome.catch((error: unknown) =>
      expect(error).toMatchObject({ code: 'COPY_WOULD_REMOVE' }),
    );
    expect(await b.exists('key:new')).toBe(1);
    await start({ allowShrinkPercent: 50 }).outcome;
    await expectEqual(source, target);
  });

  it('is asked about as well where a first copy was cut off, before what it wrote is removed', async () => {
    await fill(a, 0, 3000, 'first');
    const first = start({ maxCommandsPerSecond: 2000 });
    await poll('a part of the keys', async () => (await b.dbsize()) > 500);
    first.session.stop('now');
    await first.outcome.catch(() => undefined);
    const left = (await b.dbsize()) - OWN_KEYS;
    await a.flushall();
    await a.set('key:new', '1');
    const run = start({ asks: true });
    await run.reached('asking');
    expect(run.questions).toEqual([{ snapshotKeys: 1, targetKeys: left + 1, goneKeys: left }]);
    expect(await b.dbsize()).toBe(left + 1 + OWN_KEYS);
    run.session.answer(run.questions[0]!, true);
    await run.outcome;
    await expectEqual(source, target);
  });
});

describe('a target that was handed over', () => {
  it('is not replaced once others have written to it: a copy asks as a first one does', async () => {
    await fill(a, 0, 100, 'source');
    await start().outcome;
    await b.set('client', 'wrote this after the move');
    await b.set('key:1', 'and this');
    await a.flushall();
    await a.set('key:1', 'old source');
    await forgetHistory();

    await expect(start().outcome).rejects.toMatchObject({
      code: 'TARGET_HANDED_OVER',
      message: expect.stringContaining('database 0 holds 101 keys'),
    });
    expect(await b.dbsize()).toBe(101 + OWN_KEYS);
    // And again, though that run has claimed the task meanwhile.
    await expect(start({ allowShrinkPercent: 100 }).outcome).rejects.toMatchObject({
      code: 'TARGET_HANDED_OVER',
    });
    await start({ existing: 'overwrite' }).outcome;
    expect(await b.mget('client', 'key:1', 'key:2')).toEqual([
      'wrote this after the move',
      'old source',
      'source 2',
    ]);
  });

  it('is fed on where nobody has, without a word, and with one where somebody has or may have', async () => {
    await fill(a, 0, 100, 'source');
    await start().outcome;
    await a.set('next', '1');
    const silent = start();
    await silent.outcome;
    expect(silent.told.join('\n')).not.toMatch(/others have written/);

    // Reading is not writing, and what expires is nobody's write.
    await b.get('key:1');
    await b.multi().get('key:2').exec();
    await a.set('next', '2');
    const read = start();
    await read.outcome;
    expect(read.told.join('\n')).not.toMatch(/others have written/);

    await b.eval("return redis.call('set', 'key:1', 'client')", 0);
    await a.set('next', '3');
    const written = start();
    expect((await written.outcome).fullCopies).toBe(0);
    expect(written.told.join('\n')).toMatch(
      /Note: others have written to the target since the task handed it over/,
    );
    // It was told; from here on the task owns the target again.
    await a.set('next', '4');
    const after = start();
    await after.outcome;
    expect(after.told.join('\n')).not.toMatch(/others have written/);

    await b.config('RESETSTAT');
    await a.set('next', '5');
    const unknown = start();
    await unknown.outcome;
    expect(unknown.told.join('\n')).toMatch(/Note: whether others have written .* cannot be told/);
  });
});
