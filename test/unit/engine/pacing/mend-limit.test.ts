import { expect, it } from 'vitest';
import { MendLimit } from '../../../../electron/engine/pacing/mend-limit.ts';

const MINUTE_MS = 60_000;

it('mends what lies behind ever new offsets, but not the same twice', () => {
  const limit = new MendLimit();
  expect(limit.next(100, 'a', 0, false)).toBe('mend');
  expect(limit.next(200, 'a', 1, true)).toBe('mend');
  expect(limit.next(200, 'a', 2, true)).toBe('in-vain');
  expect(limit.next(300, 'a', 3, true)).toBe('mend');
});

it('mends the same once more where nothing was being mended when it failed again', () => {
  const limit = new MendLimit();
  expect(limit.next(100, 'a', 0, false)).toBe('mend');
  expect(limit.next(100, 'a', 1, false)).toBe('mend');
  expect(limit.next(100, 'a', 2, true)).toBe('in-vain');
});

it('mends another failure at the same offset, such as one of after the mending was broken off', () => {
  const limit = new MendLimit();
  expect(limit.next(100, 'HINCRBY of one key', 0, false)).toBe('mend');
  expect(limit.next(100, 'INCR of another', 1, true)).toBe('mend');
  expect(limit.next(100, 'INCR of another', 2, true)).toBe('in-vain');
});

it('ends when it comes too often, and begins to count anew later', () => {
  const limit = new MendLimit();
  for (let i = 0; i < 5; i++) expect(limit.next(i, 'a', i, false)).toBe('mend');
  expect(limit.next(5, 'a', 9 * MINUTE_MS, false)).toBe('too-often');
  expect(limit.next(6, 'a', 10 * MINUTE_MS + 4, false)).toBe('mend');
});
