import { expect, test } from 'vitest';
import { KeySample } from '../../../../electron/engine/verify/key-sample.ts';

const names = Array.from({ length: 100_000 }, (_, n) => Buffer.from(`user:${n}:cart`));
const taken = (sample: KeySample): Buffer[] => names.filter((key) => sample.takes(key));

test('a sample has about its share of keys, whatever their names look like', () => {
  for (const [share, seed] of [
    [0.01, 1],
    [0.2, 2],
    [0.5, 0xffff_ffff],
  ] as const) {
    const spread = 4 * Math.sqrt(names.length * share * (1 - share));
    expect(Math.abs(taken(new KeySample(share, seed)).length - names.length * share)).toBeLessThan(spread);
  }
  expect(taken(new KeySample(1, 7))).toHaveLength(names.length);
});

test('which keys they are is the same for all sides of a sample, and independent of another one', () => {
  const [one, other] = [new KeySample(0.1, 5), new KeySample(0.1, 6)];
  expect(taken(one)).toEqual(taken(new KeySample(0.1, 5)));
  const inBoth = taken(one).filter((key) => other.takes(key)).length;
  expect(Math.abs(inBoth - 1000)).toBeLessThan(130);
});

test('lengths that are no multiple of four count with all of their bytes', () => {
  const sample = new KeySample(0.5, 3);
  for (const length of [1, 2, 3, 5, 7]) {
    const sides = new Set<boolean>();
    for (let n = 0; n < 64; n++) sides.add(sample.takes(Buffer.from([...Array(length - 1).fill(120), n])));
    expect(sides.size).toBe(2);
  }
});
