import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pace } from '../../../../electron/engine/task/pace.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000, toFake: ['Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('Pace', () => {
  it('allows anything without a limit', () => {
    const pace = new Pace(0);
    pace.used(1_000_000);
    expect(pace.allowed(1_000_000)).toBe(Infinity);
  });

  it('allows so many a second, whenever it is asked', () => {
    for (const everyMs of [1, 20, 70, 100]) {
      const pace = new Pace(1000);
      let sent = 0;
      for (let ms = 0; ms <= 10_000; ms += everyMs) {
        const allowed = pace.allowed(1_000_000 + ms);
        pace.used(allowed);
        sent += allowed;
      }
      expect(sent).toBeGreaterThan(9_800);
      expect(sent).toBeLessThanOrEqual(10_000);
    }
  });

  it('allows no more at once than a tenth of a second brings, however long nothing was sent', () => {
    expect(new Pace(1000).allowed(2_000_000)).toBe(100);
  });

  it('comes to one command in the end, even at one a second', () => {
    const pace = new Pace(1);
    expect(pace.allowed(1_000_900)).toBe(0);
    expect(pace.allowed(1_001_000)).toBe(1);
    expect(pace.allowed(1_009_000)).toBe(1);
  });

  it('makes up for what was sent beyond the allowance', () => {
    const pace = new Pace(1000);
    pace.allowed(1_000_100);
    pace.used(600);
    expect(pace.allowed(1_000_500)).toBeLessThan(1);
    expect(pace.allowed(1_000_610)).toBe(10);
  });

  it('does not stand still for as long as a clock was set back', () => {
    const pace = new Pace(1000);
    pace.allowed(1_000_100);
    pace.used(100);
    expect(pace.allowed(400_000)).toBe(0);
    expect(pace.allowed(400_050)).toBe(50);
  });
});
