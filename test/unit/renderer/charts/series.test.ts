import { describe, expect, it } from 'vitest';
import {
  appendPoint,
  extent,
  leavesGap,
  pointOf,
  summarise,
  withGaps,
} from '../../../../renderer/charts/series.ts';
import type { HistoryPoint } from '../../../../shared/model/history.ts';
import type { Metrics } from '../../../../shared/model/metrics.ts';
import { historyPoint } from '../../../support/page/task-figures/history-point.ts';

const point = (atMs: number, appliedCommandsPerSecond: number | null = 0) =>
  historyPoint({ atMs, appliedCommandsPerSecond });
const times = (rows: readonly { readonly atMs: number }[]): number[] => rows.map(({ atMs }) => atMs);

describe('appending', () => {
  it('keeps as many points as the range has steps, the newest', () => {
    let series: readonly HistoryPoint[] = [];
    for (let second = 1; second <= 1000; second += 1)
      series = appendPoint(series, point(second * 1000), 1000, 300);
    expect(series).toHaveLength(300);
    expect([series[0]?.atMs, series.at(-1)?.atMs]).toEqual([701_000, 1_000_000]);
  });

  it('takes reports that come a little early or late as points of their own', () => {
    const series = [1000, 1990, 3040, 3960].reduce<readonly HistoryPoint[]>(
      (sofar, atMs) => appendPoint(sofar, point(atMs), 1000, 300),
      [],
    );
    expect(times(series)).toEqual([1000, 1990, 3040, 3960]);
  });

  it('lets a report in quick succession take the place of the one before', () => {
    const series = [1000, 2000, 2100, 2200].reduce<readonly HistoryPoint[]>(
      (sofar, atMs) => appendPoint(sofar, point(atMs, atMs), 1000, 300),
      [],
    );
    expect(times(series)).toEqual([1000, 2200]);
  });

  it('leaves out what was there already and what is older', () => {
    const series = [point(1000), point(2000)];
    expect(appendPoint(series, point(2000), 1000, 300)).toBe(series);
    expect(appendPoint(series, point(500), 1000, 300)).toBe(series);
  });

  it('forgets everything that the range has left behind', () => {
    expect(times(appendPoint([point(1000), point(2000)], point(900_000), 1000, 300))).toEqual([900_000]);
  });
});

describe('gaps', () => {
  it('interrupt the line where reports are missing, and only there', () => {
    const rows = withGaps([point(0), point(1000), point(3000), point(9000), point(10_000)], 1000, 10_000);
    expect(times(rows)).toEqual([0, 1000, 3000, 4000, 9000, 10_000]);
    expect(rows.filter((row) => !('lagSeconds' in row)).map(({ atMs }) => atMs)).toEqual([4000]);
  });

  it('end where the axis does', () => {
    expect(times(withGaps([point(0)], 1000, 3000))).toEqual([0, 3000]);
    expect(times(withGaps([], 1000, 3000))).toEqual([3000]);
  });

  it('are seen before a point is appended', () => {
    expect(leavesGap([point(0)], point(2000), 1000)).toBe(false);
    expect(leavesGap([point(0)], point(2501), 1000)).toBe(true);
    expect(leavesGap([], point(2501), 1000)).toBe(false);
  });
});

describe('summaries', () => {
  it('give now, least, mean and greatest', () => {
    const series = [point(0, 4), point(1, 1), point(2, 7)];
    expect(summarise(series, 'appliedCommandsPerSecond')).toEqual({ now: 7, min: 1, mean: 4, max: 7 });
    expect(extent(series, 'appliedCommandsPerSecond')).toEqual([0, 7]);
  });

  it('are missing where there is no point', () => {
    expect(summarise([], 'lagSeconds')).toBeUndefined();
    expect(extent([], 'lagSeconds')).toEqual([0, 0]);
  });

  it('leave out what was not told, and say the last that was', () => {
    const series = [point(0, 40), point(1, null), point(2, 20), point(3, null)];
    expect(summarise(series, 'appliedCommandsPerSecond')).toEqual({ now: 20, min: 20, mean: 30, max: 40 });
    expect(summarise([point(0, null)], 'appliedCommandsPerSecond')).toBeUndefined();
  });
});

describe('the point of a report', () => {
  const flow = { commands: 0, bytes: 0 };
  const metrics: Metrics = {
    atMs: 5,
    phase: 'in-step',
    copy: { bytesDone: 0, bytesReceived: 0, keysDone: 0 },
    read: { ...flow, commandsPerSecond: 11, bytesPerSecond: 12 },
    applied: { ...flow, commandsPerSecond: 13, bytesPerSecond: 14 },
    offsets: { source: 0, received: 0, applied: 0 },
    lag: { bytes: 15, seconds: 16 },
    spool: { bytes: 17, diskBytes: 0 },
    databases: [
      { db: 0, sourceKeys: 100, sourceExpires: 10, targetKeys: 95, targetExpires: 8 },
      { db: 3, sourceKeys: 50, sourceExpires: 0, targetKeys: 53, targetExpires: 0 },
    ],
    faults: 0,
    evictedKeys: 0,
    librariesLeftOut: 0,
    rssBytes: 0,
  };

  it('adds the databases, and says apart what is missing and what the target has beyond the source', () => {
    expect(pointOf(metrics, null, false)).toMatchObject({
      atMs: 5,
      readCommandsPerSecond: 11,
      appliedCommandsPerSecond: 13,
      readBytesPerSecond: 12,
      appliedBytesPerSecond: 14,
      copyReadBytesPerSecond: null,
      lagBytes: 15,
      lagSeconds: 16,
      spoolBytes: 17,
      sourceKeys: 150,
      targetKeys: 148,
      sourceExpires: 10,
      targetExpires: 8,
      keysMissing: 3,
      keysExtra: -3,
    });
  });

  it('takes one database where one is chosen', () => {
    expect(pointOf(metrics, 3, false)).toMatchObject({
      ...{ sourceKeys: 50, targetKeys: 53 },
      ...{ keysMissing: 0, keysExtra: -3 },
    });
    expect(pointOf(metrics, 9, false)).toMatchObject({ sourceKeys: 0, targetKeys: 0, keysMissing: 0 });
  });

  it('tells the traffic of a full copy apart from that of the stream, and no drift until it is over', () => {
    expect(pointOf({ ...metrics, phase: 'full-copy' }, null, true)).toMatchObject({
      readCommandsPerSecond: null,
      appliedBytesPerSecond: null,
      copyCommandsPerSecond: 13,
      copyReadBytesPerSecond: 12,
      copyAppliedBytesPerSecond: 14,
      keysMissing: null,
      keysExtra: null,
    });
  });
});
