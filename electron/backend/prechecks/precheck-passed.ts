import { CHECK_IDS } from '../../../shared/model/checks.ts';
import type { CheckResult } from '../../../shared/model/precheck.ts';
import type { IgnoredWarning } from '../../../shared/model/profile.ts';

/** True when every check has been run, none failed, and every warning is ignored as it was found. */
export function allPassed(results: readonly CheckResult[], ignored: readonly IgnoredWarning[]): boolean {
  return CHECK_IDS.every((id) => {
    const result = results.find((one) => one.id === id);
    if (!result || result.status === 'failure') return false;
    return result.status !== 'warning' || isIgnored(result, ignored);
  });
}

/** A warning that found something else than the one that was ignored is a new one. */
export const isIgnored = (result: CheckResult, ignored: readonly IgnoredWarning[]): boolean =>
  ignored.some(({ check, found }) => check === result.id && found === result.found);
