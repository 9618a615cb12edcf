import { expect, test } from 'vitest';
import { countOfSlots, describeSlotRanges, slotRanges } from '../../../../shared/model/slot-ranges.ts';

test('slots of a shard are read as ranges, counted, and written with room to break', () => {
  const ranges = slotRanges('0-5460,5462,16383');
  expect(ranges).toEqual([
    { first: 0, last: 5460 },
    { first: 5462, last: 5462 },
    { first: 16383, last: 16383 },
  ]);
  expect(countOfSlots(ranges)).toBe(5463);
  expect(describeSlotRanges(ranges)).toBe('0-5460, 5462, 16383');
});

test('a shard may have none', () => {
  expect(slotRanges('-')).toEqual([]);
  expect(countOfSlots([])).toBe(0);
});

test.each(['', 'x', '5-4', '16384', '0-16384', '-1', '1-2-3'])('%j is no slot', (text) => {
  expect(slotRanges(text)).toEqual([]);
});
