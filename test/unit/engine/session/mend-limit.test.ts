import { expect, it } from 'vitest';
import { MendLimit } from '../../../../electron/engine/session/mend-limit.ts';

const MINUTE_MS = 60_000;

it('mends what lies behind ever new offsets, but not the same twice', () => {
  const limit = new MendLimit();
  expect(limit.next(100, 0)).toBe('mend');
  expect(limit.next(200, 1)).toBe('mend');
  expect(limit.next(200, 2)).toBe('in-vain');
  expect(limit.next(300, 3)).toBe('mend');
});

it('ends when it comes too often, and begins to count anew later', () => {
  const limit = new MendLimit();
  for (let i = 0; i < 5; i++) expect(limit.next(i, i)).toBe('mend');
  expect(limit.next(5, 9 * MINUTE_MS)).toBe('too-often');
  expect(limit.next(6, 10 * MINUTE_MS + 4)).toBe('mend');
});
