import { expect, test } from 'vitest';
import { NO_ACTIVITY, type Activity, type ActivityBand } from '../../../../shared/model/activity.ts';
import { taskRuns } from '../../../../shared/model/task-runs.ts';

const NOW = 1_000_000;
/** Bands one after the other, each from its second on. */
const activity = (
  bands: readonly (readonly [ActivityBand['status'], number, number?])[],
  more: Partial<Activity> = {},
): Activity => ({
  ...NO_ACTIVITY,
  bands: bands.map(([status, fromS, copy], i) => ({
    ...{ status, fromMs: fromS * 1000, toMs: (bands[i + 1]?.[1] ?? null) && bands[i + 1]![1] * 1000 },
    ...(copy !== undefined && { copy }),
  })),
  ...more,
});
const fault = (atS: number, severity: 'warning' | 'error', text: string) => ({
  ...{ atMs: atS * 1000, code: 'TARGET_UNREACHABLE' as const, severity, text },
});

test('a task that has never run has no runs', () => {
  expect(taskRuns(NO_ACTIVITY, NOW)).toEqual([]);
});

test('each run has when it began and ended, how, its copies, its time in step and its faults, newest first', () => {
  const runs = taskRuns(
    activity(
      [
        ['connecting', 10],
        ['full-copy', 12, 1],
        ['in-step', 20],
        ['retrying', 50],
        ['full-copy', 55, 2],
        ['in-step', 60],
        ['stopped', 80],
        ['connecting', 100],
        ['failed', 110],
        ['in-step', 200],
      ],
      { faults: [fault(50, 'warning', 'gone'), fault(110, 'error', 'refused')] },
    ),
    NOW,
  );
  expect(runs).toEqual([
    { ...{ fromMs: 200_000, toMs: null, ended: null, copies: 0, inStepMs: 800_000 }, ...none },
    {
      ...{ fromMs: 100_000, toMs: 110_000, ended: 'failed', copies: 0, inStepMs: 0 },
      ...{ faults: 1, reason: 'refused', cut: false },
    },
    {
      ...{ fromMs: 10_000, toMs: 80_000, ended: 'stopped', copies: 2, inStepMs: 50_000 },
      ...{ faults: 1, reason: null, cut: false },
    },
  ]);
});
const none = { faults: 0, reason: null, cut: false };

test('the end of the application ends a run, and one that began before what is kept says so', () => {
  const runs = taskRuns(
    activity(
      [
        ['in-step', 10],
        ['closed', 20],
        ['stopped', 30],
        ['full-copy', 40, 3],
        ['completed', 50],
      ],
      { keptFromMs: 10_000 },
    ),
    NOW,
  );
  expect(runs.map(({ ended, cut }) => [ended, cut])).toEqual([
    ['completed', false],
    ['closed', true],
  ]);
});
