import { beforeEach, expect, it, vi } from 'vitest';
import { WalkPace, type PaceWish } from '../../../../electron/engine/verify/walk-pace.ts';
import type { Clock } from '../../../../electron/engine/world/clock.ts';

let nowMs: number;
let wish: PaceWish;
let stop: AbortController;
let pace: WalkPace;
const ping = vi.fn<() => Promise<void>>(async () => undefined);
/** What happens at these times, in order. */
let plan: { readonly atMs: number; readonly run: () => void }[];

/** Time passes when somebody waits. */
const clock: Pick<Clock, 'monotonicMs' | 'setTimeout'> = {
  monotonicMs: () => nowMs,
  setTimeout: (run, waitMs) => {
    nowMs += waitMs;
    while (plan[0] && plan[0].atMs <= nowMs) plan.shift()!.run();
    queueMicrotask(run);
    return { unref: () => undefined };
  },
};

beforeEach(() => {
  nowMs = 0;
  plan = [];
  wish = { maxKeysPerSecond: 0, paused: false };
  stop = new AbortController();
  ping.mockClear();
  pace = new WalkPace({ wish, clock: clock as Clock, signal: stop.signal, ping });
});

it('without a limit nobody waits, and pages are as large as they are', async () => {
  await pace.took(1_000_000);
  expect(nowMs).toBe(0);
  expect(pace.pageCount(2000)).toBe(2000);
});

it('as many keys a second are walked as the limit says, by all together', async () => {
  wish.maxKeysPerSecond = 1000;
  await pace.took(500);
  expect(nowMs).toBeCloseTo(500, 0);
  await Promise.all([pace.took(1000), pace.took(1000)]);
  expect(nowMs).toBeCloseTo(2500, -2);
  expect([100_000, 1000, 3].map((limit) => ((wish.maxKeysPerSecond = limit), pace.pageCount(500)))).toEqual([
    500, 200, 10,
  ]);
});

it('time in which nothing was walked is not made up for', async () => {
  wish.maxKeysPerSecond = 1000;
  nowMs = 60_000;
  await pace.took(1000);
  expect(nowMs).toBeCloseTo(61_000, 0);
});

it('a new limit holds at once for what is being waited for', async () => {
  wish.maxKeysPerSecond = 10;
  plan = [{ atMs: 1000, run: () => (wish.maxKeysPerSecond = 1000) }];
  await pace.took(1000);
  expect(nowMs).toBeGreaterThan(1700);
  expect(nowMs).toBeLessThan(2300);
});

it('a pause lasts until somebody ends it, and the servers hear of us meanwhile', async () => {
  wish.paused = true;
  plan = [{ atMs: 65_000, run: () => (wish.paused = false) }];
  await pace.took(0);
  expect(nowMs).toBeGreaterThanOrEqual(65_000);
  expect(nowMs).toBeLessThan(65_500);
  expect(ping).toHaveBeenCalledTimes(3);
});

it('who waits is ended by the signal, and by a server that is gone', async () => {
  wish.paused = true;
  plan = [{ atMs: 1000, run: () => stop.abort() }];
  await expect(pace.took(0)).rejects.toMatchObject({ code: 'INTERRUPTED' });
  stop = new AbortController();
  ping.mockRejectedValueOnce(new Error('gone'));
  pace = new WalkPace({ wish, clock: clock as Clock, signal: stop.signal, ping });
  await expect(pace.took(0)).rejects.toThrow('gone');
});
