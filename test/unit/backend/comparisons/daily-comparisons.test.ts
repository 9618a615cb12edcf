import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { DailyComparisons } from '../../../../electron/backend/comparisons/daily-comparisons.ts';
import type { ComparisonState } from '../../../../shared/contract/api.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import type { DailyComparison } from '../../../../shared/model/daily-comparison.ts';
import { BackendBench } from '../../../support/backend/backend-bench.ts';
import { FakeEngines } from '../../../support/backend/fake-engine.ts';
import { fillDraft } from '../../../support/backend/fill-draft.ts';
import { comparison, report } from '../../../support/page/task-figures/comparison.ts';

const at = (day: number, hours: number, minutes = 0): number =>
  new Date(2026, 5, day, hours, minutes).getTime();

let nowMs: number;
let active: boolean;
let status: ComparisonState['status'];
let logged: string[];
let profile: { id: string; dailyComparison?: DailyComparison | undefined; dailySeenMs?: number | undefined };
let daily: DailyComparisons;
const start = vi.fn<(id: string) => ComparisonState>();

beforeEach(() => {
  [nowMs, active, status, logged] = [at(10, 12), true, 'none', []];
  profile = { id: 't' };
  start.mockReset();
  start.mockImplementation((id) => comparison(id, { status: 'running', startedAtMs: nowMs }));
  const task = {
    profile,
    get active() {
      return active;
    },
    log: { add: (severity: string, text: string) => void logged.push(`${severity}: ${text}`) },
    compareDaily: (dailyComparison: DailyComparison | undefined, dailySeenMs: number) =>
      void Object.assign(profile, { dailyComparison, dailySeenMs }),
    dailySeen: (dailySeenMs: number) => void Object.assign(profile, { dailySeenMs }),
  };
  const tasks = { list: () => [profile], get: () => task, has: () => true };
  daily = new DailyComparisons({
    tasks: tasks as never,
    comparisons: { start, state: (id) => comparison(id, { status }) },
    now: () => nowMs,
  });
  daily.set('t', { atMinute: 180, level: 'names' });
});
afterEach(() => daily.close());

const lookAt = (ms: number): void => {
  nowMs = ms;
  daily.look();
};

it('a task is compared once at its time, from the next day on', () => {
  lookAt(at(10, 23));
  expect(start).not.toHaveBeenCalled();
  lookAt(at(11, 3, 1));
  lookAt(at(11, 3, 2));
  expect(start.mock.calls).toEqual([['t', { level: 'names' }]]);
  lookAt(at(12, 3));
  expect(start).toHaveBeenCalledTimes(2);
  expect(logged).toEqual([]);
});

it('those that were missed are said, and not made up for', () => {
  lookAt(at(13, 9));
  lookAt(at(13, 10));
  expect(start).not.toHaveBeenCalled();
  lookAt(at(15, 3, 1));
  expect(start).toHaveBeenCalledTimes(1);
  expect(logged).toEqual([
    'warning: 3 daily comparisons at 03:00 did not take place: Lockstep was closed, or the machine slept',
    'warning: A daily comparison at 03:00 did not take place: Lockstep was closed, or the machine slept',
  ]);
});

it('one is left out where the task does not run, another one is under way, or a password is missing', () => {
  active = false;
  lookAt(at(11, 3));
  [active, status] = [true, 'running'];
  lookAt(at(12, 3));
  status = 'none';
  start.mockImplementation(() => {
    throw new LockstepError('SECRET_NEEDED', 'the password of the source is not known');
  });
  lookAt(at(13, 3));
  expect(logged).toEqual([
    'warning: The daily comparison at 03:00 was left out: the task does not run',
    'warning: The daily comparison at 03:00 was left out: another comparison was under way',
    'warning: The daily comparison at 03:00 was left out: the password of the source is not known',
  ]);
});

it('what it has found is an event, what somebody else has asked for is none', () => {
  lookAt(at(11, 3));
  const startedAtMs = nowMs;
  daily.changed(comparison('t', { startedAtMs: startedAtMs - 5, report: report(31) }));
  daily.changed(comparison('t', { startedAtMs, status: 'running' }));
  daily.changed(comparison('t', { startedAtMs, report: report(31) }));
  daily.changed(comparison('t', { startedAtMs, report: report(31) }));
  lookAt(at(12, 3));
  daily.changed(comparison('t', { startedAtMs: nowMs, report: report(0) }));
  lookAt(at(13, 3));
  const fault = { code: 'TARGET_LINK_LOST', fact: 'the connection was closed', atMs: nowMs } as const;
  daily.changed(comparison('t', { startedAtMs: nowMs, status: 'failed', fault }));
  expect(logged).toEqual([
    'warning: The daily comparison has found: 31 differences',
    'info: The daily comparison: Both sides are equal',
    'warning: The daily comparison could not be made: the connection was closed',
  ]);
});

it('a clock that is set back, and a schedule that is given up, do no harm', () => {
  lookAt(at(11, 3));
  lookAt(at(9, 12));
  lookAt(at(10, 3));
  expect(start).toHaveBeenCalledTimes(2);
  daily.set('t', null);
  lookAt(at(12, 3));
  expect(start).toHaveBeenCalledTimes(2);
  expect(logged).toEqual([]);
});

it('a schedule is kept with its task over a restart', async () => {
  const bench = await new BackendBench(new FakeEngines().start).start();
  try {
    const draft = await fillDraft(bench, { sourcePort: 7001, targetPort: 7002 });
    const [id] = (await bench.ask('task.create', { draftId: draft.id, start: false })).taskIds;
    const wanted = { atMinute: 185, level: 'sample' } as const;
    expect(await bench.ask('comparison.daily', { id: id!, daily: wanted })).toMatchObject({
      dailyComparison: wanted,
    });
    await bench.backend.close();
    await bench.start();
    expect((await bench.task(id!)).dailyComparison).toEqual(wanted);
    await bench.ask('comparison.daily', { id: id!, daily: null });
    await bench.backend.close();
    await bench.start();
    expect(await bench.task(id!)).not.toHaveProperty('dailyComparison');
    const events = await bench.ask('task.events', { id: id!, limit: 10 });
    expect(events.map(({ text }) => text).slice(-2)).toEqual([
      'It is to be compared every day at 03:05 (sample)',
      'It is not compared every day any more',
    ]);
  } finally {
    await bench.remove();
  }
});
