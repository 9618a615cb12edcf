import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  fromAxis,
  signedTicks,
  timeTicks,
  toAxis,
  valueTicks,
  type Unit,
} from '../../../../renderer/charts/ticks.ts';
import { formatTick, formatValue } from '../../../../renderer/charts/units.ts';

const KB = 1024;
const texts = (max: number, unit: Unit): string[] =>
  valueTicks(max, unit).map((value) => formatTick(value, unit));

describe('the value axis', () => {
  it.each<[number, Unit, string[]]>([
    [0, 'count', ['0', '1', '2', '3', '4']],
    [3, 'commands-per-second', ['0', '1/s', '2/s', '3/s', '4/s']],
    [12_400, 'commands-per-second', ['0', '5,000/s', '10,000/s', '15,000/s']],
    [0, 'seconds', ['0', '0.5 s', '1 s']],
    [0.3, 'seconds', ['0', '0.5 s', '1 s']],
    [42, 'seconds', ['0', '15 s', '30 s', '45 s']],
    [5000, 'seconds', ['0', '30 min', '1 h', '1 h 30 min']],
    [700_000, 'seconds', ['0', '5 d', '10 d']],
    [900 * KB, 'bytes-per-second', ['0', '256 KB/s', '512 KB/s', '768 KB/s', '1 MB/s']],
    [3.2 * KB * KB, 'bytes', ['0', '1 MB', '2 MB', '3 MB', '4 MB']],
    [0, 'bytes', ['0', '1 KB', '2 KB', '3 KB', '4 KB']],
  ])('up to %d %s has %j', (max, unit, expected) => {
    expect(texts(max, unit)).toEqual(expected);
  });

  it('begins at 0, rises evenly, holds the greatest value, and has few ticks', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e14, noNaN: true }),
        fc.constantFrom<Unit>('count', 'commands-per-second', 'bytes', 'bytes-per-second', 'seconds'),
        (max, unit) => {
          const ticks = valueTicks(max, unit);
          expect(ticks[0]).toBe(0);
          expect(ticks.at(-1)).toBeGreaterThanOrEqual(max * (1 - 1e-9));
          expect(ticks.length).toBeGreaterThanOrEqual(2);
          expect(ticks.length).toBeLessThanOrEqual(6);
          for (const [index, tick] of ticks.entries()) expect(tick).toBeCloseTo(ticks[1]! * index, 3);
        },
      ),
    );
  });
});

describe('the axis of a drift', () => {
  const signed = (least: number, most: number): string[] =>
    signedTicks(least, most).map((place) => formatTick(fromAxis(place, 'signed-count'), 'signed-count'));

  it.each<[number, number, string[]]>([
    [0, 0, ['0', '+10']],
    [0, 23, ['0', '+10', '+100']],
    [-3, 0, ['−10', '0']],
    [-3, 12_485, ['−10', '0', '+10', '+1,000', '+100,000']],
    [0, 40_000_000, ['0', '+100', '+10,000', '+1,000,000', '+100,000,000']],
  ])('from %d to %d has %j', (least, most, expected) => {
    expect(signed(least, most)).toEqual(expected);
    const ticks = signedTicks(least, most);
    expect(ticks[0]).toBeLessThanOrEqual(toAxis(least, 'signed-count'));
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(toAxis(most, 'signed-count'));
  });

  it('keeps a few keys readable beside a million, and tells the value of each place', () => {
    const share = toAxis(23, 'signed-count') / toAxis(1_000_000, 'signed-count');
    expect(share).toBeGreaterThan(0.2);
    for (const value of [-40_000, -1, 0, 1, 23, 12_485]) {
      expect(fromAxis(toAxis(value, 'signed-count'), 'signed-count')).toBe(value);
    }
  });
});

describe('values', () => {
  it.each<[number, Unit, string]>([
    [12_400.4, 'commands-per-second', '12,400/s'],
    [1536, 'bytes-per-second', '1.5 KB/s'],
    [0, 'seconds', '< 0.1 s'],
    [0.314, 'seconds', '0.3 s'],
    [75, 'seconds', '1 min 15 s'],
    [3, 'count', '3'],
  ])('%d %s is %s', (value, unit, text) => {
    expect(formatValue(value, unit)).toBe(text);
  });
});

describe('the time axis', () => {
  const zone = process.env['TZ'];
  // A zone that is not a whole number of hours away from UTC, and that puts the clock back by half an hour.
  beforeAll(() => {
    process.env['TZ'] = 'Australia/Lord_Howe';
  });
  afterAll(() => {
    if (zone === undefined) delete process.env['TZ'];
    else process.env['TZ'] = zone;
  });
  const clock = (atMs: number): string => new Date(atMs).toTimeString().slice(0, 5);

  it('has whole minutes for 5 minutes', () => {
    const fromMs = new Date(2026, 0, 5, 9, 58, 30).getTime();
    expect(timeTicks(fromMs, fromMs + 300_000).map(clock)).toEqual([
      '09:59',
      '10:00',
      '10:01',
      '10:02',
      '10:03',
    ]);
  });

  it('has ten minutes for an hour', () => {
    const fromMs = new Date(2026, 0, 5, 9, 58, 30).getTime();
    expect(timeTicks(fromMs, fromMs + 3_600_000).map(clock)).toEqual([
      '10:00',
      '10:10',
      '10:20',
      '10:30',
      '10:40',
      '10:50',
    ]);
  });

  it('stays on round hours of the local zone, also where the clock is changed', () => {
    const fromMs = new Date(2026, 3, 4, 22, 10).getTime();
    const ticks = timeTicks(fromMs, fromMs + 86_400_000).map(clock);
    expect(ticks).toEqual(['00:00', '03:00', '06:00', '09:00', '12:00', '15:00', '18:00', '21:00']);
  });
});
