import { describe, expect, it } from 'vitest';
import { describeTtl, effectiveTtlMs, endsSoon, sameTtl } from '../../../../electron/engine/verify/ttl.ts';

const NOW = 1_800_000_000_000;
const at = (ttlMs: number, clockMs = NOW) => ({ ttlMs, clockMs });

describe('effectiveTtlMs', () => {
  it.each([
    [-2, -2],
    [-1, -1],
    [0, -2],
    [1, 1],
  ])('reads %d as %d', (raw, effective) => expect(effectiveTtlMs(raw)).toBe(effective));
});

describe('sameTtl', () => {
  it('allows two seconds', () => {
    expect(sameTtl(at(10_000), at(12_000))).toBe(true);
    expect(sameTtl(at(10_000), at(12_001))).toBe(false);
    expect(sameTtl(at(12_001), at(10_000))).toBe(false);
  });

  it('tells an expiry from none', () => {
    expect(sameTtl(at(-1), at(-1))).toBe(true);
    expect(sameTtl(at(-1), at(100))).toBe(false);
    expect(sameTtl(at(100), at(-1))).toBe(false);
  });

  it('accepts the same instant where the clocks differ', () => {
    expect(sameTtl(at(60_000, NOW), at(30_000, NOW + 30_000))).toBe(true);
    expect(sameTtl(at(60_000, NOW), at(60_000, NOW + 30_000))).toBe(true);
    expect(sameTtl(at(60_000, NOW), at(45_000, NOW + 30_000))).toBe(false);
  });

  it('tells what is thousands of years away as exactly as what is near', () => {
    const years = 1e5 * 31_557_600_000;
    expect(sameTtl(at(years), at(years + 2000))).toBe(true);
    expect(sameTtl(at(years), at(years + 86_400_000))).toBe(false);
    expect(sameTtl(at(years), at(years / 2))).toBe(false);
  });

  it('asks for no more than a double can tell', () => {
    expect(sameTtl(at(9_221_572_036_854_775_000), at(9_221_572_036_854_700_000))).toBe(true);
    expect(sameTtl(at(9_221_572_036_854_775_000), at(60_000))).toBe(false);
  });
});

it('endsSoon within two seconds', () => {
  expect([1, 1999, 2000, -1, -2].map((ms) => endsSoon(ms))).toEqual([true, true, false, false, false]);
});

it('describes a time', () => {
  expect([-1, -2, 0, 5].map((ms) => describeTtl(ms))).toEqual([
    'no expiry',
    'expired',
    'expired',
    'expires in 5 ms',
  ]);
  expect([1000, 61_040, 85_565_452, 85_567_452, 3 * 86_400_000].map((ms) => describeTtl(ms))).toEqual([
    'expires in 1 s',
    'expires in 1 min 1 s',
    'expires in 23 h 46 min 5.5 s',
    'expires in 23 h 46 min 7.5 s',
    'expires in 3 d',
  ]);
});
