/** Rarer moments of the small bound of late expiry than those of test/integration/small-bound.test.ts. */
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { GRID_MS } from '../../shared/model/lateness.ts';
import { LateStandby } from '../support/late-standby.ts';
import { lateOn } from '../support/lateness.ts';
import { ShortLivedCounters } from '../support/source/short-lived-counters.ts';
import { poll } from '../support/sync-run.ts';

const SMALL_MS = 10_000;

let standby: LateStandby;

beforeEach(async () => {
  standby = await LateStandby.start(SMALL_MS);
});

afterEach(() => standby.stop());

it('what is renamed past the walk to the small bound is brought there as well', async () => {
  const { a, b } = standby;
  const count = 20_000;
  const writes = a.pipeline();
  for (let i = 0; i < count; i++) writes.set(`k:${i}`, 'v', 'EX', 1000);
  await writes.exec();
  const following = standby.follow();
  await standby.inState('shortening');
  const renames = a.pipeline();
  for (let i = 0; i < count; i++) renames.rename(`k:${i}`, `n:${i}`);
  await renames.exec();
  await following;
  await poll('the last of them', async () => (await b.exists(`n:${count - 1}`)) === 1);
  const asking = b.pipeline();
  for (let i = 0; i < count; i++) asking.pttl(`n:${i}`);
  const worst = Math.max(...((await asking.exec()) ?? []).map(([, ttl]) => Number(ttl)));
  expect(worst).toBeLessThan(1_000_000 + SMALL_MS + GRID_MS);
});

it('values that mend keys are late enough for the bound that holds when they are written', async () => {
  const { a, b } = standby;
  await standby.follow();
  await b.set('list', 'of another kind');
  standby.run!.session.setLimits({ maxCommandsPerSecond: 10, maxBytesPerSecond: 0 });
  const writes = a.pipeline();
  writes.rpush('list', 'v').pexpire('list', 600_000);
  for (let i = 0; i < 100; i++) writes.set('k', i);
  await writes.exec();
  await poll('the keys that are mended', () =>
    standby.run!.told.some((text) => /^\d+ keys? on which/.test(text)),
  );
  expect(await b.hget('lockstep:{tasks}:checkpoint:test', 'expiry')).toBe('small');
  await b.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  standby.freeze();
  await pause(SMALL_MS / 2);
  standby.thaw();
  await standby.inState('long');
  await poll('the value', async () => (await b.type('list')) === 'list');
  expect(await lateOn(b, 'list')).toBe('long');
});

it('a clock of this machine that is set while the target is followed changes nothing', async () => {
  await standby.follow();
  const now = Date.now.bind(Date);
  const clock = vi.spyOn(Date, 'now').mockImplementation(() => now() + 300_000);
  try {
    await pause(3000);
    await standby.inState('small');
    await standby.a.set('k', 'v', 'EX', 100);
    await poll('the key', async () => (await standby.b.exists('k')) === 1);
    expect(await lateOn(standby.b, 'k')).toBe('small');
  } finally {
    clock.mockRestore();
  }
});

it('counters under short expiry stay equal through a pause, during which the bound is the long one', async () => {
  await standby.follow();
  const counters = new ShortLivedCounters(standby.a);
  counters.begin();
  await poll('the counters', async () => (await standby.b.dbsize()) > counters.count / 2);
  standby.run!.session.pause();
  await standby.inState('long');
  await pause(SMALL_MS * 1.1);
  standby.run!.session.resume();
  await counters.end();
  await standby.ends(1);
  expect(standby.run!.faults).toEqual([]);
});
