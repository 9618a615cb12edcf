import { describe, expect, it } from 'vitest';
import { ReceiveClock } from '../../../../electron/engine/expiry/receive-clock.ts';

const NOW = 9_999_999;

describe('ReceiveClock', () => {
  it('says now for what it has not heard of', () => {
    expect(new ReceiveClock().at(0, NOW)).toBe(NOW);
    const clock = new ReceiveClock();
    clock.received(100, 1000);
    expect(clock.at(100, NOW)).toBe(NOW);
  });

  it('says when a byte was received: position n is the byte after the first n', () => {
    const clock = new ReceiveClock();
    for (let i = 1; i <= 5; i++) clock.received(i * 100, i * 1000);
    expect([0, 99, 100, 101, 399, 400, 499].map((position) => clock.at(position, NOW))).toEqual([
      1000, 1000, 2000, 2000, 4000, 5000, 5000,
    ]);
  });

  it('takes what comes within 20 ms together, at its beginning', () => {
    const clock = new ReceiveClock();
    clock.received(100, 1000);
    clock.received(200, 1019);
    clock.received(300, 1020);
    expect([150, 250].map((position) => clock.at(position, NOW))).toEqual([1000, 1020]);
  });

  it('forgets what is released, now and then, and keeps the rest', () => {
    const clock = new ReceiveClock();
    for (let i = 1; i <= 5000; i++) clock.received(i * 100, i * 1000);
    clock.release(400_000);
    for (const i of [4001, 4500, 5000]) expect(clock.at(i * 100 - 1, NOW)).toBe(i * 1000);
    clock.release(10_000_000);
    expect(clock.at(499_999, NOW)).toBe(5_000_000);
    clock.received(600_000, 6_000_000);
    expect(clock.at(599_999, NOW)).toBe(6_000_000);
  });

  it('stays small: of very many marks every other is forgotten, and a byte is at most one mark too late', () => {
    const clock = new ReceiveClock();
    const marks = 140_001;
    for (let i = 1; i <= marks; i++) {
      clock.received(i * 10, i * 100);
      // The newest byte must never seem to be received just now.
      if (i % 1000 < 3) expect(clock.at(i * 10 - 1, 1e12)).toBe(i * 100);
    }
    let latest = 0;
    for (let i = 1; i <= marks; i += 7) {
      const late = clock.at(i * 10 - 1, 1e12) - i * 100;
      expect(late).toBeGreaterThanOrEqual(0);
      latest = Math.max(latest, late);
    }
    expect(latest).toBeLessThanOrEqual(1500);
  });
});
