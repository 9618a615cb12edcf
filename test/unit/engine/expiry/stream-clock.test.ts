import { describe, expect, it } from 'vitest';
import { StreamClock } from '../../../../electron/engine/expiry/stream-clock.ts';

const NOW = 1_700_000_000_000;

describe('StreamClock', () => {
  it('takes the moment at which a command came for the one at which it was run', () => {
    const clock = new StreamClock();
    expect(clock.ranAt(0, NOW)).toBe(NOW);
    clock.received(100, NOW);
    clock.received(200, NOW + 1000);
    expect([0, 99, 100, 199, 200].map((at) => clock.ranAt(at, NOW + 5000))).toEqual([
      NOW,
      NOW,
      NOW + 1000,
      NOW + 1000,
      NOW + 5000,
    ]);
  });

  it('dates what comes 12 s late behind a snapshot by the samples of the source', () => {
    const clock = new StreamClock();
    for (let second = 0; second <= 12; second++)
      clock.sample(second * 10, NOW + second * 1000, NOW + second * 1000, true);
    clock.received(120, NOW + 12_000);
    // Run 1 s, and 5 s, after the snapshot began.
    expect(clock.ranAt(8, NOW + 12_500)).toBe(NOW + 1000);
    expect(clock.ranAt(41, NOW + 12_500)).toBe(NOW + 5000);
  });

  it("speaks of the source's clock", () => {
    const clock = new StreamClock();
    clock.sample(0, NOW + 3_600_000, NOW, true);
    clock.received(10, NOW + 50);
    expect(clock.ranAt(0, NOW + 60)).toBe(NOW + 3_600_050);
    clock.sample(10, NOW + 3_601_000, NOW + 1000, true);
    expect(clock.notBefore(9)).toBe(NOW + 3_600_000);
    expect(clock.notBefore(10)).toBe(NOW + 3_601_000);
    expect(clock.vagueMs(9, 0, NOW + 3_601_500)).toBe(1000);
    expect(clock.vagueMs(10, 0, NOW + 3_601_500)).toBe(500);
  });

  it('dates what comes around a clock that was set back by no more than that clock', () => {
    const clock = new StreamClock();
    clock.sample(0, NOW, NOW, true);
    clock.sample(10, NOW + 1000, NOW + 1000, true);
    clock.sample(20, NOW - 300_000, NOW + 2000, true);
    // Set back at any moment since the sample before.
    expect(clock.notBefore(10)).toBe(NOW - 301_000);
    expect(clock.notBefore(19)).toBe(NOW - 301_000);
    expect(clock.notBefore(20)).toBe(NOW - 300_000);
    clock.sample(30, NOW - 299_000, NOW + 3000, true);
    expect(clock.notBefore(35)).toBe(NOW - 299_000);
  });

  it('knows how well what follows is dated', () => {
    const clock = new StreamClock();
    for (const second of [0, 1, 2, 10, 11])
      clock.sample(Math.min(second * 10, 100), NOW + second * 1000, NOW + second * 1000, true);
    for (const second of [12, 3600]) clock.sample(110, NOW + second * 1000, NOW + second * 1000, true);
    // It ran nothing for nearly an hour.
    expect(clock.vagueMs(105, 0, NOW + 3_600_500)).toBe(1000);
    // The source was not asked for 8 s, in which it went on.
    expect(clock.vagueMs(5, 0, NOW + 3_600_500)).toBe(8000);
    expect(clock.vagueMs(20, 0, NOW + 3_600_500)).toBe(8000);
    expect(clock.vagueMs(110, 0, NOW + 3_609_000)).toBe(9000);
  });

  it.each([
    ['stood still for 8 s', 8000, true],
    ['stood still for 4 s', 4000, false],
  ])('tells of a gap where this process %s, as soon as something comes', (_, stoodMs, told) => {
    const clock = new StreamClock();
    clock.sample(10, NOW, NOW, true);
    clock.received(20, NOW + 100);
    expect(clock.gap).toBeUndefined();
    clock.received(500, NOW + 100 + stoodMs);
    expect(clock.gap).toEqual(told ? { offset: 10 } : undefined);
    const { gap } = clock;
    // What comes at once after it, and what a sample says of it, is the same gap.
    clock.received(600, NOW + 200 + stoodMs);
    clock.sample(600, NOW + 300 + stoodMs, NOW + 300 + stoodMs, true);
    clock.received(700, NOW + 400 + stoodMs);
    expect(clock.gap).toBe(gap);
    clock.received(900, NOW + 20_000);
    expect(clock.gap).toEqual({ offset: 600 });
  });

  it('takes a source that does not answer, but goes on sending, for one that is dated', () => {
    const clock = new StreamClock();
    clock.sample(0, NOW, NOW, true);
    for (let second = 1; second <= 20; second++) clock.received(second * 10, NOW + second * 1000);
    clock.sample(200, NOW + 20_000, NOW + 20_000, true);
    expect(clock.gap).toBeUndefined();
  });

  it('tells of a gap that a sample ends, where what the source sent was not read', () => {
    const clock = new StreamClock();
    clock.sample(0, NOW, NOW, true);
    clock.sample(100, NOW + 6000, NOW + 6000, true);
    expect(clock.gap).toEqual({ offset: 0 });
    clock.clear();
    expect(clock.gap).toBeUndefined();
  });

  it('says nothing of what lies before the first sample', () => {
    const clock = new StreamClock();
    clock.sample(50, NOW, NOW, true);
    expect(clock.notBefore(49)).toBeUndefined();
    expect(clock.notBefore(50)).toBe(NOW);
  });

  it('stays small over days, and keeps the last mark', () => {
    const clock = new StreamClock();
    for (let i = 0; i < 120_000; i++) clock.received(i * 10, NOW + i * 100);
    expect(clock.ranAt(1_199_985, NOW * 2)).toBe(NOW + 119_999 * 100);
    const early = clock.ranAt(5, NOW * 2);
    expect(early).toBeGreaterThanOrEqual(NOW + 100);
    expect(early).toBeLessThanOrEqual(NOW + 1500);
  });

  it('forgets what was applied, but not what it says of the rest', () => {
    const clock = new StreamClock();
    for (let i = 0; i < 5000; i++) clock.sample(i * 10, NOW + i * 1000, NOW + i * 1000, true);
    clock.release(40_005);
    expect(clock.notBefore(40_005)).toBe(NOW + 4_000_000);
    expect(clock.notBefore(0)).toBeUndefined();
  });

  it('begins anew with another history', () => {
    const clock = new StreamClock();
    clock.sample(10, NOW, NOW, true);
    clock.clear();
    expect(clock.notBefore(20)).toBeUndefined();
  });
});
