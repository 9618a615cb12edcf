import { describe, expect, it } from 'vitest';
import {
  checkRows,
  countRows,
  describeCounts,
  groupRows,
  rememberResults,
  whyBlocked,
} from '../../../../renderer/precheck/precheck-view.ts';
import { whyAnyBlocked } from '../../../../renderer/precheck/use-prechecks.ts';
import type { PrecheckState } from '../../../../shared/contract/api.ts';
import { CHECK_IDS } from '../../../../shared/model/checks.ts';
import { MIXED, results } from '../../../support/page/setup-figures/precheck-results.ts';

const state = (change: Partial<PrecheckState> = {}): PrecheckState => ({
  draftId: 'd1',
  targetId: 'target-1',
  running: false,
  checking: [],
  results: results(),
  ignored: [],
  fault: null,
  passed: false,
  ...change,
});
const warnings = results({
  'source-timeout': MIXED['source-timeout']!,
  'source-backlog': MIXED['source-backlog']!,
});
const ignoring = (check: string): PrecheckState['ignored'][number] => ({ check, found: '', atMs: 7 });

describe('the rows of a precheck', () => {
  it('are all there before anything is known', () => {
    expect(checkRows(null).map(({ id, status }) => [id, status])).toEqual(
      CHECK_IDS.map((id) => [id, 'none']),
    );
  });

  it('wait, are checked, and have a result', () => {
    const running = state({
      running: true,
      checking: ['target-connection'],
      results: results().slice(0, 1),
    });
    expect(
      checkRows(running)
        .slice(0, 3)
        .map(({ status }) => status),
    ).toEqual(['pass', 'checking', 'pending']);
  });

  it('keep the result before while a check is run again, but not its verdict', () => {
    const remembered = rememberResults({}, state({ results: results(MIXED) }));
    const again = state({
      running: true,
      checking: ['target-empty'],
      results: results(MIXED).filter(({ id }) => id !== 'target-empty'),
    });
    const row = checkRows(again, remembered).find(({ id }) => id === 'target-empty');
    expect(row).toMatchObject({ status: 'checking', result: { found: MIXED['target-empty']!.found } });
  });

  it('show a choice to ignore only at a warning that stands', () => {
    const rows = checkRows(
      state({ results: warnings, ignored: [ignoring('source-timeout'), ignoring('versions')] }),
    );
    expect(rows.filter(({ ignoredAtMs }) => ignoredAtMs !== null).map(({ id }) => id)).toEqual([
      'source-timeout',
    ]);
  });

  it('are sorted by the run that ended: failures, then warnings, then the rest in their order', () => {
    const rows = checkRows(state({ results: results(MIXED) }));
    const ids = (settled: typeof rows | null): string[] =>
      groupRows(rows, settled)
        .find(({ group }) => group === 'settings')!
        .rows.map(({ id }) => id);
    expect(ids(null)).toEqual([
      'target-eviction-policy',
      'large-values',
      'source-timeout',
      'source-backlog',
      'source-output-buffer',
      'source-snapshot',
    ]);
    expect(ids(rows).slice(0, 4)).toEqual([
      'target-eviction-policy',
      'source-timeout',
      'source-backlog',
      'large-values',
    ]);
    expect(groupRows(rows, rows).flatMap((group) => group.rows)).toHaveLength(CHECK_IDS.length);
  });

  it('are counted, ignored warnings apart', () => {
    const counts = countRows(
      checkRows(state({ results: results(MIXED), ignored: [ignoring('source-timeout')] })),
    );
    expect(counts).toMatchObject({
      total: 31,
      done: 31,
      failures: 2,
      warnings: 2,
      ignored: 1,
      notices: 4,
      skipped: 1,
    });
    expect(describeCounts(counts)).toBe(
      '2 failed, 2 warnings, 1 ignored, 21 passed, 4 notices, 1 not checked',
    );
  });
});

describe('the way on', () => {
  it.each<[string, PrecheckState | null, string | null]>([
    ['nothing is known', null, 'The checks have not been run yet.'],
    ['it runs', state({ running: true }), 'The checks are still running.'],
    ['it passed', state({ passed: true }), null],
    [
      'two checks fail',
      state({ results: results(MIXED) }),
      '2 checks fail. Fix what they name, then run them again.',
    ],
    [
      'one check fails',
      state({ results: results({ 'target-empty': MIXED['target-empty']! }) }),
      '1 check fails. Fix what it names, then run it again.',
    ],
    [
      'warnings are open',
      state({ results: warnings }),
      '2 warnings are open. Fix what they name, or ignore them one by one.',
    ],
    [
      'one warning is open',
      state({ results: warnings, ignored: [ignoring('source-timeout')] }),
      '1 warning is open. Fix what it names, or ignore it.',
    ],
    [
      'checks are missing',
      state({ results: results().slice(3) }),
      'Not every check has been run on these settings. Run them again.',
    ],
    [
      'the engine died',
      state({ fault: { code: 'ENGINE_DIED', fact: 'signal', atMs: 1 } }),
      'The checks broke off. Run them again.',
    ],
  ])('when %s', (_, precheck, sentence) => {
    expect(whyBlocked(precheck)).toBe(sentence);
  });

  it('is open only when every target has passed', () => {
    const passed = state({ passed: true });
    expect(whyAnyBlocked([passed, passed])).toBeNull();
    expect(whyAnyBlocked([passed, state({ results: warnings })])).toBe(
      'Target 2: 2 warnings are open. Fix what they name, or ignore them one by one.',
    );
    expect(whyAnyBlocked([passed, null])).toBe('Target 2: the checks have not been run yet.');
  });
});
