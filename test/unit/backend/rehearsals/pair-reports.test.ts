import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { PairReports } from '../../../../electron/backend/rehearsals/pair-reports.ts';
import { summaryOf, type RunSummary } from '../../../../shared/rehearsal/run-summary.ts';
import { copyReport } from '../../../support/rehearsal-report.ts';

let dir: string;
beforeEach(() => (dir = mkdtempSync(path.join(tmpdir(), 'lockstep-pairs-'))));
afterEach(() => rmSync(dir, { recursive: true }));

const BETWEEN = { source: 'old:6379', target: 'new:6379' };
const report = (startedAtMs: number) => copyReport({ id: `run-${startedAtMs}`, startedAtMs });
const add = (pairs: PairReports, atMs: number, { source, target } = BETWEEN): RunSummary => {
  const summary = summaryOf(report(atMs), source, target);
  expect(pairs.add(summary, { report: report(atMs), last: null })).toBe(true);
  return summary;
};
const startsOf = (pairs: PairReports, between = BETWEEN): number[] =>
  pairs.list(between).map(({ atMs }) => atMs);

test('what one process has kept another one finds, by the two addresses alone', () => {
  add(new PairReports(dir), 1);
  const other = new PairReports(dir);
  add(other, 2);
  expect(startsOf(new PairReports(dir))).toEqual([2, 1]);
  expect(other.read(BETWEEN, 1)?.report.id).toBe('run-1');
  expect(startsOf(other, { source: 'new:6379', target: 'old:6379' })).toEqual([]);
  const folder = path.join(dir, 'rehearsed-pairs');
  const modes = [folder, ...readdirSync(folder).map((name) => path.join(folder, name))];
  expect(modes.map((file) => statSync(file).mode & 0o077)).toEqual([0, 0, 0]);
});

test('ten of a pair are kept, and 500 of all', () => {
  const pairs = new PairReports(dir);
  for (let n = 1; n <= 12; n++) add(pairs, n);
  expect(startsOf(pairs)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
  const folder = path.join(dir, 'rehearsed-pairs');
  for (let n = 0; n < 495; n++) writeFileSync(path.join(folder, `other${n}.${100 + n}.json`), '');
  add(pairs, 1000);
  expect(readdirSync(folder)).toHaveLength(500);
  // The oldest of all have gone.
  expect(startsOf(pairs)[0]).toBe(1000);
  expect(startsOf(pairs)).not.toContain(5);
});

test('one that is forgotten takes no other with it', () => {
  const pairs = new PairReports(dir);
  const run = add(pairs, 1);
  add(pairs, 2);
  pairs.forget(run);
  expect(startsOf(pairs)).toEqual([2]);
});
