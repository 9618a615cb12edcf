import type { TaskView } from '../../../../shared/model/task-view.ts';
import { applied, drift, endpoint, HOUR_MS, metrics, MINUTE_MS, task } from '../fixtures.ts';
import type { Scenarios } from '../scenario.ts';
import { history } from '../task-figures/history.ts';

const now = (): number => Date.now();
const GROUP = { id: 'orders', name: 'Orders' };

const member = (city: string, change: Partial<TaskView> = {}): TaskView => ({
  ...task(`orders ${city}`, change),
  name: `Orders (redis.${city}.example.net:6379)`,
  source: endpoint('source', 'redis.dublin.example.net'),
  target: endpoint('target', `redis.${city}.example.net`),
  group: GROUP,
});

/** Three in step, one that cannot be reached, one that is paused, and a task that stands alone. */
const members = (): TaskView[] => [
  member('frankfurt'),
  member('oslo', {
    metrics: metrics({ ...applied(12_120), phase: 'catching-up', lag: { bytes: 126_000_000, seconds: 34 } }),
    phase: 'catching-up',
    drift: drift({
      verdict: 'in-flight',
      difference: 4210,
      expiringDifference: 122,
      lastZeroAtMs: now() - HOUR_MS,
    }),
  }),
  member('madrid', {
    phase: 'reconnecting',
    sinceMs: now() - 2 * MINUTE_MS,
    trouble: {
      ...{ code: 'TARGET_UNREACHABLE', fact: 'redis.madrid.example.net:6379: connection refused' },
      ...{ atMs: now() - 2 * MINUTE_MS, giveUpAtMs: now() + 11 * HOUR_MS },
    },
    metrics: metrics({ ...applied(0), phase: 'reconnecting', lag: { bytes: 210_000_000, seconds: 120 } }),
  }),
  member('warsaw', {
    state: 'paused',
    phase: 'paused',
    sinceMs: now() - 4 * MINUTE_MS,
    metrics: metrics({
      ...applied(0),
      phase: 'paused',
      spool: { bytes: 410_000_000, diskBytes: 380_000_000 },
    }),
  }),
  member('vienna', { state: 'stopped', phase: 'ended', metrics: null, startedAtMs: null }),
];

const LAGS: Readonly<Record<string, (share: number) => number>> = {
  'orders-oslo': (share) => 2 + 32 * share,
  'orders-madrid': (share) => Math.max(0.3, (share - 0.6) * 300),
  'orders-warsaw': (share) => Math.max(0.3, (share - 0.2) * 150),
};

export const scenarios: Scenarios = {
  group: () => ({
    tasks: [...members(), task('sessions', { name: 'Session store' })],
    answers: {
      'task.history': ({ id, ...window }) =>
        id === 'orders-vienna'
          ? { stepMs: 1000, points: [] }
          : history(window, LAGS[id] ? { lagSeconds: LAGS[id] } : {}),
    },
  }),
  'group-in-step': () => ({
    tasks: ['frankfurt', 'oslo', 'madrid'].map((city) => member(city)),
    answers: { 'task.history': (window) => history(window) },
    live: true,
  }),
};
