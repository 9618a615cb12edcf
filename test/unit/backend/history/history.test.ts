import { describe, expect, test } from 'vitest';
import { History } from '../../../../electron/backend/history/history.ts';
import { historyPointSchema, HISTORY_RANGES, type HistoryRange } from '../../../../shared/model/history.ts';
import type { DatabaseCount, Metrics } from '../../../../shared/model/metrics.ts';
import { metricsOf } from '../../../support/backend/fake-engine.ts';

const START_MS = 1_800_000_000_000;
const count = (db: number, keys: number): DatabaseCount => ({
  db,
  sourceKeys: keys,
  sourceExpires: 0,
  targetKeys: keys,
  targetExpires: 0,
});

function report(atMs: number, rate: number, changes: Partial<Metrics> = {}): Metrics {
  const base = metricsOf('in-step', atMs);
  return {
    ...base,
    applied: { ...base.applied, commandsPerSecond: rate },
    lag: { bytes: rate, seconds: rate },
    databases: [count(0, rate)],
    ...changes,
  };
}

describe('history', () => {
  test('a step has the mean of the rates, the maximum of the lag, the last of the counts', () => {
    const history = new History();
    [1, 6, 2].forEach((rate, index) => history.add(report(START_MS + index * 1000, rate)));
    expect(history.points('1h', null, START_MS + 3000)).toMatchObject([
      { atMs: START_MS, appliedCommandsPerSecond: 3, lagSeconds: 6, lagBytes: 6, sourceKeys: 2 },
    ]);
  });

  test('a day of reports fills every range to its length and no further, in equal steps', () => {
    const history = new History();
    const day = 86_400;
    for (let second = 0; second < day + 1000; second += 1)
      history.add(report(START_MS + second * 1000, second));
    const nowMs = START_MS + (day + 999) * 1000;
    for (const range of Object.keys(HISTORY_RANGES) as HistoryRange[]) {
      const { stepMs, points } = HISTORY_RANGES[range];
      const shown = history.points(range, null, nowMs);
      expect(shown).toHaveLength(points);
      expect(shown.at(-1)!.atMs).toBe(Math.floor(nowMs / stepMs) * stepMs);
      shown.slice(1).forEach((point, index) => {
        if (point.atMs - shown[index]!.atMs !== stepMs) throw new Error(`a gap before ${point.atMs}`);
      });
      expect(historyPointSchema.safeParse(shown[0]).success).toBe(true);
    }
    // A step of the longest range is the mean of its 300 reports.
    const [, second] = history.points('24h', null, nowMs);
    const from = (second!.atMs - START_MS) / 1000;
    expect(second!.appliedCommandsPerSecond).toBeCloseTo(from + 149.5, 6);
    expect(second!.sourceKeys).toBe(from + 299);
  });

  test('where the task did not run there is a gap', () => {
    const history = new History();
    for (const second of [0, 1, 10, 11]) history.add(report(START_MS + second * 1000, 1));
    const seconds = history.points('5m', null, START_MS + 11_000).map(({ atMs }) => (atMs - START_MS) / 1000);
    expect(seconds).toEqual([0, 1, 10, 11]);
  });

  test('a report that comes a little late is no gap', () => {
    const history = new History();
    for (const ms of [900, 2050, 3100]) history.add(report(START_MS + ms, ms));
    const points = history.points('5m', null, START_MS + 3500);
    expect(points.map(({ atMs }) => (atMs - START_MS) / 1000)).toEqual([0, 1, 2, 3]);
    expect(points[1]!.appliedCommandsPerSecond).toBe(2050);
  });

  test('databases have their own counts, 0 when they were emptied; of more than 16 only the totals are kept', () => {
    const history = new History();
    const many = Array.from({ length: 20 }, (_, db) => count(db, db + 1));
    history.add(report(START_MS, 1, { databases: many }));
    history.add(report(START_MS + 1000, 1, { databases: [] }));
    const nowMs = START_MS + 1000;
    expect(history.points('5m', 3, nowMs).map(({ sourceKeys }) => sourceKeys)).toEqual([4, 0]);
    expect(history.points('5m', 3, nowMs)[0]).toMatchObject({ appliedCommandsPerSecond: 1 });
    expect(history.points('5m', 15, nowMs)).toHaveLength(2);
    expect(history.points('5m', 16, nowMs)).toEqual([]);
    expect(history.points('5m', null, nowMs)[0]).toMatchObject({ sourceKeys: 210 });
  });

  test('nothing is recorded before the keys of both sides were counted', () => {
    const history = new History();
    history.add({ ...report(START_MS, 1, { databases: [] }), phase: 'connecting' });
    expect(history.points('5m', null, START_MS)).toEqual([]);
  });

  test('memory does not grow with time', () => {
    const history = new History();
    const databases = Array.from({ length: 16 }, (_, db) => count(db, db));
    const fill = (fromSecond: number, seconds: number): void => {
      for (let second = fromSecond; second < fromSecond + seconds; second += 1)
        history.add(report(START_MS + second * 1000, second, { databases }));
    };
    fill(0, 1000);
    const before = bytesOf(history);
    fill(1000, 5000);
    expect(bytesOf(history)).toBe(before);
    // Three ranges of up to 300 steps: 8 + 6 columns of the task, 6 of each database, 8 bytes each.
    expect(before).toBeLessThan(800_000);
  });
});

/** The size of all arrays of numbers that are reachable, and the number of everything else. */
function bytesOf(root: unknown, seen = new Set<unknown>()): number {
  if (typeof root !== 'object' || root === null || seen.has(root)) return 0;
  seen.add(root);
  if (root instanceof Float64Array) return root.byteLength;
  const children = root instanceof Map ? [...root.values()] : Object.values(root);
  return children.reduce<number>((sum, child) => sum + bytesOf(child, seen), children.length);
}
