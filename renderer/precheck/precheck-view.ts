import type { PrecheckState } from '../../shared/contract/api.ts';
import { CHECK_GROUPS, CHECK_IDS, CHECKS, type CheckGroup } from '../../shared/model/checks.ts';
import type { CheckId, CheckResult, CheckStatus } from '../../shared/model/precheck.ts';

/** `pending` waits for its turn in a run; `none` has not been run on these settings. */
export type RowStatus = CheckStatus | 'pending' | 'checking' | 'none';

/** One check as it is shown. There is a row for every check at any time, so that results move nothing. */
export interface CheckRow {
  readonly id: CheckId;
  readonly group: CheckGroup;
  readonly title: string;
  readonly why: string;
  readonly status: RowStatus;
  /** The result, or that of the run before while another one is under way. */
  readonly result: CheckResult | null;
  /** When the user chose to ignore its warning; null when they did not. */
  readonly ignoredAtMs: number | null;
}

export type Results = Readonly<Partial<Record<CheckId, CheckResult>>>;

/** Every result seen so far, the newest of each check. */
export function rememberResults(before: Results, state: PrecheckState): Results {
  return { ...before, ...Object.fromEntries(state.results.map((result) => [result.id, result])) };
}

export function checkRows(state: PrecheckState | null, remembered: Results = {}): CheckRow[] {
  const results = new Map(state?.results.map((result) => [result.id, result]));
  const checking = new Set(state?.checking);
  const statusOf = (id: CheckId): RowStatus => {
    if (checking.has(id)) return 'checking';
    return results.get(id)?.status ?? (state?.running ? 'pending' : 'none');
  };
  return CHECK_IDS.map((id) => {
    const status = statusOf(id);
    const ignored = status === 'warning' ? state?.ignored.find(({ check }) => check === id) : undefined;
    const before = status === 'pending' || status === 'checking' ? remembered[id] : undefined;
    return {
      id,
      group: CHECKS[id].group,
      title: CHECKS[id].title,
      why: CHECKS[id].why,
      status,
      result: results.get(id) ?? before ?? null,
      ignoredAtMs: ignored?.atMs ?? null,
    };
  });
}

/** Whether somebody has to look at it: a failure, or a warning that nobody has decided to ignore. */
export const isOpenProblem = (row: CheckRow): boolean =>
  row.status === 'failure' || (row.status === 'warning' && row.ignoredAtMs === null);

/** What the filter “Problems” shows: ignored warnings as well, so that the choice can be taken back. */
export const isProblem = (row: CheckRow): boolean => row.status === 'failure' || row.status === 'warning';

export interface RowGroup {
  readonly group: CheckGroup;
  readonly title: string;
  readonly rows: readonly CheckRow[];
}

/**
 * The rows by group, in the order of the list. In each group those stand first that failed in `settled`, the run before,
 * then its warnings; without it nothing is sorted.
 */
export function groupRows(rows: readonly CheckRow[], settled: readonly CheckRow[] | null): RowGroup[] {
  const weights = new Map(settled?.map(({ id, status }) => [id, weightOf(status)]));
  return (Object.keys(CHECK_GROUPS) as CheckGroup[]).map((group) => ({
    group,
    title: CHECK_GROUPS[group],
    rows: rows
      .filter((row) => row.group === group)
      .toSorted((a, b) => (weights.get(a.id) ?? 0) - (weights.get(b.id) ?? 0)),
  }));
}

const weightOf = (status: RowStatus): number => (status === 'failure' ? 0 : status === 'warning' ? 1 : 2);

export interface RowCounts {
  readonly total: number;
  readonly done: number;
  readonly passed: number;
  readonly notices: number;
  readonly warnings: number;
  readonly ignored: number;
  readonly failures: number;
  readonly skipped: number;
}

export function countRows(rows: readonly CheckRow[]): RowCounts {
  const count = (fits: (row: CheckRow) => boolean): number => rows.filter(fits).length;
  const ignored = count((row) => row.ignoredAtMs !== null);
  const waiting = count(({ status }) => status === 'pending' || status === 'checking' || status === 'none');
  return {
    total: rows.length,
    done: rows.length - waiting,
    passed: count(({ status }) => status === 'pass'),
    notices: count(({ status }) => status === 'notice'),
    warnings: count(({ status }) => status === 'warning') - ignored,
    ignored,
    failures: count(({ status }) => status === 'failure'),
    skipped: count(({ status }) => status === 'skipped'),
  };
}

/** `18 passed, 1 warning, 2 failed`, leaving out what is 0. */
export function describeCounts(counts: RowCounts): string {
  const parts: [number, string][] = [
    [counts.failures, 'failed'],
    [counts.warnings, counts.warnings === 1 ? 'warning' : 'warnings'],
    [counts.ignored, 'ignored'],
    [counts.passed, 'passed'],
    [counts.notices, counts.notices === 1 ? 'notice' : 'notices'],
    [counts.skipped, 'not checked'],
  ];
  return parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
}

const checks = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** Why the task cannot be started yet; null when it can. */
export function whyBlocked(state: PrecheckState | null): string | null {
  if (state === null) return 'The checks have not been run yet.';
  if (state.passed) return null;
  if (state.running) return 'The checks are still running.';
  if (state.fault) return 'The checks broke off. Run them again.';
  const { failures, warnings, done, total } = countRows(checkRows(state));
  if (failures > 0) {
    return `${checks(failures, 'check fails', 'checks fail')}. Fix what ${failures === 1 ? 'it names, then run it' : 'they name, then run them'} again.`;
  }
  if (warnings > 0) {
    return `${checks(warnings, 'warning is', 'warnings are')} open. Fix what ${warnings === 1 ? 'it names, or ignore it' : 'they name, or ignore them one by one'}.`;
  }
  if (done < total) return 'Not every check has been run on these settings. Run them again.';
  return 'The settings have changed since the checks were run. Run them again.';
}
