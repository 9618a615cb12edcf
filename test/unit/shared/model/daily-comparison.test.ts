import { expect, it } from 'vitest';
import {
  clockOfDay,
  duesSince,
  lastDueMs,
  minuteOfDay,
  MOST_MISSED,
} from '../../../../shared/model/daily-comparison.ts';

const at = (day: number, hours: number, minutes = 0): number =>
  new Date(2026, 2, day, hours, minutes).getTime();
const THREE = 180;

it('a time of day is read and written', () => {
  expect(['03:05', '3:05', ' 23:59 ', '00:00'].map(minuteOfDay)).toEqual([185, 185, 1439, 0]);
  expect(['24:00', '3', '12:60', '', '3:5'].map(minuteOfDay)).toEqual(Array(5).fill(undefined));
  expect([0, 185, 1439].map(clockOfDay)).toEqual(['00:00', '03:05', '23:59']);
});

it('the last moment is that of today, or of yesterday where it is still to come', () => {
  expect(lastDueMs(THREE, at(10, 3))).toBe(at(10, 3));
  expect(lastDueMs(THREE, at(10, 14))).toBe(at(10, 3));
  expect(lastDueMs(THREE, at(10, 2, 59))).toBe(at(9, 3));
  expect(lastDueMs(THREE, at(1, 2))).toBe(new Date(2026, 1, 28, 3).getTime());
});

it('moments are counted day by day, over months and changes of the clock, up to a bound', () => {
  expect(duesSince(THREE, at(10, 3), at(10, 14))).toBe(0);
  expect(duesSince(THREE, at(10, 2), at(10, 14))).toBe(1);
  expect(duesSince(THREE, at(10, 2), at(13, 14))).toBe(4);
  const year = new Date(2027, 2, 10, 2).getTime();
  expect(duesSince(150, at(10, 2), year)).toBe(365);
  expect(duesSince(THREE, 0, year)).toBe(MOST_MISSED);
});
