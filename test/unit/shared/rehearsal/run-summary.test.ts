import { expect, test } from 'vitest';
import { lastOf, summaryOf, type RunSummary } from '../../../../shared/rehearsal/run-summary.ts';
import { copyReport } from '../../../support/rehearsal-report.ts';

test('the run before is the last one of the same kind and pair', () => {
  const run = (changes: Partial<RunSummary>): RunSummary => ({
    ...summaryOf(copyReport(), 'a:1', 'b:2'),
    ...changes,
  });
  const runs = [
    run({ id: 'old', atMs: 1 }),
    run({ id: 'last', atMs: 9 }),
    run({ id: 'middle', atMs: 5 }),
    run({ id: 'other pair', target: 'c:3', atMs: 20 }),
    run({ id: 'other kind', kind: 'failover', atMs: 20 }),
  ];
  expect(lastOf(runs, run({}))?.id).toBe('last');
  expect(lastOf(runs, run({ kind: 'cutover' }))).toBeUndefined();
});
