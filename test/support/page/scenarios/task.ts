import type { ComparisonState } from '../../../../shared/contract/api.ts';
import type { ErrorCode } from '../../../../shared/errors/catalogue.ts';
import type { LaneFigures } from '../../../../shared/model/lane.ts';
import type { TaskView } from '../../../../shared/model/task-view.ts';
import {
  drift,
  endpoint,
  feed,
  GB,
  HOUR_MS,
  metrics,
  MINUTE_MS,
  task,
  watchedEndpoint,
} from '../fixtures.ts';
import type { Scenario, Scenarios } from '../scenario.ts';
import { comparison, report, shards } from '../task-figures/comparison.ts';
import { contents } from '../task-figures/contents.ts';
import { prefixReport } from '../task-figures/prefixes.ts';
import { history, type HistoryShape } from '../task-figures/history.ts';
import { log } from '../task-figures/log.ts';

/** Pages of one task, all with the id `orders`. */
const ID = 'orders';
const NAME = 'Orders to Frankfurt';

interface Story {
  readonly task?: Partial<TaskView>;
  readonly history?: HistoryShape;
  readonly events?: number;
  readonly comparison?: Partial<ComparisonState>;
  readonly more?: Partial<Scenario>;
}

/** What the task is told of its comparison. */
function comparedIn(told: Story): TaskView['compared'] {
  const { report: its, startedAtMs, endedAtMs } = comparison(ID, told.comparison ?? { status: 'none' });
  if (!its || startedAtMs === null || endedAtMs === null) return null;
  return { startedAtMs, endedAtMs, differences: its.differencesTotal, equal: its.equal };
}

const story = (told: Story = {}): Scenario => ({
  tasks: [task(ID, { name: NAME, compared: comparedIn(told), ...told.task })],
  events: { [ID]: log(told.events ?? 40) },
  ...told.more,
  answers: {
    'task.history': (window) => history(window, told.history),
    ...(told.comparison && { 'comparison.state': () => comparison(ID, told.comparison ?? {}) }),
    ...told.more?.answers,
  },
});

const now = (): number => Date.now();
const failed = (code: ErrorCode, fact: string): Scenario =>
  story({
    task: { state: 'failed', phase: 'ended', failure: { code, fact, atMs: now() - MINUTE_MS } },
  });
const copy = {
  bytesDone: 1.2 * GB,
  bytesTotal: 2.9 * GB,
  bytesReceived: 1.9 * GB,
  keysDone: 7_611_400,
  keysExpected: 18_402_113,
  remainingMs: 192_000,
};
const copying: Partial<TaskView> = {
  phase: 'full-copy',
  sinceMs: now() - 6 * MINUTE_MS,
  startedAtMs: now() - 6 * MINUTE_MS,
  timeline: [
    { phase: 'connecting', atMs: now() - 6 * MINUTE_MS },
    { phase: 'full-copy', atMs: now() - 6 * MINUTE_MS + 800 },
  ],
  drift: drift({
    verdict: 'in-flight',
    difference: 10_790_713,
    expiringDifference: 1_204_551,
    lastZeroAtMs: null,
  }),
  metrics: metrics({ phase: 'full-copy', copy, lag: { bytes: 82_000_000, seconds: 340 } }),
};
const after = (phase: TaskView['phase'], agoMs: number): TaskView['timeline'] => [
  ...task(ID).timeline,
  { phase, atMs: now() - agoMs },
];
const sixteen = Array.from({ length: 16 }, (_, db) => ({
  db,
  sourceKeys: 1_000_000 + db * 34_567,
  sourceExpires: 100_000 + db * 777,
  targetKeys: 1_000_000 + db * 34_567 - (db === 5 ? 3 : 0) + (db === 9 ? 2 : 0),
  targetExpires: 100_000 + db * 777 - (db % 4),
}));

const node = (n: number, slots: string, behindBytes: number): LaneFigures => ({
  ...{ at: `10.1.0.${n}:6379`, slots, behindBytes },
  ...{ commands: 30_334_000, commandsPerSecond: n === 2 ? 0 : 4134 },
});
const three = [
  feed(1, '0-5460'),
  feed(2, '5461-8999,9030-10922', { phase: 'catching-up', lag: { bytes: 3_000_000, seconds: 42 } }),
  feed(3, '10923-16383'),
];
const many = Array.from({ length: 64 }, (_, n) =>
  feed(n + 1, n === 9 ? '2304-2400,2402,2410-2420,2430-2559' : `${n * 256}-${n * 256 + 255}`),
);

