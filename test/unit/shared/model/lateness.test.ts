import { describe, expect, it } from 'vitest';
import {
  amountsFor,
  boundOf,
  exactTime,
  GRID_MS,
  MARKS,
  timeWith,
  trueTimeMs,
} from '../../../../shared/model/lateness.ts';

const DAY_MS = 86_400_000;
const AMOUNTS = amountsFor(60_000, 0);
const AT = 1_800_000_000_000;
/** Every ending that a time can have. */
const TIMES = Array.from({ length: 2 * GRID_MS }, (_, i) => AT + i);

describe('the amounts', () => {
  it('are the small bound, and a day or twice the retry duration or the lag', () => {
    expect(AMOUNTS).toEqual({ smallMs: 60_000, longMs: DAY_MS });
    expect(amountsFor(60_000, 10 * DAY_MS).longMs).toBe(20 * DAY_MS);
    expect(amountsFor(60_000, 0, 3 * DAY_MS).longMs).toBe(6 * DAY_MS);
  });

  it('leave the bits of the mark free', () => {
    const { smallMs, longMs } = amountsFor(2003, DAY_MS + 7);
    expect([smallMs % GRID_MS, longMs % GRID_MS]).toEqual([0, 0]);
    expect(smallMs).toBeGreaterThanOrEqual(2003);
  });
});

describe('a time', () => {
  it('tells how late it is, whatever it is', () => {
    for (const at of TIMES) {
      expect(boundOf(timeWith('small', at, AMOUNTS))).toBe('small');
      expect(boundOf(timeWith('long', at, AMOUNTS))).toBe('long');
      expect(boundOf(timeWith('exact', at, AMOUNTS))).toBe('exact');
    }
  });

  it('comes back to the true one, at most 15 ms later and never earlier', () => {
    for (const at of TIMES)
      for (const bound of ['small', 'long'] as const) {
        const truth = trueTimeMs(timeWith(bound, at, AMOUNTS), AMOUNTS);
        expect(truth - at).toBeGreaterThanOrEqual(0);
        expect(truth - at).toBeLessThan(GRID_MS);
      }
  });

  it('stays the same however often the bound changes', () => {
    for (const at of TIMES) {
      let time = timeWith('long', at, AMOUNTS);
      const first = trueTimeMs(time, AMOUNTS);
      for (const bound of ['small', 'exact', 'long', 'small', 'long', 'exact'] as const) {
        time = timeWith(bound, trueTimeMs(time, AMOUNTS), AMOUNTS);
        expect(trueTimeMs(time, AMOUNTS)).toBe(first);
      }
    }
  });

  it('that is late is late by the amount, within the grid', () => {
    for (const at of TIMES) {
      const late = timeWith('small', at, AMOUNTS) - at;
      expect(late).toBeGreaterThanOrEqual(60_000);
      expect(late).toBeLessThan(60_000 + 2 * GRID_MS);
    }
  });

  it('that is exact is moved by a millisecond where it bears a mark, which none in whole seconds does', () => {
    for (const at of TIMES) {
      const marked = Object.values(MARKS).some((mark) => mark === at % GRID_MS);
      expect(exactTime(at)).toBe(marked ? at + 1 : at);
    }
    for (let second = 0; second < 16; second++)
      expect(exactTime(AT + second * 1000)).toBe(AT + second * 1000);
  });

  it('that no double holds is cut to one that prints as it is, below what Redis takes', () => {
    for (const at of [2 ** 53 + 2, 1e17 + 12_345, 2 ** 63]) {
      const written = exactTime(at);
      expect(Math.abs(written - at)).toBeLessThanOrEqual(100_000);
      expect(BigInt(String(written)) % 16n).toBe(0n);
      expect(BigInt(String(written)) < 2n ** 63n).toBe(true);
      expect(boundOf(written)).toBe('exact');
      expect(trueTimeMs(written, AMOUNTS)).toBe(written);
    }
  });

  it('passes answers that are no time', () => {
    for (const answer of [-1, -2, 0]) expect(trueTimeMs(answer, AMOUNTS)).toBe(answer);
  });
});
