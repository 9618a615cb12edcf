import { describe, expect, it } from 'vitest';
import { Backoff } from '../../../../electron/engine/intake/backoff.ts';

describe('Backoff', () => {
  it('waits twice as long each time, up to 5 s', () => {
    const backoff = new Backoff(1_000_000);
    expect(Array.from({ length: 8 }, () => backoff.next(0))).toEqual([
      200, 400, 800, 1600, 3200, 5000, 5000, 5000,
    ]);
  });

  it('gives up when the retry duration has passed since the first failure', () => {
    const backoff = new Backoff(10_000);
    expect(backoff.next(50_000)).toBe(200);
    expect(backoff.next(59_999)).toBeLessThanOrEqual(400);
    expect(backoff.next(60_000)).toBeUndefined();
  });

  it('never waits beyond the retry duration', () => {
    const backoff = new Backoff(1000);
    backoff.next(0);
    expect(backoff.next(900)).toBe(100);
  });

  it('begins anew after a success', () => {
    const backoff = new Backoff(10_000);
    for (let i = 0; i < 5; i++) backoff.next(0);
    backoff.succeeded();
    expect(backoff.next(50_000)).toBe(200);
    expect(backoff.next(59_000)).toBe(400);
  });

  it('does not give up while it is patient, and says when it will otherwise', () => {
    const backoff = new Backoff(10_000);
    expect(backoff.givesUpAtMs).toBeUndefined();
    backoff.next(50_000);
    expect(backoff.givesUpAtMs).toBe(60_000);
    backoff.patient = true;
    expect(backoff.next(90_000)).toBe(400);
    expect(backoff.givesUpAtMs).toBeUndefined();
  });

  it('never retries with a duration of 0', () => {
    expect(new Backoff(0).next(5)).toBeUndefined();
  });
});
