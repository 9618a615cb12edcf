import { describe, expect, it } from 'vitest';
import { FIELD_HOLD_MS, HOLD_MS, isHeld, releasedTtlMs } from '../../../../shared/model/expiry-hold.ts';

describe('expiry hold', () => {
  it('is 100,000 years, and 1,000 for fields', () => {
    expect(HOLD_MS).toBe(100_000 * 365.25 * 24 * 3600 * 1000);
    expect(FIELD_HOLD_MS).toBe(1000 * 365.25 * 24 * 3600 * 1000);
  });

  it('tells a held time from a true one', () => {
    expect(isHeld(HOLD_MS + 1500)).toBe(true);
    expect(isHeld(HOLD_MS - 3_600_000)).toBe(true);
    expect(isHeld(10 * 365 * 24 * 3_600_000)).toBe(false);
    expect(isHeld(-1)).toBe(false);
    expect(isHeld(-2)).toBe(false);
  });

  it('releases a held time', () => {
    expect(releasedTtlMs(HOLD_MS + 1500)).toBe(1500);
    expect(releasedTtlMs(1500)).toBe(1500);
  });

  it('says 0 where the true expiry has passed', () => {
    expect(releasedTtlMs(HOLD_MS)).toBe(0);
    expect(releasedTtlMs(HOLD_MS - 1)).toBe(0);
    expect(releasedTtlMs(HOLD_MS - 60_000)).toBe(0);
  });

  it('passes the negative replies of PTTL', () => {
    expect(releasedTtlMs(-1)).toBe(-1);
    expect(releasedTtlMs(-2)).toBe(-2);
  });
});
