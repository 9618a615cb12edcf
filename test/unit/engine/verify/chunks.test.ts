import { expect, it } from 'vitest';
import { chunkElements } from '../../../../electron/engine/verify/deep-values.ts';
import { nextStreamId } from '../../../../electron/engine/verify/stream-replies.ts';

it('reads as many elements at a time as make about a megabyte, at most a thousand', () => {
  expect(chunkElements(10_000_000, 1_000_000)).toBe(1000);
  expect(chunkElements(100 * 1024 * 1024, 1000)).toBe(10);
  expect(chunkElements(512 * 1024 * 1024, 2)).toBe(1);
  expect(chunkElements(0, 0)).toBe(1000);
});

it('finds the next stream id', () => {
  expect(nextStreamId('5-1')).toBe('5-2');
  expect(nextStreamId('5-18446744073709551615')).toBe('6-0');
  expect(nextStreamId('18446744073709551614-9007199254740993')).toBe('18446744073709551614-9007199254740994');
});
