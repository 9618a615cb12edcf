import { describe, expect, test } from 'vitest';
import { History } from '../../../../electron/backend/history/history.ts';
import {
  historyPointSchema,
  HISTORY_TIERS,
  spanOf,
  type HistoryPoint,
} from '../../../../shared/model/history.ts';
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

/** What is shown of the last time that a tier covers, or of less. */
const lately = (history: History, spanMs: number, nowMs: number, db: number | null = null): HistoryPoint[] =>
  history.points({ spanMs, endMs: null }, db, nowMs).points;
const FIVE_MINUTES = 300_000;
const HOUR = 3_600_000;

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
    expect(lately(history, HOUR, START_MS + 3000)).toMatchObject([
      { atMs: START_MS, appliedCommandsPerSecond: 3, lagSeconds: 6, lagBytes: 6, sourceKeys: 2 },
    ]);
  });

  test('days of reports fill every tier to its length and no further, in equal steps', () => {
    const history = new History();
    const day = 86_400;
    for (let second = 0; second < day + 1000; second += 1)
      history.add(report(START_MS + second * 1000, second));
    const nowMs = START_MS + (day + 999) * 1000;
    for (const tier of HISTORY_TIERS.slice(0, 3)) {
      const { stepMs, points } = tier;
      const shown = lately(history, spanOf(tier), nowMs).slice(-points);
      expect(shown).toHaveLength(points);
      expect(shown.at(-1)!.atMs).toBe(Math.floor(nowMs / stepMs) * stepMs);
      shown.slice(1).forEach((point, index) => {
        if (point.atMs - shown[index]!.atMs !== stepMs) throw new Error(`a gap before ${point.atMs}`);
      });
      expect(historyPointSchema.safeParse(shown[0]).success).toBe(true);
    }
    // A step of the longest range is the mean of its 300 reports.
    const [, second] = lately(history, 24 * HOUR, nowMs).slice(-288);
    const from = (second!.atMs - START_MS) / 1000;
    expect(second!.appliedCommandsPerSecond).toBeCloseTo(from + 149.5, 6);
    expect(second!.sourceKeys).toBe(from + 299);
  });

  test('where the task did not run there is a gap', () => {
    const history = new History();
    for (const second of [0, 1, 10, 11]) history.add(report(START_MS + second * 1000, 1));
    const seconds = lately(history, FIVE_MINUTES, START_MS + 11_000).map(
      ({ atMs }) => (atMs - START_MS) / 1000,
    );
    expect(seconds).toEqual([0, 1, 10, 11]);
  });

  test('a report that comes a little late is no gap', () => {
    const history = new History();
    for (const ms of [900, 2050, 3100]) history.add(report(START_MS + ms, ms));
    const points = lately(history, FIVE_MINUTES, START_MS + 3500);
    expect(points.map(({ atMs }) => (atMs - START_MS) / 1000)).toEqual([0, 1, 2, 3]);
    expect(points[1]!.appliedCommandsPerSecond).toBe(2050);
  });

  test('databases have their own counts, 0 when they were emptied; of more than 16 only the totals are kept', () => {
    const history = new History();
    const many = Array.from({ length: 20 }, (_, db) => count(db, db + 1));
    history.add(report(START_MS, 1, { databases: many }));
    history.add(report(START_MS + 1000, 1, { databases: [] }));
    const nowMs = START_MS + 1000;
    expect(lately(history, FIVE_MINUTES, nowMs, 3).map(({ sourceKeys }) => sourceKeys)).toEqual([4, 0]);
    expect(lately(history, FIVE_MINUTES, nowMs, 3)[0]).toMatchObject({ appliedCommandsPerSecond: 1 });
    expect(lately(history, FIVE_MINUTES, nowMs, 15)).toHaveLength(2);
    expect(lately(history, FIVE_MINUTES, nowMs, 16)).toEqual([]);
    expect(lately(history, FIVE_MINUTES, nowMs)[0]).toMatchObject({ sourceKeys: 210 });
  });

  test('nothing is recorded before the keys of both sides were counted', () => {
    const history = new History();
    history.add({ ...report(START_MS, 1, { databases: [] }), phase: 'connecting' });
    expect(lately(history, FIVE_MINUTES, START_MS)).toEqual([]);
  });

  test('a step has the traffic of a copy and that of the stream apart, each as the mean of its own reports', () => {
    const history = new History();
    const phases = ['full-copy', 'full-copy', 'in-step', 'in-step'] as const;
    [400, 200, 10, 30].forEach((rate, index) =>
      history.add(report(START_MS + index * 1000, rate, { phase: phases[index]! })),
    );
    expect(lately(history, HOUR, START_MS + 4000)).toMatchObject([
      { copyCommandsPerSecond: 300, appliedCommandsPerSecond: 20 },
    ]);
    expect(
      lately(history, FIVE_MINUTES, START_MS + 4000).map((point) => [
        point.copyCommandsPerSecond,
        point.appliedCommandsPerSecond,
      ]),
    ).toEqual([
      [400, null],
      [200, null],
      [null, 10],
      [null, 30],
    ]);
  });

  test('drift has its sign, database by database, and is told from the end of the copy on', () => {
    const history = new History();
    const counts = [
      { ...count(0, 100), targetKeys: 90 },
      { ...count(1, 5), targetKeys: 8 },
    ];
    const phases = ['connecting', 'full-copy', 'reconnecting', 'catching-up', 'reconnecting'] as const;
    phases.forEach((phase, index) =>
      history.add(report(START_MS + index * 1000, 1, { phase, databases: counts })),
    );
    const drift = lately(history, FIVE_MINUTES, START_MS + 5000).map((one) => [
      one.keysMissing,
      one.keysExtra,
    ]);
    expect(drift).toEqual([
      [null, null],
      [null, null],
      [null, null],
      [10, -3],
      [10, -3],
    ]);
    expect(lately(history, FIVE_MINUTES, START_MS + 5000, 1).at(-1)).toMatchObject({
      keysMissing: 0,
      keysExtra: -3,
    });
  });

  test('a part of the past is told in the finest steps that reach back to it', () => {
    const history = new History();
    for (let second = 0; second < 3000; second += 1) history.add(report(START_MS + second * 1000, second));
    const nowMs = START_MS + 3_000_000;
    const near = history.points({ spanMs: 60_000, endMs: nowMs - 60_000 }, null, nowMs);
    expect([near.stepMs, near.points.length]).toEqual([1000, 61]);
    expect(near.points.at(-1)!.atMs).toBe(nowMs - 60_000);
    const far = history.points({ spanMs: 120_000, endMs: START_MS + 240_000 }, null, nowMs);
    expect(far.stepMs).toBe(12_000);
    expect(far.points[0]!.atMs).toBeGreaterThanOrEqual(START_MS + 108_000);
    expect(far.points.at(-1)!.atMs).toBeLessThanOrEqual(START_MS + 240_000);
  });

  test('what was stored is told again, and goes on', () => {
    const before = new History();
    for (let second = 0; second < 1000; second += 1)
      before.add(report(START_MS + second * 1000, second, { databases: [count(0, second), count(3, 7)] }));
    const after = new History();
    after.restore(JSON.parse(JSON.stringify(before.stored())));
    const nowMs = START_MS + 999_000;
    for (const spanMs of [FIVE_MINUTES, HOUR, 24 * HOUR, 720 * HOUR])
      for (const db of [null, 3])
        expect(lately(after, spanMs, nowMs, db)).toEqual(lately(before, spanMs, nowMs, db));
    for (const history of [before, after]) history.add(report(START_MS + 1_000_000, 5));
    expect(lately(after, HOUR, nowMs + 1000)).toEqual(lately(before, HOUR, nowMs + 1000));
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
    // 1548 steps: 13 + 7 columns of the task, 7 of each database, 8 bytes each.
    expect(before).toBeLessThan(1548 * (20 + 16 * 7) * 8 + 10_000);
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
