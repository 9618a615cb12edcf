import { describe, expect, it } from 'vitest';
import { LagMeter } from '../../../../electron/engine/metrics/lag-meter.ts';

/** A source that has written 100 bytes a second since second 0, sampled each second. */
function sampled(seconds: number): LagMeter {
  const meter = new LagMeter();
  for (let second = 0; second <= seconds; second++) meter.sample(second * 1000, second * 100);
  return meter;
}

describe('LagMeter', () => {
  it('says 0 before it knows anything', () => {
    const meter = new LagMeter();
    expect([meter.sourceOffset, meter.bytes(0), meter.seconds(0, 5000)]).toEqual([0, 0, 0]);
  });

  it('says how many bytes the source was ahead at the last sample', () => {
    expect(sampled(10).bytes(400)).toBe(600);
    expect(sampled(10).bytes(1000)).toBe(0);
    expect(sampled(10).bytes(1010)).toBe(0);
    expect(sampled(10).sourceOffset).toBe(1000);
  });

  it('says since when the source has what is not applied, never too little', () => {
    const meter = sampled(10);
    expect(meter.seconds(1000, 10_500)).toBe(0);
    expect(meter.seconds(999, 10_500)).toBe(1.5);
    expect(meter.seconds(400, 10_000)).toBe(6);
    expect(meter.seconds(450, 10_000)).toBe(6);
    expect(meter.seconds(0, 10_000)).toBe(10);
  });

  it('says no more than it has samples for', () => {
    const meter = new LagMeter();
    meter.sample(5000, 700);
    expect(meter.seconds(100, 8000)).toBe(3);
  });

  it('does not count the time in which the source wrote nothing', () => {
    const meter = sampled(10);
    for (let second = 11; second < 100; second++) meter.sample(second * 1000, 1000);
    expect(meter.seconds(1000, 100_000)).toBe(0);
    meter.sample(100_000, 1100);
    expect(meter.seconds(1000, 100_200)).toBeCloseTo(1.2);
  });

  it('begins anew when the source counts from elsewhere', () => {
    const meter = sampled(10);
    meter.sample(11_000, 50);
    expect(meter.sourceOffset).toBe(50);
    expect(meter.seconds(0, 11_500)).toBe(0.5);
  });

  it('remembers an hour', () => {
    const meter = sampled(5000);
    expect(meter.seconds(0, 5_000_000)).toBe(3599);
    expect(meter.seconds(400_000, 5_000_000)).toBe(1000);
  });
});
