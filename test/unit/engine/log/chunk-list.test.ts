import { beforeEach, expect, test } from 'vitest';
import { ChunkList } from '../../../../electron/engine/log/chunk-list.ts';

const LENGTH = 10;
let list: ChunkList;

/** Ten closed chunks of ten bytes, all in memory. */
beforeEach(() => {
  list = new ChunkList();
  for (let i = 0; i < 10; i++) Object.assign(list.open(i, i * LENGTH), { length: LENGTH, closed: true });
});

const spillable = (): number[] => [...list.spillable()].map(({ serial }) => serial);
const released = (position: number): number[] => list.takeReleased(position).map(({ serial }) => serial);

test('what any reader reads, and the two chunks behind it, are not to leave memory', () => {
  list.enter(0);
  const other = list.enter(5 * LENGTH);
  expect(spillable()).toEqual([9, 8, 4, 3]);
  list.advance(other);
  expect(spillable()).toEqual([9, 5, 4, 3]);
  list.leave(other);
  expect(spillable()).toEqual([9, 8, 7, 6, 5, 4, 3]);
});

test('what is released goes as far as no reader stands, and no further', () => {
  const behind = list.enter(2 * LENGTH);
  const ahead = list.enter(5 * LENGTH + 1);
  expect(released(9 * LENGTH)).toEqual([0, 1]);
  expect(list.current(behind)?.serial).toBe(2);
  expect(list.current(ahead)?.serial).toBe(5);
  list.leave(behind);
  expect(released(4 * LENGTH)).toEqual([2, 3]);
  expect(released(9 * LENGTH)).toEqual([4]);
  list.leave(ahead);
  expect(released(9 * LENGTH)).toEqual([]);
});

test('a place that nothing was written to yet is that of the chunk to come', () => {
  const empty = new ChunkList();
  const place = empty.enter(0);
  expect(empty.current(place)).toBeUndefined();
  expect(empty.near(place)).toEqual([]);
  empty.open(7, 0);
  expect(empty.current(place)?.address).toBe(7);
});
