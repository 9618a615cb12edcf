import { expect, it } from 'vitest';
import { Random } from '../../../../electron/headless/demo-data/random.ts';
import { weighted } from '../../../../electron/headless/demo-data/weighted.ts';

it('draws the same with the same seed, and not with another', () => {
  const draw = (seed: number): string => {
    const random = new Random(seed);
    return [
      random.uint32(),
      random.below(1000),
      random.between(5, 9),
      random.bytes(20).toString('hex'),
    ].join();
  };
  expect(draw(7)).toBe(draw(7));
  expect(draw(7)).not.toBe(draw(8));
});

it('stays within its bounds and reaches them', () => {
  const random = new Random(1);
  const drawn = new Set(Array.from({ length: 1000 }, () => random.between(3, 6)));
  expect([...drawn].toSorted()).toEqual([3, 4, 5, 6]);
  expect(random.bytes(0)).toHaveLength(0);
  expect(() => random.bytes(5_000_000)).toThrow(RangeError);
});

it('meets a probability', () => {
  const random = new Random(2);
  let hits = 0;
  for (let i = 0; i < 10_000; i++) if (random.chance(0.25)) hits += 1;
  expect(hits).toBeGreaterThan(2300);
  expect(hits).toBeLessThan(2700);
});

it('draws by weight', () => {
  const draw = weighted<string>([
    [3, 'often'],
    [1, 'seldom'],
    [0, 'never'],
  ]);
  const random = new Random(3);
  const counts = new Map<string, number>();
  for (let i = 0; i < 4000; i++) {
    const item = draw(random);
    counts.set(item, (counts.get(item) ?? 0) + 1);
  }
  expect(counts.get('often')! / counts.get('seldom')!).toBeCloseTo(3, 0);
  expect(counts.has('never')).toBe(false);
});
