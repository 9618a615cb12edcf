import { expect, it } from 'vitest';
import {
  formatByteRate,
  formatCommandRate,
  formatDifference,
  formatLag,
  formatPercent,
} from '../../../../shared/format/rates.ts';

it('rates carry their unit', () => {
  expect(formatCommandRate(12_400.3)).toBe('12,400 commands/s');
  expect(formatByteRate(1536)).toBe('1.5 KB/s');
});

it.each([
  [0, '0 %'],
  [0.4217, '42 %'],
  [0.9999, '99 %'],
  [1, '100 %'],
  [1.5, '100 %'],
  [-1, '0 %'],
])('%d is %s', (fraction, text) => {
  expect(formatPercent(fraction)).toBe(text);
});

it.each([
  [0, '< 0.1 s'],
  [0.3, '0.3 s'],
  [0.96, '1.0 s'],
  [75, '1 min 15 s'],
])('a lag of %d s is %s', (seconds, text) => {
  expect(formatLag(seconds)).toBe(text);
});

it('a difference has its sign', () => {
  expect([3, -1200, 0].map(formatDifference)).toEqual(['+3', '−1,200', '0']);
});
