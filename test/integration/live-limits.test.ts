import type { Redis } from 'ioredis';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectHeldRate } from '../support/held-rate.ts';
import { atNight } from '../support/nightly.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { expectEqual } from '../support/sync-outcome.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';

const MEASURE_MS = 1500;
/** How far a rate may be from its limit: a burst is a tenth of a second. */
const SHARE = 0.1;
const SETTLE_MS = 300;
const MB = 1024 * 1024;

let source: RedisProcess;
let target: RedisProcess;
let a: Redis;
let b: Redis;
let spoolDir: string;
let run: SyncRun;

beforeEach(async () => {
  spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-limits-'));
  [source, target] = await Promise.all([startRedis(), startRedis()]);
  a = source.client();
  b = target.client();
});

afterEach(async () => {
  run.session.stop('now');
  await run.outcome.catch(() => undefined);
  await Promise.all([source.stop(), target.stop()]);
  rmSync(spoolDir, { recursive: true, force: true });
});

/** How much a figure of the target's INFO grows per second. */
async function perSecond(figure: RegExp): Promise<number> {
  const read = async (): Promise<number> => Number(figure.exec(await b.info('all'))?.[1] ?? 0);
  // Before the figure is read: what the reading takes may make the rate seem lower, never higher.
  const beganMs = performance.now();
  const before = await read();
  await sleep(MEASURE_MS);
  const after = await read();
  return ((after - before) * 1000) / (performance.now() - beganMs);
}

async function holds(limit: number, figure: RegExp): Promise<void> {
  // What was sent under the limit before is through by then.
  await sleep(SETTLE_MS);
  await expectHeldRate(limit, SHARE, () => perSecond(figure));
}

const BYTES_IN = /total_net_input_bytes:(\d+)/;
const SETS = /cmdstat_set:calls=(\d+)/;

async function fill(keys: number, bytes: number): Promise<void> {
  const writes = a.pipeline();
  for (let i = 0; i < keys; i++) writes.set(`key:${i}`, randomBytes(bytes));
  await writes.exec();
}

atNight('hold for a full copy as they are changed', async () => {
  await fill(25_000, 500);
  run = startRun(source.url, target.url, {
    spoolDir,
    until: 'stopped',
    maxCommandsPerSecond: 0,
    maxBytesPerSecond: MB,
  });
  await run.reached('full-copy');
  await holds(MB, BYTES_IN);
  run.session.setLimits({ maxCommandsPerSecond: 2000, maxBytesPerSecond: 0 });
  await holds(2000, SETS);
  run.session.setLimits({ maxCommandsPerSecond: 0, maxBytesPerSecond: 0 });
  await run.reached('in-step');
  run.session.stop('drain');
  await run.outcome;
  await expectEqual(source, target);
});

it('hold for the stream as they are changed', async () => {
  run = startRun(source.url, target.url, { spoolDir, until: 'stopped' });
  await run.reached('in-step');
  run.session.setLimits({ maxCommandsPerSecond: 3000, maxBytesPerSecond: 0 });
  await fill(45_000, 500);
  await holds(3000, SETS);
  run.session.setLimits({ maxCommandsPerSecond: 0, maxBytesPerSecond: 4 * MB });
  await holds(4 * MB, BYTES_IN);
  run.session.setLimits({ maxCommandsPerSecond: 0, maxBytesPerSecond: 0 });
  await a.set('marker', 'last');
  await poll('the marker', async () => (await b.get('marker')) === 'last');
  run.session.stop('drain');
  await run.outcome;
  await expectEqual(source, target);
  expect(run.told).toContain('From now on the target is sent at most 3,000 commands/s');
  expect(run.told).toContain('From now on the target is sent at most 4.0 MB/s');
});
