import { expect, test } from 'vitest';
import { LoadReadings } from '../../../../electron/backend/rehearsals/source-load.ts';
import type { PairSample } from '../../../../shared/model/pair-sample.ts';

const sample = (forks: number | null, forkMs: number | null): PairSample => ({
  atMs: 0,
  source: { latencyMs: 1, forks, forkMs, replicaBufferBytes: null },
  target: null,
});

const forkMs = (...samples: readonly PairSample[]): number | null => {
  const load = new LoadReadings();
  for (const one of samples) load.add('before', one);
  return load.load.forkMs;
};

test('a fork is told though what it was made for is told later', () => {
  expect(forkMs(sample(1, 0.4), sample(2, 0.7))).toBe(0.7);
});

test('a fork that took as long as the last is told', () => {
  expect(forkMs(sample(1, 0.4), sample(2, 0.4))).toBe(0.4);
});

test('the longest of several is told', () => {
  expect(forkMs(sample(0, 0), sample(1, 0.9), sample(2, 0.3))).toBe(0.9);
});

test('what was forked before is not told', () => {
  expect(forkMs(sample(7, 0.4), sample(7, 0.4))).toBeNull();
});

test('where forks are not counted, another length tells of one', () => {
  expect(forkMs(sample(null, 0.4), sample(null, 0.4))).toBeNull();
  expect(forkMs(sample(null, 0.4), sample(null, 0.5))).toBe(0.5);
  expect(forkMs(sample(null, null))).toBeNull();
});
