import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { KeptComparisons } from '../../../../electron/backend/comparisons/kept-comparisons.ts';
import type { ComparisonState } from '../../../../shared/contract/api.ts';
import { comparison, report } from '../../../support/page/task-figures/comparison.ts';

let dir: string;
let kept: KeptComparisons;
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'lockstep-kept-'));
  kept = new KeptComparisons(dir);
});
afterEach(() => rmSync(dir, { recursive: true }));

const done = (owner: string, startedAtMs: number, differences = 3): ComparisonState =>
  comparison(owner, { startedAtMs, endedAtMs: startedAtMs + 500, report: report(differences) });
const folder = (): string => path.join(dir, 'comparisons');

test('results are there after a restart, newest first, with their figures and the names of keys', () => {
  kept.add(done('a', 1000));
  kept.add(done('a', 2000, 5));
  kept.add(done('b', 1500));
  const again = new KeptComparisons(dir);
  expect(again.list('a')).toMatchObject([
    { startedAtMs: 2000, endedAtMs: 2500, differencesTotal: 5, level: 'values', equal: false },
    { startedAtMs: 1000, differencesTotal: 3 },
  ]);
  const read = again.read('a', 1000)!;
  expect(read).toMatchObject({ ownerId: 'a', status: 'done', restored: true, startedAtMs: 1000 });
  expect(read.report!.differences.map(({ key }) => key)).toEqual(report(3).differences.map(({ key }) => key));
  expect(again.read('b', 1000)).toBeUndefined();
});

test('of values nothing is written, and nobody else can read the files', () => {
  const state = done('a', 1000);
  const [first] = state.report!.differences;
  kept.add({
    ...state,
    report: { ...state.report!, differences: [{ ...first!, source: '"hunter2"', target: '"swordfish"' }] },
  });
  for (const name of readdirSync(folder())) {
    const file = path.join(folder(), name);
    expect(readFileSync(file, 'utf8')).not.toMatch(/hunter2|swordfish/);
    expect(statSync(file).mode & 0o077).toBe(0);
  }
  expect(statSync(folder()).mode & 0o077).toBe(0);
});

test('of each owner the ten newest are kept, and none that is too large', () => {
  for (let n = 1; n <= 13; n++) kept.add(done('a', n * 1000));
  kept.add(done('b', 1));
  expect(kept.list('a').map(({ startedAtMs }) => startedAtMs / 1000)).toEqual([
    13, 12, 11, 10, 9, 8, 7, 6, 5, 4,
  ]);
  expect(kept.list('b')).toHaveLength(1);
  expect(new KeptComparisons(dir, 500).add(done('c', 1))).toBe(false);
  expect(kept.list('c')).toEqual([]);
});

test('a file that was cut short or spoiled is left out, and goes with what was half written', () => {
  kept.add(done('a', 1000));
  writeFileSync(path.join(folder(), 'a.2000.json'), '{"startedAtMs":20');
  writeFileSync(path.join(folder(), 'a.3000.json.new'), 'half');
  expect(kept.list('a')).toHaveLength(1);
  expect(kept.read('a', 2000)).toBeUndefined();
  kept.add(done('gone', 1000));
  kept.retain((owner) => owner === 'a');
  expect(readdirSync(folder()).toSorted()).toEqual(['a.1000.json', 'a.2000.json']);
  kept.forget('a');
  expect(readdirSync(folder())).toEqual([]);
});
