import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openHistoryFeed, type ShownHistory } from '../../../../renderer/charts/history-feed.ts';
import { pointOf } from '../../../../renderer/charts/series.ts';
import type { HistoryPoint, HistoryWindow } from '../../../../shared/model/history.ts';
import type { Metrics } from '../../../../shared/model/metrics.ts';

const flow = { commands: 0, bytes: 0, commandsPerSecond: 0, bytesPerSecond: 0 };
const report = (atMs: number): Metrics => ({
  atMs,
  phase: 'in-step',
  copy: { bytesDone: 0, bytesReceived: 0, keysDone: 0 },
  read: flow,
  applied: flow,
  offsets: { source: 0, received: 0, applied: 0 },
  lag: { bytes: 0, seconds: 0 },
  spool: { bytes: 0, diskBytes: 0 },
  databases: [],
  faults: 0,
  evictedKeys: 0,
  librariesLeftOut: 0,
  rssBytes: 0,
});
const point = (atMs: number): HistoryPoint => pointOf(report(atMs), null, false);

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A feed whose history holds every second from the beginning; its reports are made by hand. */
const last = (spanMs: number): HistoryWindow => ({ spanMs, endMs: null });
const FIVE_MINUTES = last(300_000);

async function open(window: HistoryWindow, load?: () => Promise<readonly HistoryPoint[]>) {
  const shown: ShownHistory[] = [];
  const faults: unknown[] = [];
  const listeners = new Set<(metrics: Metrics) => void>();
  let loads = 0;
  const feed = openHistoryFeed({
    window,
    db: null,
    load: async () => {
      loads += 1;
      const points =
        (await load?.()) ??
        Array.from({ length: 300 }, (_, index) => point(Date.now() - (299 - index) * 1000));
      return { stepMs: 1000, points };
    },
    onReport: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    show: (history) => shown.push(history),
    onFault: (error) => faults.push(error),
  });
  await vi.advanceTimersByTimeAsync(0);
  return {
    feed,
    shown,
    faults,
    listeners,
    loads: () => loads,
    last: () => shown.at(-1),
    second: async (count = 1) => {
      for (let index = 0; index < count; index += 1) {
        await vi.advanceTimersByTimeAsync(1000);
        for (const listener of listeners) listener(report(Date.now()));
      }
    },
  };
}

it('appends a report a second to what was loaded, and stays within the range', async () => {
  const page = await open(FIVE_MINUTES);
  expect(page.last()?.points).toHaveLength(300);
  await page.second(400);
  expect(page.last()?.points).toHaveLength(300);
  expect(page.last()?.rows).toHaveLength(300);
  expect(page.last()?.endMs).toBe(1_400_000);
  expect(page.loads()).toBe(1);
  page.feed.close();
});

it('shows nothing while hidden, and all of it afterwards', async () => {
  const page = await open(FIVE_MINUTES);
  page.feed.hide(true);
  const before = page.shown.length;
  await page.second(60);
  expect(page.shown).toHaveLength(before);
  page.feed.hide(false);
  await vi.advanceTimersByTimeAsync(0);
  expect(page.last()?.points.at(-1)?.atMs).toBe(1_060_000);
  page.feed.close();
});

it('loads what it missed when reports stayed away', async () => {
  const page = await open(FIVE_MINUTES);
  await vi.advanceTimersByTimeAsync(30_000);
  await page.second();
  await vi.advanceTimersByTimeAsync(0);
  expect(page.loads()).toBe(2);
  const rows = page.last()?.rows ?? [];
  expect(rows).toHaveLength(300);
  expect(rows.every((row) => 'lagSeconds' in row)).toBe(true);
  page.feed.close();
});

it('stands still while it is held, and catches up', async () => {
  const page = await open(FIVE_MINUTES);
  page.feed.hold(true);
  const before = page.shown.length;
  await page.second(20);
  expect(page.shown).toHaveLength(before);
  page.feed.hold(false);
  expect(page.last()?.endMs).toBe(1_020_000);
  page.feed.close();
});

it('shows what was loaded first even when it is held from the beginning', async () => {
  let answer: (points: readonly HistoryPoint[]) => void = () => undefined;
  const page = await open(FIVE_MINUTES, () => new Promise((resolve) => (answer = resolve)));
  page.feed.hold(true);
  answer([point(990_000)]);
  await vi.advanceTimersByTimeAsync(0);
  expect(page.last()?.points).toHaveLength(1);
  await page.second(3);
  expect(page.last()?.points).toHaveLength(1);
  page.feed.close();
});

it.each<[string, number, number]>([
  ['an hour', 3_600_000, 12_000],
  ['a day', 86_400_000, 300_000],
])('loads the last time of %s (%d ms) anew every %d ms, unless hidden', async (_name, spanMs, stepMs) => {
  const page = await open(last(spanMs));
  await vi.advanceTimersByTimeAsync(stepMs * 3);
  expect(page.loads()).toBe(4);
  page.feed.hide(true);
  await vi.advanceTimersByTimeAsync(stepMs * 3);
  expect(page.loads()).toBe(4);
  page.feed.hide(false);
  await vi.advanceTimersByTimeAsync(0);
  expect(page.loads()).toBe(5);
  page.feed.close();
});

it('tells of a history that cannot be loaded, and goes on with the reports', async () => {
  const page = await open(FIVE_MINUTES, () => Promise.reject(new Error('gone')));
  expect(page.faults).toHaveLength(1);
  await page.second(3);
  expect(page.last()?.points).toHaveLength(3);
  page.feed.close();
});

it('lets the axis go on where reports stay away', async () => {
  const page = await open(FIVE_MINUTES);
  await page.second();
  expect(page.last()?.endMs).toBe(1_001_000);
  await vi.advanceTimersByTimeAsync(40_000);
  expect(page.last()?.endMs).toBe(1_040_000);
  page.feed.close();
});

it('goes by the clock of the host where that is another', async () => {
  const page = await open(FIVE_MINUTES, () => Promise.resolve([]));
  for (const listener of page.listeners) listener(report(Date.now() - 3_600_000));
  expect(page.last()?.endMs).toBe(1_000_000 - 3_600_000);
  await vi.advanceTimersByTimeAsync(30_000);
  expect(page.last()?.endMs).toBe(1_030_000 - 3_600_000);
  page.feed.close();
});

it('ends with close', async () => {
  const page = await open(last(3_600_000));
  page.feed.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(page.loads()).toBe(1);
  const live = await open(FIVE_MINUTES);
  live.feed.close();
  expect(live.listeners.size).toBe(0);
});

it('shows a part of the past as it is: its axis ends there, and it is loaded once', async () => {
  const page = await open({ spanMs: 60_000, endMs: 900_000 });
  await page.second(20);
  expect(page.last()?.endMs).toBe(900_000);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(page.loads()).toBe(1);
  page.feed.close();
});

it('draws no drift of a copy that goes on when the page is opened, until the stream is applied', async () => {
  const page = await open(FIVE_MINUTES, async () => [
    { ...point(Date.now()), keysMissing: null, keysExtra: null },
  ]);
  const say = async (phase: Metrics['phase']) => {
    await vi.advanceTimersByTimeAsync(1000);
    for (const listener of page.listeners) listener({ ...report(Date.now()), phase });
    return page.last()?.points.at(-1)?.keysMissing;
  };
  expect(await say('reconnecting')).toBeNull();
  expect(await say('catching-up')).toBe(0);
  expect(await say('reconnecting')).toBe(0);
  page.feed.close();
});
