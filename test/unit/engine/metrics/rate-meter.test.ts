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

  it('takes the return of a counter for no growth', () => {
    const meter = new RateMeter();
    const [stream, copy] = [{}, {}];
    meter.perSecond(287_000, 0, stream);
    expect(meter.perSecond(287_206, 1000, stream)).toBe(206);
    // The target is away, and a copy takes the place of the stream.
    expect(meter.perSecond(0, 2000)).toBe(0);
    expect(meter.perSecond(5000, 3000, copy)).toBe(0);
    expect(meter.perSecond(9000, 4000, copy)).toBe(4000);
    expect(meter.perSecond(287_206, 5000, stream)).toBe(0);
    expect(meter.perSecond(287_216, 6000, stream)).toBe(10);
  });

  it('says 0 while the clock stands or goes back', () => {
    const meter = new RateMeter();
    meter.perSecond(0, 1000);
    expect(meter.perSecond(10, 1000)).toBe(0);
    expect(meter.perSecond(20, 500)).toBe(0);
    expect(meter.perSecond(30, 1500)).toBe(10);
  });
});
