import { expect, test } from 'vitest';
import {
  describeCheck,
  describeVerdict,
  verdictOf,
} from '../../../../../electron/headless/cli/precheck/precheck-lines.ts';
import type { CheckResult, CheckStatus } from '../../../../../shared/model/precheck.ts';

const result = (status: CheckStatus): CheckResult => ({
  id: 'target-primary',
  status,
  found: 'it is a replica',
  mends: [{ where: 'target', text: 'Give the address of its primary.', command: 'redis-cli ROLE' }],
  tookMs: 1,
});

test.each([
  [['pass', 'notice', 'skipped'], false, true],
  [['pass', 'warning'], false, true],
  [['pass', 'warning'], true, false],
  [['failure'], false, false],
] as const)('%j, strict %s: passed is %s', (statuses, strict, passed) => {
  expect(verdictOf(statuses.map(result), strict).passed).toBe(passed);
});

test('a check that needs somebody says why and what to do, any other is one line', () => {
  expect(describeCheck(result('pass'))).toBe('ok       Role of the target: it is a replica');
  expect(describeCheck(result('failure')).split('\n')).toEqual([
    'FAILED   Role of the target: it is a replica',
    expect.stringMatching(/^ {9}Why: A replica refuses writes/),
    '         To do: Give the address of its primary.',
    '           redis-cli ROLE',
  ]);
});

test('the last line counts', () => {
  const results = ['pass', 'warning', 'failure', 'skipped'] as const;

  expect(describeVerdict(verdictOf(results.map(result), false))).toBe(
    'Not passed: 4 checks, 1 failed, 1 warning, 1 skipped.',
  );
});
