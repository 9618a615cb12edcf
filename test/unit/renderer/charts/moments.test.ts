import { describe, expect, it } from 'vitest';
import { momentsOf, pathOf, pointAt, type Scale } from '../../../../renderer/charts/moments.ts';
import { withGaps } from '../../../../renderer/charts/series.ts';
import { historyPoint } from '../../../support/page/task-figures/history-point.ts';

const point = (atMs: number, lagSeconds = 0) => historyPoint({ atMs, lagSeconds });

it('has a moment for each step of a span, from the beginning of its axis to the end', () => {
  const moments = momentsOf(300_000, 1000);
  expect(moments).toHaveLength(301);
  expect(moments[0]).toEqual({ fromEndMs: -300_000 });
  expect(moments[299]).toEqual({ fromEndMs: -1000 });
  expect(moments.at(-1)).toEqual({ fromEndMs: -0 });
});

it('has no more moments than can be pointed at, and two at least', () => {
  expect(momentsOf(86_400_000, 1000)).toHaveLength(601);
  expect(momentsOf(5000, 300_000).map(({ fromEndMs }) => fromEndMs)).toEqual([-5000, -0]);
});

describe('pointAt', () => {
  const points = [point(10_000), point(11_010), point(12_020), point(20_000)];

  it('finds the nearest point, though reports do not come to the millisecond', () => {
    expect(pointAt(points, 11_000, 1000)).toBe(points[1]);
    expect(pointAt(points, 11_600, 1000)).toBe(points[2]);
    expect(pointAt(points, 10_400, 1000)).toBe(points[0]);
  });

  it('finds a point wherever the line leads through, and none in a gap', () => {
    expect(pointAt([point(0), point(2500)], 1250, 1000)).toBeDefined();
    expect(pointAt(points, 16_000, 1000)).toBeUndefined();
    expect(pointAt([], 16_000, 1000)).toBeUndefined();
  });
});

describe('pathOf', () => {
  const scale: Scale = {
    area: { x: 100, y: 10, width: 300, height: 50 },
    endMs: 30_000,
    spanMs: 30_000,
    bottom: 0,
    top: 10,
  };

  it('draws from the bottom of the axis to its top, and to the end of it', () => {
    const rows = [point(28_000, 0), point(29_000, 5), point(30_000, 10)];
    expect(pathOf(rows, 'lagSeconds', scale)).toBe('M380,60L390,35L400,10');
  });

  it('interrupts the line at a gap, and shows a point without neighbours', () => {
    const rows = withGaps([point(1000), point(2000), point(10_000), point(20_000)], 1000, 30_000);
    expect(pathOf(rows, 'lagSeconds', scale)).toBe('M110,60L120,60M200,60m-1,0h2M300,60m-1,0h2');
  });

  it('leaves out what lies before the axis', () => {
    const rows = [point(-1000), point(0), point(1000)];
    expect(pathOf(rows, 'lagSeconds', scale)).toBe('M100,60L110,60');
    expect(pathOf([], 'lagSeconds', scale)).toBe('');
  });

  it('leads through no point that tells nothing of it, and draws below 0 where the axis goes there', () => {
    const signed = { ...scale, bottom: -10 };
    const rows = [
      historyPoint({ atMs: 27_000, keysExtra: 0 }),
      historyPoint({ atMs: 28_000, keysExtra: -10 }),
      historyPoint({ atMs: 29_000, keysExtra: null }),
      historyPoint({ atMs: 30_000, keysExtra: -5 }),
    ];
    expect(pathOf(rows, 'keysExtra', signed)).toBe('M370,35L380,60M400,47.5m-1,0h2');
  });
});
