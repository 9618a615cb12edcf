import { expect, it } from 'vitest';
import { MendLimit } from '../../../../electron/engine/pacing/mend-limit.ts';

const MINUTE_MS = 60_000;

it('mends what lies behind ever new offsets, but not the same twice', () => {
  const limit = new MendLimit();
  expect(limit.next(100, 'a', 0)).toBe('mend');
  expect(limit.next(200, 'a', 1)).toBe('mend');
  expect(limit.next(200, 'a', 2)).toBe('in-vain');
  expect(limit.next(300, 'a', 3)).toBe('mend');
});

it('mends another failure at the same offset, such as one of after the mending was broken off', () => {
  const limit = new MendLimit();
  expect(limit.next(100, 'HINCRBY of one key', 0)).toBe('mend');
  expect(limit.next(100, 'INCR of another', 1)).toBe('mend');
  expect(limit.next(100, 'INCR of another', 2)).toBe('in-vain');
});

it('ends when it comes too often, and begins to count anew later', () => {
  const limit = new MendLimit();
  for (let i = 0; i < 5; i++) expect(limit.next(i, 'a', i)).toBe('mend');
  expect(limit.next(5, 'a', 9 * MINUTE_MS)).toBe('too-often');
  expect(limit.next(6, 'a', 10 * MINUTE_MS + 4)).toBe('mend');
});
