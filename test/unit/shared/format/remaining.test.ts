import { expect, it } from 'vitest';
import { describePace, markOf, remainingMs } from '../../../../shared/format/remaining.ts';
import type { CompareProgress } from '../../../../shared/model/comparison.ts';

const progress = (keysDone: number, change: Partial<CompareProgress> = {}): CompareProgress => ({
  db: 0,
  phase: 'source',
  keysDone,
  keysTotal: 10_000,
  differences: 0,
  ...change,
});

it('goes by the pace since the phase was first seen', () => {
  const mark = markOf(undefined, progress(1000), 0);
  expect(markOf(mark, progress(3000), 4000)).toBe(mark);
  expect(remainingMs(mark, progress(3000), 4000)).toBe(14_000);
});

it('says nothing before there is a pace', () => {
  const mark = markOf(undefined, progress(1000), 0);
  expect(remainingMs(mark, progress(1000), 60_000)).toBeUndefined();
  expect(remainingMs(mark, progress(2000), 1000)).toBeUndefined();
});

it('begins anew with each phase, database, and comparison', () => {
  const mark = markOf(undefined, progress(1000), 0);
  for (const next of [progress(0, { phase: 'target' }), progress(0, { db: 3 }), progress(10)])
    expect(markOf(mark, next, 5000)).toMatchObject({ atMs: 5000, keysDone: next.keysDone });
});

it('is not below 0 when there were more keys than estimated', () => {
  const mark = markOf(undefined, progress(0), 0);
  expect(remainingMs(mark, progress(12_000), 5000)).toBe(0);
});

it('tells how fast keys are passed, and what is left', () => {
  const mark = markOf(undefined, progress(1000), 0);
  expect(describePace(mark, progress(1000), 1000)).toBe('');
  expect(describePace(mark, progress(5000), 4000)).toBe('1,000 keys/s, about 5.0 s left in this step');
});
