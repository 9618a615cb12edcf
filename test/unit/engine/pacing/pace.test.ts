import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LEAST_BYTES_PER_SECOND, Pace, RateLimit } from '../../../../electron/engine/pacing/pace.ts';

const BEGIN_MS = 1_000_000;
const MB = 1024 * 1024;

beforeEach(() => {
  vi.useFakeTimers({ now: BEGIN_MS, toFake: ['Date'] });
});

afterEach(() => {
  vi.useRealTimers();
});

const commands = (maxCommandsPerSecond: number): Pace =>
  new Pace(new RateLimit({ maxCommandsPerSecond, maxBytesPerSecond: 0 }, Date.now()));
const bytes = (maxBytesPerSecond: number): Pace =>
  new Pace(new RateLimit({ maxCommandsPerSecond: 0, maxBytesPerSecond }, Date.now()));

/** Sends in portions whenever that is allowed, asking every 20 ms. @returns the bytes and commands sent */
function sendFor(pace: Pace, durationMs: number, portionBytes: number, fromMs = BEGIN_MS): [number, number] {
  let sentBytes = 0;
  let sent = 0;
  for (let ms = fromMs + 20; ms <= fromMs + durationMs; ms += 20) {
    while (pace.allowed(ms) >= 1 && sent < 1_000_000) {
      pace.used(1, portionBytes);
      sentBytes += portionBytes;
      sent += 1;
    }
  }
  return [sentBytes, sent];
}

describe('Pace', () => {
  it('allows anything without a limit', () => {
    const pace = commands(0);
    pace.used(1_000_000, 1_000_000_000);
    expect(pace.allowed(BEGIN_MS)).toBe(Infinity);
    expect(pace.allowedBytes).toBe(Infinity);
  });

  it('allows so many a second, whenever it is asked', () => {
    for (const everyMs of [1, 20, 70, 100]) {
      const pace = commands(1000);
      let sent = 0;
      for (let ms = 0; ms <= 10_000; ms += everyMs) {
        const allowed = pace.allowed(BEGIN_MS + ms);
        pace.used(allowed, 100);
        sent += allowed;
      }
      expect(sent).toBeGreaterThan(9_800);
      expect(sent).toBeLessThanOrEqual(10_000);
    }
  });

  it('allows no more at once than a tenth of a second brings, however long nothing was sent', () => {
    expect(commands(1000).allowed(2_000_000)).toBe(100);
    const pace = bytes(MB);
    pace.allowed(2_000_000);
    expect(pace.allowedBytes).toBe(Math.floor(MB / 10));
  });

  it('comes to one command in the end, even at one a second', () => {
    const pace = commands(1);
    expect(pace.allowed(1_000_900)).toBe(0);
    expect(pace.allowed(1_001_000)).toBe(1);
    expect(pace.allowed(1_009_000)).toBe(1);
  });

  it('makes up for what was sent beyond the allowance', () => {
    const pace = commands(1000);
    pace.allowed(1_000_100);
    pace.used(600, 0);
    expect(pace.allowed(1_000_500)).toBeLessThan(1);
    expect(pace.allowed(1_000_610)).toBe(10);
  });

  it('does not stand still for as long as a clock was set back', () => {
    const pace = commands(1000);
    pace.allowed(1_000_100);
    pace.used(100, 0);
    expect(pace.allowed(400_000)).toBe(0);
    expect(pace.allowed(400_050)).toBe(50);
  });

  it.each([100, 40_000, 300_000])('keeps to the bytes a second in portions of %i', (portionBytes) => {
    const [sent] = sendFor(bytes(MB), 10_000, portionBytes);
    expect(sent / MB).toBeGreaterThan(9.7);
    expect(sent / MB).toBeLessThan(10.5);
  });

  it('keeps to both limits, whichever is the tighter', () => {
    const both = (): Pace =>
      new Pace(new RateLimit({ maxCommandsPerSecond: 100, maxBytesPerSecond: MB }, Date.now()));
    expect(sendFor(both(), 5000, 10)[1]).toBeCloseTo(500, -1.5);
    expect(sendFor(both(), 5000, 100_000)[0] / MB).toBeCloseTo(5, 0);
  });

  it('takes new limits at once and forgets what was owed under the old ones', () => {
    const pace = bytes(LEAST_BYTES_PER_SECOND);
    pace.used(1, 1_000_000_000);
    pace.set({ maxCommandsPerSecond: 0, maxBytesPerSecond: 2 * MB });
    expect(sendFor(pace, 1000, 1000)[0] / MB).toBeCloseTo(2, 0);
    pace.set({ maxCommandsPerSecond: 0, maxBytesPerSecond: 0 });
    expect(pace.allowed(BEGIN_MS + 1000)).toBe(Infinity);
  });

  it('is never slower than the least that keeps a connection alive', () => {
    expect(sendFor(bytes(1), 10_000, 1000)[0]).toBeGreaterThan(9 * LEAST_BYTES_PER_SECOND);
  });
});
