/**
 * The claim that expiry never makes the two sides differ, however late the stream is applied: keys that the source extends
 * just in time, followed by a target that is seconds behind.
 */
import type { Redis } from 'ioredis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { lateOn } from '../support/lateness.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { expectEqual } from '../support/sync-outcome.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';

const COUNTERS = ['short:0', 'short:1', 'short:2', 'short:3'];
/** Long enough for a slow machine to extend in time, and shorter than the target is behind. */
const SHORT_MS = 2500;
const EXTEND_EVERY_MS = 400;
const ROUNDS = 8;
const INCRS_PER_ROUND = 40;
/** Runs out while the target is behind. */
const COPIED_SHORT_MS = 4000;
const TOLERANCE_MS = 2000;

let source: RedisProcess;
let target: RedisProcess;
let a: Redis;
let b: Redis;
let spoolDir: string;
let run: SyncRun | undefined;

beforeEach(async () => {
  spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-expiry-'));
  [source, target] = await Promise.all([startRedis(), startRedis()]);
  a = source.client();
  b = target.client();
});

afterEach(async () => {
  run?.session.stop('now');
  await run?.outcome.catch(() => undefined);
  await Promise.all([source?.stop(), target?.stop()]);
  rmSync(spoolDir, { recursive: true, force: true });
});

/** Each counter is counted up all the time, and would run out if it were not extended in each round. */
async function countUnderShortExpiry(): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const writes = a.pipeline();
    for (const key of COUNTERS) {
      for (let i = 0; i < INCRS_PER_ROUND; i++) writes.incr(key);
      writes.pexpire(key, SHORT_MS);
    }
    writes.set(`gone:${round}`, 'v', 'PX', 300).hset('gone:hash', `f${round}`, 'v').pexpire('gone:hash', 300);
    for (const [error] of (await writes.exec())!) expect(error).toBeNull();
    await pause(EXTEND_EVERY_MS);
  }
  for (const key of COUNTERS) await a.pexpire(key, 60_000);
}

/** Waits until what the source holds now stands on the target. */
async function applied(): Promise<void> {
  await a.set('marker', 'last');
  await poll('the marker on the target', async () => (await b.get('marker')) === 'last');
}

interface Lateness {
  readonly begin: () => Promise<unknown>;
  readonly end: () => Promise<unknown>;
}

async function follow(spec: Partial<TaskSpec>, lateness?: Lateness): Promise<void> {
  await a.set('copied', 'v', 'EX', 1000);
  await a.set('copied:short', 'v', 'PX', COPIED_SHORT_MS);
  await a.set('copied:never', 'v', 'EX', 2_147_483_647);
  run = startRun(source.url, target.url, { spoolDir, until: 'stopped', ...spec });
  await run.reached('in-step');
  await lateness?.begin();

  await countUnderShortExpiry();
  if (lateness) expect(await b.exists(...COUNTERS)).toBe(0);
  await lateness?.end();
  await applied();
  // On the source none of them ever ran out, so each INCR must show.
  const counted = String(ROUNDS * INCRS_PER_ROUND);
  for (const key of COUNTERS) expect([await a.get(key), await b.get(key)]).toEqual([counted, counted]);
  for (const key of ['copied', ...COUNTERS]) expect(await lateOn(b, key)).not.toBe('exact');
  // What has really expired goes when the source says so, and not by the target's clock.
  await poll('the end of copied:short', async () => (await b.exists('copied:short')) === 0);
  expect(await a.exists('copied:short')).toBe(0);

  run.session.stop('drain');
  await run.outcome;
  for (const key of ['copied', 'copied:never', ...COUNTERS]) {
    const [here, there] = await Promise.all([a.pttl(key), b.pttl(key)]);
    expect(there).toBeGreaterThan(0);
    expect(Math.abs(there - here), key).toBeLessThan(TOLERANCE_MS);
  }
  expect(await b.keys('gone:*')).toEqual([]);
  await expectEqual(source, target);

  // A far expiry is not taken for a held one, which a second run would cut short.
  await startRun(source.url, target.url, { spoolDir }).outcome;
  await expectEqual(source, target);
}

describe('a target that applies the stream seconds late', () => {
  it('because it takes no writes for a while, ends equal', () =>
    follow(
      {},
      { begin: () => b.call('CLIENT', 'PAUSE', 60_000, 'WRITE'), end: () => b.call('CLIENT', 'UNPAUSE') },
    ));

  it('because of --max-commands-per-second, ends equal', () => follow({ maxCommandsPerSecond: 150 }));
});
