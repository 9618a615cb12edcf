import type { Activity, ActivityBand } from '../../../../shared/model/activity.ts';
import { HOUR_MS, MINUTE_MS, task } from '../fixtures.ts';
import type { Scenario, Scenarios } from '../scenario.ts';
import { history } from '../task-figures/history.ts';

const ID = 'orders';

/** Bands one after the other, each as long as said in minutes, up to now. */
function bandsOf(
  nowMs: number,
  ...parts: readonly (readonly [ActivityBand['status'], number, number?])[]
): ActivityBand[] {
  const wholeMs = parts.reduce((sum, [, minutes]) => sum + minutes * MINUTE_MS, 0);
  let fromMs = nowMs - wholeMs;
  return parts.map(([status, minutes, copy], index) => {
    const toMs = fromMs + minutes * MINUTE_MS;
    const band = { status, fromMs, toMs: index === parts.length - 1 ? null : toMs };
    fromMs = toMs;
    return copy === undefined ? band : { ...band, copy };
  });
}

/** A day with everything that can happen: outages, a pause, a second copy, comparisons, faults. */
function eventful(nowMs: number): Activity {
  const at = (minutesAgo: number): number => nowMs - minutesAgo * MINUTE_MS;
  return {
    bands: bandsOf(
      nowMs,
      ['connecting', 0.5],
      ['receiving', 2, 1],
      ['full-copy', 24, 1],
      ['catching-up', 9],
      ['in-step', 160],
      ['retrying', 0.4],
      ['in-step', 40],
      ['paused', 25],
      ['catching-up', 4],
      ['in-step', 120],
      ['retrying', 18],
      ['receiving', 2, 2],
      ['full-copy', 20, 2],
      ['clearing', 1, 2],
      ['catching-up', 6],
      ['in-step', 90],
      ['closed', 30],
      ['starting', 0.1],
      ['catching-up', 3],
      ['in-step', 47],
    ),
    comparisons: [
      { fromMs: at(430), toMs: at(418), level: 'values', outcome: 'done', differences: 0 },
      { fromMs: at(130), toMs: at(121), level: 'values', outcome: 'done', differences: 31 },
      { fromMs: at(4), toMs: null, level: 'values', outcome: 'running', differences: null },
    ],
    faults: [
      { atMs: at(406.5), code: 'TARGET_UNREACHABLE', severity: 'warning', text: 'refused' },
      { atMs: at(217), code: 'SOURCE_UNREACHABLE', severity: 'warning', text: 'no answer in time' },
    ],
    copies: 2,
    keptFromMs: null,
  };
}

const page = (activity: Activity, live = true): Scenario => ({
  tasks: [task(ID, { name: 'Orders, Frankfurt', sinceMs: Date.now() - 47 * MINUTE_MS })],
  live,
  answers: {
    'task.activity': () => ({ ...activity, nowMs: Date.now() }),
    'task.history': (window) =>
      history(window, {
        ...(window.spanMs > HOUR_MS && { copy: [0.04, 0.08] as const }),
        difference: (share) => (share < 0.3 ? -2 : share < 0.5 ? 23 : share < 0.6 ? 12_485 : 0),
      }),
  },
});

export const scenarios: Scenarios = {
  'task-activity': () => page(eventful(Date.now())),
  'task-activity-new': () => page({ ...eventful(Date.now()), bands: bandsOf(Date.now(), ['in-step', 0.2]) }),
};
