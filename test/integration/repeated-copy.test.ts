import type { Redis } from 'ioredis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { expectEqual } from '../support/sync-outcome.ts';
import { startRun, type SyncRun } from '../support/sync-run.ts';
import { watchStandby } from '../support/standby-watch.ts';

/** A full copy onto a target that holds one already. */

/** Larger than what is copied in one piece: the copy takes it apart. */
const LARGE_ELEMENTS = 20_000;

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

  it('ends with its cause, and leaves the target as it is, where the snapshot does not fit the spool', async () => {
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
      expect(await b.hget('lockstep:checkpoint:test', 'state')).toBe('streaming');
    }
  });
});
