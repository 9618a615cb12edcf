import { expect, it } from 'vitest';
import { formatAgo, formatClock, formatClockSeconds, roughly } from '../../../../shared/format/times.ts';

const nowMs = new Date(2031, 9, 9, 14, 0, 0).getTime();
const S = 1000;

it.each([
  [0, 'just now'],
  [4.9 * S, 'just now'],
  [40 * S, '40 s ago'],
  [12.5 * 60 * S, '12 min ago'],
  [3 * 3600 * S, '3 h ago'],
  [24 * 3600 * S, '8 Oct, 14:00'],
  [-12 * 60 * S, 'in 12 min'],
])('%d ms ago is %s', (ms, text) => {
  expect(formatAgo(nowMs - ms, nowMs)).toBe(text);
});

it('a clock names the day only when it is another', () => {
  expect(formatClock(nowMs - 3_600_000, nowMs)).toBe('13:00');
  expect(formatClock(nowMs + 12 * 3_600_000, nowMs)).toBe('10 Oct, 02:00');
  expect(formatClockSeconds(nowMs + 7 * S)).toBe('14:00:07');
});

it.each([
  [-5, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [47 * 3_600_000, '47 h'],
  [49 * 3_600_000, '2 d'],
])('%d ms are roughly %s', (ms, text) => {
  expect(roughly(ms)).toBe(text);
});
