import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { watchStandby } from '../support/standby-watch.ts';
import { startRun } from '../support/sync-run.ts';

/** A repeated full copy of many keys: their names do not fit the memory that is kept for them. */
const KEYS = 1_000_000;
const GONE = 100_000;
const PAGE = 1000;

let source: RedisProcess;
let target: RedisProcess;
let spoolDir: string;

beforeAll(async () => {
  spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-repeated-'));
  const args = ['--repl-backlog-size', '16kb', '--repl-diskless-sync', 'no'];
  [source, target] = await Promise.all([startRedis({ args }), startRedis()]);
});

afterAll(async () => {
  await Promise.all([source.stop(), target.stop()]);
  rmSync(spoolDir, { recursive: true, force: true });
});

async function fill(client: Redis, from: number, to: number, value: string): Promise<void> {
  for (let at = from; at < to; at += PAGE) {
    const words = Array.from({ length: PAGE }, (_, i) => [`key:${at + i}`, `${value} ${at + i}`]);
    await client.mset(words.flat());
  }
}

it('of a million keys never leaves the target poorer, and hides no key that both sides have', async () => {
  const [a, b] = [source.client(), target.client()];
  await fill(a, 0, KEYS, 'old');
  await startRun(source.url, target.url, { spoolDir }).outcome;
  await fill(a, KEYS / 2, KEYS, 'new');
  await fill(a, KEYS, KEYS + GONE / 2, 'new');
  for (let at = 0; at < GONE; at += PAGE)
    await a.unlink(Array.from({ length: PAGE }, (_, i) => `key:${at + i}`));
  const before = await b.dbsize();

  const keys = Array.from({ length: 500 }, (_, i) => `key:${GONE + i * 1700}`);
  const watch = watchStandby(target, { keys, list: 'none' });
  const run = startRun(source.url, target.url, { spoolDir });
  expect((await run.outcome).fullCopies).toBe(1);
  const seen = await watch.end();

  expect(seen.fewestKeys).toBeGreaterThanOrEqual(Math.min(before, await b.dbsize()));
  expect(seen.missed).toEqual([]);
  expect(run.told.join('\n')).toContain('100,000 keys of the earlier copy were removed from the target');
  expect((await b.dbsize()) - 1).toBe(await a.dbsize());
}, 900_000);
