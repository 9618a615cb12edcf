import { formatCount } from '../../../../shared/format/numbers.ts';
import { CHECKS } from '../../../../shared/model/checks.ts';
import type { CheckResult, CheckStatus } from '../../../../shared/model/precheck.ts';

/** What all checks together come to. */
export interface PrecheckVerdict {
  /** Nothing has failed, and where that is wanted nothing is warned of. */
  readonly passed: boolean;
  readonly counts: Readonly<Record<CheckStatus, number>>;
}

export function verdictOf(results: readonly CheckResult[], strict: boolean): PrecheckVerdict {
  const counts = { pass: 0, notice: 0, warning: 0, failure: 0, skipped: 0 };
  for (const { status } of results) counts[status] += 1;
  return { passed: counts.failure === 0 && !(strict && counts.warning > 0), counts };
}

const WORDS: Readonly<Record<CheckStatus, string>> = {
  pass: 'ok',
  notice: 'notice',
  warning: 'WARNING',
  failure: 'FAILED',
  skipped: 'skipped',
};
const WIDTH = Math.max(...Object.values(WORDS).map(({ length }) => length)) + 2;

/** A line of what was found; where something is to be done lines of that follow. */
export function describeCheck({ id, status, found, mends }: CheckResult): string {
  const head = `${WORDS[status].padEnd(WIDTH)}${CHECKS[id].title}: ${found}`;
  if (status !== 'warning' && status !== 'failure') return head;
  const indent = ' '.repeat(WIDTH);
  const steps = mends.flatMap(({ text, command }) => [
    `${indent}To do: ${text}`,
    ...(command === undefined ? [] : [`${indent}  ${command}`]),
  ]);
  return [head, `${indent}Why: ${CHECKS[id].why}`, ...steps].join('\n');
}

export function describeVerdict({ passed, counts }: PrecheckVerdict): string {
  const { failure, warning, skipped } = counts;
  const checks = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const warned = warning === 0 ? '' : `, ${formatCount(warning)} ${warning === 1 ? 'warning' : 'warnings'}`;
  const left = skipped === 0 ? '' : `, ${formatCount(skipped)} skipped`;
  return `${passed ? 'Passed' : 'Not passed'}: ${formatCount(checks)} checks, ${formatCount(failure)} failed${warned}${left}.`;
}
