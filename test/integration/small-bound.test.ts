/**
 * How late expiry on the target is while a task runs: little in step, much when it falls behind, and never so little that a
 * key dies there which the source goes on using. Rarer moments: test/nightly/small-bound-moments.test.ts; longer times and more keys:
 * test/nightly/small-bound.test.ts.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { GRID_MS } from '../../shared/model/lateness.ts';
import { LateStandby } from '../support/late-standby.ts';
import { lateOn } from '../support/lateness.ts';
import { atNight } from '../support/nightly.ts';
import { ShortLivedCounters } from '../support/source/short-lived-counters.ts';
import { poll } from '../support/sync-run.ts';

const SMALL_MS = 10_000;
/** PTTL is asked of two servers one after the other. */
const ASKED_MS = 1000;

let standby: LateStandby;

beforeEach(async () => {
  standby = await LateStandby.start(SMALL_MS);
});

afterEach(() => standby.stop());

it('in step every key is late by the small bound, and exact after the end', async () => {
  const { a, b } = standby;
  const writes = a.pipeline();
  for (let i = 0; i < 3000; i++) writes.set(`k:${i}`, 'v', 'PX', 50_000 + i * 100);
  writes.set('far', 'v', 'EX', 40 * 86_400).set('lasting', 'v');
  await writes.exec();
  await standby.follow();
  await a.multi().set('new', 'v', 'EX', 100).rename('k:7', 'k:renamed').exec();
  await poll('the renamed key', async () => (await b.exists('k:renamed')) === 1);
  for (const key of (await b.keys('*')).filter((name) => !name.startsWith('lockstep:'))) {
    const [here, there] = await Promise.all([a.pttl(key), b.pttl(key)]);
    if (key === 'lasting') expect([here, there]).toEqual([-1, -1]);
    else if (key === 'far') expect(Math.abs(there - here)).toBeLessThan(ASKED_MS);
    else {
      expect(there - here, key).toBeGreaterThan(SMALL_MS - ASKED_MS);
      expect(there - here, key).toBeLessThan(SMALL_MS + GRID_MS + ASKED_MS);
    }
  }
  await standby.ends(1);
});

atNight(
  'counters that the source extends just in time stay equal through a target that is frozen for longer',
  async () => {
    await standby.follow();
    const counters = new ShortLivedCounters(standby.a);
    counters.begin();
    await poll('the counters', async () => (await standby.b.dbsize()) > counters.count / 2);
    standby.freeze();
    await pause(SMALL_MS * 1.3);
    standby.thaw();
    await poll('the late batch is told', () => standby.run!.faults.includes('EXPIRY_OVERTAKEN'));
    await counters.end();
    await standby.ends(1);
  },
);

it('a small bound is made long again before the stream is applied, where the target can judge no longer', async () => {
  const { a, b } = standby;
  await a.set('k', 'v', 'EX', 100);
  await standby.follow();
  expect(await lateOn(b, 'k')).toBe('small');
  await b.call('ACL', 'SETUSER', 'default', '-eval', '-evalsha');
  await b.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await standby.inState('long');
  expect(await lateOn(b, 'k')).toBe('long');
});
