import { describe, expect, it } from 'vitest';
import {
  exactly,
  Lateness,
  targetExpiryMs,
  targetFieldExpiryMs,
} from '../../../../electron/engine/expiry/late-expiry.ts';
import { NO_EXPIRY } from '../../../../electron/engine/protocol/rdb/events.ts';
import { boundOf, LATEST_FIELD_EXPIRY_MS, trueTimeMs } from '../../../../shared/model/lateness.ts';
import { AMOUNTS } from '../../../support/lateness.ts';

const NOW = 1_700_000_000_000;
const YEAR_MS = 31_557_600_000;

describe('the time to write for an expiry of the source', () => {
  const long = new Lateness('long', AMOUNTS, NOW);
  const small = new Lateness('small', AMOUNTS, NOW);

  it('is none for none', () => {
    expect([targetExpiryMs(NO_EXPIRY, long), targetFieldExpiryMs(NO_EXPIRY, long)]).toEqual([
      NO_EXPIRY,
      NO_EXPIRY,
    ]);
  });

  it('is later by the present bound, for a key and a field alike', () => {
    for (const write of [targetExpiryMs, targetFieldExpiryMs]) {
      expect(write(NOW + 10_000, long) - NOW - 10_000 - AMOUNTS.longMs).toBeLessThan(32);
      expect(boundOf(write(NOW + 10_000, small))).toBe('small');
      expect(write(NOW + 10_000, exactly())).toBe(NOW + 10_000);
    }
  });

  it('is exact where it is further away than the long bound', () => {
    const { longMs } = AMOUNTS;
    expect(boundOf(targetExpiryMs(NOW + longMs, small))).toBe('small');
    expect(targetExpiryMs(NOW + longMs + 16, small)).toBe(NOW + longMs + 16);
  });

  it('is exact for milliseconds that were given as seconds, however often it is written', () => {
    let at = (NOW + 60_000) * 1000;
    for (let round = 0; round < 4; round++) {
      const written = targetExpiryMs(at, round % 2 ? long : small);
      expect(Math.abs(written - (NOW + 60_000) * 1000)).toBeLessThanOrEqual(1);
      at = trueTimeMs(written, AMOUNTS);
    }
  });

  it('of a field in the years 3199 to 4199 is the very one', () => {
    for (let year = 3199; year <= 4199; year += 50) {
      const at = Math.min((year - 1970) * YEAR_MS, LATEST_FIELD_EXPIRY_MS);
      const written = targetFieldExpiryMs(at, long);
      expect(written - at).toBeLessThanOrEqual(1);
      expect(written).toBeLessThanOrEqual(LATEST_FIELD_EXPIRY_MS);
    }
  });

  it('is a time at all, and one that the server takes', () => {
    expect([targetExpiryMs(0, exactly()), targetExpiryMs(-7, exactly())]).toEqual([1, 1]);
    for (const far of [Number.MAX_SAFE_INTEGER, 2 ** 63]) {
      expect(targetExpiryMs(far, long)).toBeLessThan(2 ** 63);
      expect(targetFieldExpiryMs(far, long)).toBe(LATEST_FIELD_EXPIRY_MS);
    }
  });
});