export const scenarios: Scenarios = {
  'task-shards': () =>
    story({ task: { metrics: metrics({ feeds: three, lag: { bytes: 3_025_600, seconds: 42 } }) } }),
  'task-shards-copying': () =>
    story({
      task: {
        ...copying,
        metrics: metrics({
          phase: 'connecting',
          copy,
          feeds: [
            feed(1, '0-5460', { phase: 'full-copy', keysDone: 1_204_551 }),
            feed(2, '5461-10922', { phase: 'receiving' }),
            feed(3, '10923-16383', { phase: 'connecting' }),
          ],
        }),
      },
    }),
  'task-shards-many': () => story({ task: { metrics: metrics({ feeds: many }) } }),
  'task-node-away': () =>
    story({
      task: {
        phase: 'catching-up',
        sinceMs: now() - 47_000,
        timeline: after('catching-up', 47_000),
        trouble: {
          code: 'TARGET_NODE_AWAY',
          fact: '10.1.0.2:6379: the connection was refused',
          atMs: now() - 47_000,
          giveUpAtMs: now() + 24 * HOUR_MS,
        },
        metrics: metrics({
          phase: 'catching-up',
          lag: { bytes: 86_000_000, seconds: 47 },
          lanes: [
            node(1, '0-5460', 51_200),
            {
              ...node(2, '5461-10922', 86_000_000),
              away: {
                sinceMs: now() - 47_000,
                reason: 'the connection was refused: nothing listens on that port',
                heldUpBy: '',
              },
            },
            node(3, '10923-16383', 48_000),
          ],
        }),
      },
    }),
  'task-in-step': () => story({ more: { live: true } }),
  'task-sentinels': () =>
    story({
      task: {
        source: watchedEndpoint('source'),
        target: watchedEndpoint('target', {
          primaryName: 'standby',
          tls: true,
          sentinels: 'w1.example:26379',
        }),
        foundAt: { source: { host: '10.0.0.2', port: 6379 }, target: { host: '10.1.0.1', port: 6380 } },
      },
    }),
  'task-sentinels-stopped': () =>
    story({ task: { source: watchedEndpoint('source'), state: 'stopped', phase: 'ended' } }),
  'task-gaps': () =>
    story({
      history: {
        gaps: [
          [0.2, 0.34],
          [0.61, 0.63],
        ],
        lagSeconds: (share) => (share > 0.34 && share < 0.42 ? (0.42 - share) * 4000 : 0.3),
        difference: (share) => (share > 0.34 && share < 0.4 ? 4210 : share > 0.8 ? 3 : 0),
      },
    }),
  'task-copying': () => story({ task: copying, history: { gaps: [[-1, 0.1]] }, more: { live: true } }),
  'task-copying-diskless': () =>
    story({
      task: {
        ...copying,
        metrics: metrics({
          phase: 'full-copy',
          copy: { bytesDone: copy.bytesDone, bytesReceived: copy.bytesReceived, keysDone: copy.keysDone },
        }),
      },
    }),
  'task-catching-up': () =>
    story({
      task: {
        phase: 'catching-up',
        sinceMs: now() - 2 * MINUTE_MS,
        timeline: task(ID).timeline.slice(0, 3),
        metrics: metrics({ phase: 'catching-up', lag: { bytes: 126_000_000, seconds: 34 } }),
        drift: drift({ verdict: 'in-flight', difference: 4210, expiringDifference: 122, lastZeroAtMs: null }),
      },
      history: {
        lagSeconds: (share) => 900 * (1.03 - share),
        difference: (share) => Math.round(9e4 * (1.04 - share)),
      },
    }),
  'task-paused': () =>
    story({
      task: {
        state: 'paused',
        phase: 'paused',
        sinceMs: now() - 4 * MINUTE_MS,
        timeline: after('paused', 4 * MINUTE_MS),
        metrics: metrics({
          phase: 'paused',
          applied: { commandsPerSecond: 0, bytesPerSecond: 0, commands: 91_001_990, bytes: 14.2 * GB },
          lag: { bytes: 126_000_000, seconds: 240 },
          spool: { bytes: 126_000_000, diskBytes: 78_000_000 },
        }),
        drift: drift({
          verdict: 'in-flight',
          difference: 880,
          expiringDifference: 9,
          lastZeroAtMs: now() - 4 * MINUTE_MS,
        }),
      },
      history: { lagSeconds: (share) => Math.max(0.3, (share - 0.2) * 300) },
    }),
  'task-trouble': () =>
    story({
      task: {
        phase: 'reconnecting',
        sinceMs: now() - 130_000,
        timeline: after('reconnecting', 130_000),
        trouble: {
          code: 'TARGET_UNREACHABLE',
          fact: 'orders.eu-central.example.net:6379: connection refused',
          atMs: now() - 130_000,
          giveUpAtMs: now() + 11.9 * HOUR_MS,
        },
        metrics: metrics({ phase: 'reconnecting', lag: { bytes: 21_000_000, seconds: 130 } }),
        drift: drift({
          verdict: 'in-flight',
          difference: 310,
          expiringDifference: 4,
          lastZeroAtMs: now() - 131_000,
        }),
      },
    }),
  'task-target-away': () =>
    story({
      task: {
        phase: 'reconnecting',
        sinceMs: now() - 130_000,
        timeline: after('reconnecting', 130_000),
        trouble: {
          code: 'TARGET_UNREACHABLE',
          fact: 'orders.eu-central.example.net:6379: connection refused',
          atMs: now() - 130_000,
          giveUpAtMs: now() + 11.9 * HOUR_MS,
        },
        metrics: metrics({
          phase: 'reconnecting',
          lag: { bytes: 21_000_000, seconds: 130 },
          countedAtMs: now() - 131_000,
        }),
        drift: drift({ countedAtMs: now() - 131_000, lastZeroAtMs: now() - 131_000 }),
      },
    }),
  'task-late': () => story({ task: { metrics: metrics({ lag: { bytes: 3.4 * GB, seconds: 4 * 86_400 } }) } }),
  'task-unheard': () =>
    story({
      task: {
        metrics: metrics({ sourceAtMs: now() - 42_000, countedAtMs: now() - 42_000 }),
        drift: drift({ countedAtMs: now() - 42_000, lastZeroAtMs: now() - 42_000 }),
      },
    }),
  'task-differs': () =>
    story({
      task: {
        drift: drift({ verdict: 'real', difference: 12_485, lastZeroAtMs: now() - 24_000 }),
        metrics: metrics({
          databases: [
            { db: 0, sourceKeys: 30_000, sourceExpires: 120, targetKeys: 17_515, targetExpires: 120 },
            { db: 3, sourceKeys: 500, sourceExpires: 0, targetKeys: 500, targetExpires: 0 },
          ],
        }),
      },
    }),
  'task-compared': () => story({ comparison: { status: 'done', report: report(31) } }),
  'task-explored': () =>
    story({
      comparison: {
        status: 'done',
        choice: { level: 'values', contents: true },
        report: {
          ...report(31),
          byPrefix: prefixReport(),
          contents: { source: contents(), target: contents(0.93) },
          shards: { source: shards(), target: [] },
        },
      },
    }),
  'task-compared-before-copy': () =>
    story({
      task: { renewed: { atMs: now() - 10_000, by: 'copy' } },
      comparison: { status: 'done', report: report(31) },
    }),
  'task-stopped': () =>
    story({
      task: {
        state: 'stopped',
        phase: 'ended',
        sinceMs: now() - 3 * HOUR_MS,
        timeline: after('ended', 3 * HOUR_MS),
        metrics: metrics({ atMs: now() - 3 * HOUR_MS, countedAtMs: now() - 3 * HOUR_MS }),
        drift: drift({ verdict: 'in-flight', difference: 12, countedAtMs: now() - 3 * HOUR_MS }),
      },
      history: { gaps: [[0.87, 2]] },
    }),
  'task-completed-differing': () =>
    story({
      task: {
        state: 'completed',
        phase: 'ended',
        fullOnly: true,
        sinceMs: now() - 2 * HOUR_MS,
        timeline: [...task(ID).timeline.slice(0, 2), { phase: 'ended', atMs: now() - 2 * HOUR_MS }],
        drift: drift({ verdict: 'in-flight', difference: 2000 }),
      },
      comparison: { status: 'done', report: report(31) },
    }),
  'task-source-silent': () =>
    story({
      task: {
        phase: 'reconnecting',
        sinceMs: now() - 6 * MINUTE_MS,
        timeline: after('reconnecting', 6 * MINUTE_MS),
        trouble: {
          code: 'SOURCE_UNREACHABLE',
          fact: 'orders.eu-west.example.net:6379: no answer in time',
          atMs: now() - 6 * MINUTE_MS,
          giveUpAtMs: now() + 11.9 * HOUR_MS,
        },
        metrics: metrics({
          phase: 'reconnecting',
          offsets: { source: 48_230_114_882, received: 48_230_110_000, applied: 48_230_110_000 },
          lag: { bytes: 4882, seconds: 360 },
        }),
      },
      history: { gaps: [[0.975, 2]] },
    }),
  'task-left-late': () =>
    story({
      task: {
        state: 'stopped',
        phase: 'ended',
        sinceMs: now() - 20 * MINUTE_MS,
        timeline: after('ended', 20 * MINUTE_MS),
        targetStanding: 'late',
      },
      history: { gaps: [[0.95, 2]] },
    }),
  'task-handing-over': () =>
    story({
      task: {
        state: 'releasing',
        phase: 'ended',
        sinceMs: now() - 20_000,
        timeline: after('ended', 20 * MINUTE_MS),
        targetStanding: 'late',
      },
      history: { gaps: [[0.95, 2]] },
    }),
  'task-failed-settings': () =>
    failed('TARGET_READ_ONLY', 'READONLY You can’t write against a read only replica.'),
  'task-failed-set-up': () => failed('DATABASE_CROSSING', 'SWAPDB 0 3'),
  'task-handed-over': () =>
    failed('TARGET_HANDED_OVER', 'others have written 12 times since it was handed over'),
  'task-failed': () =>
    story({
      task: {
        state: 'failed',
        phase: 'ended',
        sinceMs: now() - 3 * HOUR_MS,
        timeline: after('ended', 3 * HOUR_MS),
        failure: {
          code: 'TARGET_REJECTED',
          fact: 'ZADD on the key board:eu was answered with WRONGTYPE',
          atMs: now() - 3 * HOUR_MS,
        },
        drift: drift({
          verdict: 'real',
          difference: 3,
          expiringDifference: 0,
          lastZeroAtMs: now() - 3.2 * HOUR_MS,
        }),
      },
      history: { gaps: [[0.87, 2]] },
      comparison: {
        status: 'failed',
        fault: { code: 'TARGET_LINK_LOST', fact: 'the connection was closed', atMs: now() - 90_000 },
      },
    }),
  'task-resume': () =>
    story({
      task: {
        state: 'stopped',
        phase: 'ended',
        sinceMs: now() - 9 * HOUR_MS,
        timeline: after('ended', 9 * HOUR_MS),
        resumeOffered: true,
        missingSecrets: ['source', 'target'],
      },
      history: { gaps: [[0.625, 2]] },
      comparison: {
        status: 'cancelled',
        progress: { db: 0, phase: 'source', keysDone: 120_000, keysTotal: 18_411_204, differences: 2 },
      },
    }),
  'task-new': () =>
    story({
      task: {
        state: 'stopped',
        phase: 'connecting',
        startedAtMs: null,
        timeline: [],
        metrics: null,
        drift: drift({ verdict: 'unknown', difference: null, expiringDifference: null, lastZeroAtMs: null }),
      },
      history: { gaps: [[-1, 2]] },
      events: 0,
    }),
  'task-completed': () =>
    story({
      task: {
        state: 'completed',
        phase: 'ended',
        fullOnly: true,
        sinceMs: now() - 2 * HOUR_MS,
        timeline: [...task(ID).timeline.slice(0, 2), { phase: 'ended', atMs: now() - 2 * HOUR_MS }],
      },
      comparison: { status: 'done', report: report(0) },
    }),
  'task-sixteen': () =>
    story({
      task: {
        metrics: metrics({ databases: sixteen }),
        drift: drift({
          verdict: 'real',
          difference: 5,
          expiringDifference: 24,
          lastZeroAtMs: now() - 5 * HOUR_MS,
        }),
      },
      history: { difference: (share) => (share > 0.8 ? 5 : 0) },
      comparison: {
        status: 'running',
        endedAtMs: null,
        progress: { db: 3, phase: 'source', keysDone: 412_000, keysTotal: 1_103_701, differences: 3 },
      },
    }),
  'task-thousand': () =>
    story({
      task: {
        drift: drift({
          verdict: 'real',
          difference: 12,
          expiringDifference: 0,
          lastZeroAtMs: now() - 5 * HOUR_MS,
        }),
      },
      events: 3000,
      comparison: { status: 'done', report: report(4321) },
    }),
  'task-own-keys': () =>
    story({
      task: {
        existing: 'overwrite',
        drift: drift({ verdict: 'own-keys', difference: 120, expiringDifference: 0, lastZeroAtMs: null }),
      },
      comparison: { status: 'done', report: report(3) },
    }),
  'task-expiry': () =>
    story({
      task: {
        drift: drift({ verdict: 'expiry', difference: 0, expiringDifference: 14, lastZeroAtMs: now() }),
      },
    }),
  'task-long': () =>
    story({
      task: {
        name: 'Customer-facing session and shopping basket store of the northern region, second rehearsal',
        source: {
          ...endpoint(
            'source',
            'a-very-long-host-name.of-a-managed-service.cache.eu-north-1.provider.example.com',
            16_379,
          ),
          tls: true,
        },
        target: {
          ...endpoint('target', '2001:db8:85a3:8d3:1319:8a2e:370:7348', 6380),
          tls: true,
          verify: false,
        },
        metrics: metrics({ lag: { bytes: 9e12, seconds: 400_000 } }),
        drift: drift({ verdict: 'real', difference: 123_456_789, expiringDifference: 0, lastZeroAtMs: null }),
        ignoredWarnings: [
          {
            check: 'source-backlog',
            found: 'repl-backlog-size is 1.0 MB: at 1.8 MB/s it covers less than 1 s of disconnection',
            atMs: now() - 49 * HOUR_MS,
          },
        ],
        sandbox: true,
      },
      history: { commandsPerSecond: 1_234_567, lagSeconds: (share) => 400_000 * share },
    }),
};
