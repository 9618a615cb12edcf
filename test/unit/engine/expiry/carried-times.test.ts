import { describe, expect, it } from 'vitest';
import { carriedTime, isMisread } from '../../../../electron/engine/expiry/carried-times.ts';
import { exactTime, timeWith, type Bound } from '../../../../shared/model/lateness.ts';

const AMOUNTS = { smallMs: 60_000, longMs: 86_400_000 };
const SOURCE_MS = 1_800_000_000_000;
const BOUNDS: readonly Bound[] = ['exact', 'small', 'long'];

describe('a time that another node has carried here', () => {
  it.each(BOUNDS)('that says itself how late it is stays: %s', (bound) => {
    for (let ms = 0; ms < 16; ms++)
      expect(isMisread(timeWith(bound, SOURCE_MS + ms, AMOUNTS), SOURCE_MS + ms, AMOUNTS)).toBe(false);
  });

  it.each([3, 8, 40, 900])('%i ms later is straightened where its mark says something else', (driftMs) => {
    for (const bound of ['small', 'long'] as const)
      expect(isMisread(timeWith(bound, SOURCE_MS, AMOUNTS) + driftMs, SOURCE_MS, AMOUNTS)).toBe(true);
  });

  it('is straightened where an exact time bears a mark by now', () => {
    expect(isMisread(exactTime(SOURCE_MS) + 5, SOURCE_MS, AMOUNTS)).toBe(true);
    expect(isMisread(exactTime(SOURCE_MS) + 13, SOURCE_MS, AMOUNTS)).toBe(true);
    expect(isMisread(exactTime(SOURCE_MS) + 6, SOURCE_MS, AMOUNTS)).toBe(false);
  });

  it('is straightened where it was held once more', () => {
    const carried = timeWith('long', SOURCE_MS, AMOUNTS) + 6;
    expect(isMisread(timeWith('long', carried, AMOUNTS), SOURCE_MS, AMOUNTS)).toBe(true);
  });

  it('stays where the source has another by now', () => {
    expect(isMisread(timeWith('long', SOURCE_MS, AMOUNTS) + 6, SOURCE_MS + 600_000, AMOUNTS)).toBe(false);
    expect(isMisread(SOURCE_MS - 30_000, SOURCE_MS, AMOUNTS)).toBe(false);
  });
});

describe('a time of a slot that was carried, before it becomes exact', () => {
  /** Late by the small bound, and with the mark of the long one by chance. */
  const misread = timeWith('small', SOURCE_MS, AMOUNTS) + 8;

  it.each<readonly [string, number, number, number | undefined]>([
    ['is what the source says', misread, SOURCE_MS, SOURCE_MS],
    ['is read as it says where that is right', timeWith('small', SOURCE_MS, AMOUNTS), SOURCE_MS, undefined],
    ['stays as late as it is where the source has another by now', misread, SOURCE_MS + 600_000, misread],
    ['stays as late as it is where the source has none by now', misread, -1, misread],
    ['is read as it says where the source has the key no more', misread, -2, undefined],
  ])('%s', (_, atMs, sourceMs, rightMs) => {
    expect(carriedTime(atMs, sourceMs, AMOUNTS)).toBe(rightMs);
  });
});
