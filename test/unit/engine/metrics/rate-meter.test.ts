import { describe, expect, it } from 'vitest';
import { RateMeter } from '../../../../electron/engine/metrics/rate-meter.ts';

describe('RateMeter', () => {
  it('says 0 at first, then the rate since the last look', () => {
    const meter = new RateMeter();
    expect(meter.perSecond(500, 10_000)).toBe(0);
    expect(meter.perSecond(700, 11_000)).toBe(200);
    expect(meter.perSecond(701, 11_500)).toBe(2);
    expect(meter.perSecond(701, 12_500)).toBe(0);
  });

  it('keeps its rate when it is asked again at once, and loses no growth by it', () => {
    const meter = new RateMeter();
    meter.perSecond(0, 0);
    expect(meter.perSecond(100, 1000)).toBe(100);
    expect(meter.perSecond(200, 1003)).toBe(100);
    expect(meter.perSecond(300, 2000)).toBe(200);
  });

  it('takes a counter that began anew for what it shows', () => {
    const meter = new RateMeter();
    meter.perSecond(500, 0);
    expect(meter.perSecond(30, 1000)).toBe(30);
    expect(meter.perSecond(50, 2000)).toBe(20);
  });

  it('says 0 while the clock stands or goes back', () => {
    const meter = new RateMeter();
    meter.perSecond(0, 1000);
    expect(meter.perSecond(10, 1000)).toBe(0);
    expect(meter.perSecond(20, 500)).toBe(0);
    expect(meter.perSecond(30, 1500)).toBe(10);
  });
});
