/** The small bound of late expiry as a task has it by default, with a million keys, and through longer breaks. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_SMALL_MS, GRID_MS } from '../../shared/model/lateness.ts';
import { LateStandby } from '../support/late-standby.ts';
import { ShortLivedCounters } from '../support/source/short-lived-counters.ts';
import { eventually } from '../support/eventually.ts';
import { poll } from '../support/sync-run.ts';

const KEYS = 1_000_000;
const PAGE = 10_000;
/** PTTL is asked of two servers one after the other, for a page of keys at a time. */
const ASKED_MS = 3000;

let standby: LateStandby;

beforeEach(async () => {
  standby = await LateStandby.start(DEFAULT_SMALL_MS);
});

afterEach(() => standby.stop());

async function load(lifeMs: (i: number) => number): Promise<void> {
  for (let from = 0; from < KEYS; from += PAGE) {
    const writes = standby.a.pipeline();
    for (let i = from; i < from + PAGE; i++) writes.set(`k:${i}`, 'v', 'PX', lifeMs(i));
    await writes.exec();
  }
}

/** When a server holds no more than this. */
async function gone(redis: LateStandby['a'], keys: number): Promise<number> {
  await eventually('every key is gone', async () => (await redis.dbsize()) <= keys, 600_000);
  return Date.now();
}

async function ttls(redis: LateStandby['a'], from: number): Promise<number[]> {
  const asking = redis.pipeline();
  for (let i = from; i < from + PAGE; i++) asking.pttl(`k:${i}`);
  return ((await asking.exec()) ?? []).map(([, ttl]) => Number(ttl));
}

it(`of ${KEYS} keys in step each is within 60 s of its time on the source`, async () => {
  await load((i) => 600_000 + i);
  const beganAtMs = performance.now();
  await standby.follow();
  const tookMs = performance.now() - beganAtMs;
  let worstMs = 0;
  for (let from = 0; from < KEYS; from += PAGE) {
    const [here, there] = await Promise.all([ttls(standby.a, from), ttls(standby.b, from)]);
    here.forEach((ttl, i) => {
      worstMs = Math.max(worstMs, there[i]! - ttl);
      expect(there[i]).toBeGreaterThanOrEqual(ttl);
    });
  }
  console.log(`the latest of them is ${worstMs} ms late; small after ${Math.round(tookMs)} ms`);
  expect(worstMs).toBeLessThan(DEFAULT_SMALL_MS + GRID_MS + ASKED_MS);
  await standby.ends(1);
});

it('a standby whose tool was killed expires by itself, within 60 s', async () => {
  await load(() => 240_000 + Math.floor(Math.random() * 10_000));
  const engine = await standby.followApart();
  engine.kill();
  await engine.exited;
  const ownKeys = (await standby.b.keys('lockstep:*')).length;
  // How long a server takes to find so many that have expired is its own affair: the source shows it.
  const [sourceMs, targetMs] = await Promise.all([gone(standby.a, 0), gone(standby.b, ownKeys)]);
  console.log(`the target was rid of them ${targetMs - sourceMs} ms after the source`);
  expect(targetMs - sourceMs).toBeLessThan(DEFAULT_SMALL_MS + 30_000);
});

describe('counters under short expiry that the source extends just in time stay equal', () => {
  let counters: ShortLivedCounters;

  beforeEach(async () => {
    await standby.follow();
    counters = new ShortLivedCounters(standby.a);
    counters.begin();
    await poll('the counters', async () => (await standby.b.dbsize()) > counters.count / 2);
  });

  async function ends(copies: number): Promise<void> {
    await standby.inState('small');
    await counters.end();
    await standby.ends(copies);
  }

  it('through a target that is frozen for two minutes', async () => {
    standby.freeze();
    await pause(120_000);
    standby.thaw();
    await ends(1);
  });

  it('through a pause of a minute and a half', async () => {
    standby.run!.session.pause();
    await standby.inState('long');
    await pause(90_000);
    standby.run!.session.resume();
    await ends(1);
    expect(standby.run!.faults).toEqual([]);
  });

  it('through a lag', async () => {
    standby.run!.session.setLimits({ maxCommandsPerSecond: 20, maxBytesPerSecond: 0 });
    await standby.inState('long');
    await counters.during(60_000);
    standby.run!.session.setLimits({ maxCommandsPerSecond: 0, maxBytesPerSecond: 0 });
    await ends(1);
    expect(standby.run!.faults).toEqual([]);
  });

  it('through a stop, after which the task goes on', async () => {
    standby.run!.session.stop('now');
    await standby.run!.outcome;
    await pause(20_000);
    await standby.follow();
    await ends(0);
  });
});
