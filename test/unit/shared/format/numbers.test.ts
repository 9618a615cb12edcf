import { expect, it } from 'vitest';
import { formatBytes, formatCount, formatDuration, formatKeys } from '../../../../shared/format/numbers.ts';

it.each([
  [0, '0 B'],
  [-5, '0 B'],
  [1023, '1023 B'],
  [1024, '1.0 KB'],
  [1536, '1.5 KB'],
  [1024 * 1023.94, '1023.9 KB'],
  [1024 ** 2 - 1, '1.0 MB'],
  [1024 ** 2, '1.0 MB'],
  [8.25 * 1024 ** 3, '8.3 GB'],
  [1024 ** 4, '1.0 TB'],
  [1024 ** 5 * 2000, '2000.0 PB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it.each([
  [0, '0'],
  [999.4, '999'],
  [1_234_567, '1,234,567'],
])('the count %d is %s', (count, text) => {
  expect(formatCount(count)).toBe(text);
});

it.each([
  [0, '0 ms'],
  [949.4, '949 ms'],
  [950, '0.9 s'],
  [1000, '1.0 s'],
  [59_900, '59.9 s'],
  [59_950, '1 min'],
  [754_000, '12 min 34 s'],
  [3_599_499, '59 min 59 s'],
  [3_599_500, '1 h'],
  [7_260_000, '2 h 1 min'],
  [86_399_999, '1 d'],
  [266_400_000, '3 d 2 h'],
])('%d ms are %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

it('counts keys', () => {
  expect([0, 1, 2, 1_234_567].map(formatKeys)).toEqual(['0 keys', '1 key', '2 keys', '1,234,567 keys']);
});
