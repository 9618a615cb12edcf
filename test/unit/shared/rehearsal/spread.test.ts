import { expect, test } from 'vitest';
import { Readings } from '../../../../shared/rehearsal/spread.ts';

test('half, 99 % and all of the readings are at most what it says', () => {
  const readings = new Readings();
  expect(readings.spread()).toBeNull();
  for (let i = 100; i >= 1; i--) readings.add(i);
  expect(readings.spread()).toEqual({ count: 100, p50: 50, p99: 99, worst: 100 });
});

test('of very many readings some are let go of, and never the worst', () => {
  const readings = new Readings();
  for (let i = 0; i < 200_000; i++) readings.add(i === 12_345 ? 1_000_000 : i % 1000);
  const spread = readings.spread()!;
  expect([spread.count, spread.worst]).toEqual([200_000, 1_000_000]);
  expect(spread.p50).toBeGreaterThan(450);
  expect(spread.p50).toBeLessThan(550);
});
