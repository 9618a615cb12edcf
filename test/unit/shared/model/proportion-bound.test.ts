import { expect, test } from 'vitest';
import { proportionBound } from '../../../../shared/model/proportion-bound.ts';

/** From tables of Clopper and Pearson (two sides at 95 %), which anybody can look up. */
const KNOWN = [
  [10, 100, 0.0490047, 0.1762226],
  [1, 20, 0.0012651, 0.2487328],
  [5, 10, 0.187086, 0.812914],
  [90, 100, 0.8237774, 0.9509953],
  [50, 1000, 0.0373354, 0.0653905],
] as const;

test.each(KNOWN)('%i of %i are between the shares that tables have', (found, looked, atLeast, atMost) => {
  const bound = proportionBound(found, looked, 0.95);
  expect(bound.atLeast).toBeCloseTo(atLeast, 6);
  expect(bound.atMost).toBeCloseTo(atMost, 6);
});

test('where none is found the whole doubt is above: 1 − 0.01^(1/n)', () => {
  for (const looked of [1, 300, 20_000, 3_000_000]) {
    const { atLeast, atMost } = proportionBound(0, looked, 0.99);
    expect(atLeast).toBe(0);
    expect(atMost / -Math.expm1(Math.log(0.01) / looked)).toBeCloseTo(1, 8);
  }
  expect(proportionBound(20, 20, 0.99)).toEqual({ atLeast: expect.closeTo(0.01 ** (1 / 20), 10), atMost: 1 });
  expect(proportionBound(0, 0, 0.99)).toEqual({ atLeast: 0, atMost: 1 });
});

test('it is what the binomial distribution says, for many as well', () => {
  const logChoose = (n: number, k: number): number => {
    let sum = 0;
    for (let i = 1; i <= k; i++) sum += Math.log((n - k + i) / i);
    return sum;
  };
  const atMostFound = (k: number, n: number, p: number): number => {
    let sum = 0;
    for (let i = 0; i <= k; i++)
      sum += Math.exp(logChoose(n, i) + i * Math.log(p) + (n - i) * Math.log1p(-p));
    return sum;
  };
  for (const [found, looked] of [
    [3, 50],
    [40, 2000],
    [300, 20_000],
  ] as const) {
    const { atLeast, atMost } = proportionBound(found, looked, 0.99);
    expect(atMostFound(found, looked, atMost)).toBeCloseTo(0.005, 6);
    expect(1 - atMostFound(found - 1, looked, atLeast)).toBeCloseTo(0.005, 6);
  }
  const { atLeast, atMost } = proportionBound(1_000_000, 5_000_000, 0.99);
  // Of so many it is the normal distribution: 2.5758 standard deviations.
  expect(atMost - 0.2).toBeCloseTo(2.5758 * Math.sqrt((0.2 * 0.8) / 5e6), 6);
  expect(0.2 - atLeast).toBeCloseTo(2.5758 * Math.sqrt((0.2 * 0.8) / 5e6), 6);
});
