import { describe, expect, it } from 'vitest';
import { describeTtl, effectiveTtlMs, endsSoon, sameTtl } from '../../../../electron/engine/verify/ttl.ts';
import { HOLD_MS } from '../../../../shared/model/expiry-hold.ts';

const NOW = 1_800_000_000_000;
const at = (ttlMs: number, clockMs = NOW) => ({ ttlMs, clockMs });

describe('effectiveTtlMs', () => {
  it.each([
    [-2, -2],
    [-1, -1],
    [0, -2],
    [1, 1],
    [HOLD_MS + 500, 500],
    [HOLD_MS, -2],
    [HOLD_MS - 500, -2],
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

  it('takes off what is held back, on either side', () => {
    expect(sameTtl(at(10_000), at(HOLD_MS + 11_000))).toBe(true);
    expect(sameTtl(at(HOLD_MS + 11_000), at(10_000))).toBe(true);
    expect(sameTtl(at(10_000), at(HOLD_MS + 13_000))).toBe(false);
  });

  it('accepts the same instant where the clocks differ', () => {
    expect(sameTtl(at(60_000, NOW), at(30_000, NOW + 30_000))).toBe(true);
    expect(sameTtl(at(60_000, NOW), at(60_000, NOW + 30_000))).toBe(true);
    expect(sameTtl(at(60_000, NOW), at(45_000, NOW + 30_000))).toBe(false);
  });

  it('knows a true expiry in the far future', () => {
    expect(sameTtl(at(2 * HOLD_MS), at(3 * HOLD_MS))).toBe(true);
    expect(sameTtl(at(2 * HOLD_MS), at(2 * HOLD_MS))).toBe(true);
    expect(sameTtl(at(2 * HOLD_MS), at(3 * HOLD_MS + 5000))).toBe(false);
  });
});

it('endsSoon within two seconds', () => {
  expect([1, 1999, 2000, -1, -2, HOLD_MS + 1999, HOLD_MS + 2000].map((ms) => endsSoon(ms))).toEqual([
    true,
    true,
    false,
    false,
    false,
    true,
    false,
  ]);
});

it('describes a time', () => {
  expect([-1, -2, 5, HOLD_MS + 5, HOLD_MS - 5].map((ms) => describeTtl(ms))).toEqual([
    'no expiry',
    'expired',
    'expires in 5 ms',
    'expires in 5 ms',
    'expired',
  ]);
});
