import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import {
  applied,
  drift,
  HOUR_MS,
  GB,
  draft,
  endpoint,
  endpointForm,
  metrics,
  MINUTE_MS,
  spark,
  task,
} from '../fixtures.ts';
import type { Scenarios } from '../scenario.ts';

const now = (): number => Date.now();

const allStates = () => [
  task('orders', { name: 'Orders to Frankfurt' }),
  task('sessions', {
    name: 'Session store',
    phase: 'full-copy',
    sinceMs: now() - 6 * MINUTE_MS,
    startedAtMs: now() - 6 * MINUTE_MS,
    metrics: metrics({
      ...applied(88_412),
      phase: 'full-copy',
      copy: {
        bytesDone: 1.2 * GB,
        bytesTotal: 2.9 * GB,
        bytesReceived: 1.9 * GB,
        keysDone: 7_611_400,
        keysExpected: 18_402_113,
        remainingMs: 192_000,
      },
      lag: { bytes: 82_000_000, seconds: 340 },
    }),
    drift: drift({ verdict: 'unknown', difference: null, expiringDifference: null, lastZeroAtMs: null }),
    spark: spark(88_000, 0.3),
  }),
  task('catalogue', {
    name: 'Catalogue',
    phase: 'catching-up',
    sinceMs: now() - 2 * MINUTE_MS,
    metrics: metrics({ ...applied(45_120), phase: 'catching-up', lag: { bytes: 126_000_000, seconds: 34 } }),
    drift: drift({
      verdict: 'in-flight',
      difference: 4210,
      expiringDifference: 122,
      lastZeroAtMs: now() - HOUR_MS,
    }),
    spark: spark(45_000, 0.1),
  }),
  task('payments', {
    name: 'Payments standby',
    state: 'running',
    phase: 'reconnecting',
    sinceMs: now() - 12_000,
    trouble: {
      code: 'TARGET_UNREACHABLE',
      fact: 'payments.eu-central.example.net:6379: connection refused',
      atMs: now() - 12_000,
      giveUpAtMs: now() + 11.9 * HOUR_MS,
    },
    metrics: metrics({ ...applied(0), phase: 'reconnecting', lag: { bytes: 21_000_000, seconds: 12 } }),
    drift: drift({
      verdict: 'in-flight',
      difference: 310,
      expiringDifference: 4,
      lastZeroAtMs: now() - 13_000,
    }),
    spark: spark(6000).map((it, i) => (i > 47 ? 0 : it)),
  }),
  task('cache', {
    name: 'Page cache',
    state: 'paused',
    phase: 'paused',
    sinceMs: now() - 4 * MINUTE_MS,
    metrics: metrics({
      ...applied(0),
      phase: 'paused',
      lag: { bytes: 126_000_000, seconds: 240 },
      spool: { bytes: 126_000_000, diskBytes: 60_000_000 },
    }),
    drift: drift({
      verdict: 'in-flight',
      difference: 880,
      expiringDifference: 9,
      lastZeroAtMs: now() - 4 * MINUTE_MS,
    }),
  }),
  task('leaderboard', {
    name: 'Leaderboard',
    state: 'failed',
    phase: 'ended',
    sinceMs: now() - 3 * HOUR_MS,
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
  }),
  task('metering', {
    name: 'Metering',
    drift: drift({
      verdict: 'real',
      difference: 12,
      expiringDifference: 0,
      lastZeroAtMs: now() - 5 * HOUR_MS,
    }),
    metrics: metrics({ ...applied(312), lag: { bytes: 0, seconds: 0 } }),
    spark: spark(310, 0.6),
  }),
  task('archive', {
    name: 'Archive',
    state: 'stopped',
    phase: 'ended',
    sinceMs: now() - 26 * HOUR_MS,
    drift: drift({
      verdict: 'none',
      difference: 0,
      expiringDifference: 0,
      lastZeroAtMs: now() - 26 * HOUR_MS,
    }),
  }),
  task('snapshot', {
    name: 'One-off copy',
    state: 'completed',
    phase: 'ended',
    fullOnly: true,
    sinceMs: now() - 2 * HOUR_MS,
  }),
  task('engine', {
    name: 'Feature flags',
    state: 'restarting',
    phase: 'connecting',
    metrics: metrics({ ...applied(0) }),
    sinceMs: now() - 2000,
  }),
  task('new', {
    name: 'Search index',
    state: 'starting',
    phase: 'connecting',
    sinceMs: now() - 800,
    metrics: null,
    drift: drift({ verdict: 'unknown', difference: null, expiringDifference: null, lastZeroAtMs: null }),
    spark: [],
  }),
  task('stopping', {
    name: 'Mail queue',
    state: 'stopping',
    sinceMs: now() - 4000,
    metrics: metrics({ lag: { bytes: 3_100_000, seconds: 1.4 } }),
  }),
];

const drafts = () => [
  draft('d1', {
    name: 'Orders to Dublin',
    step: 3,
    source: endpointForm('source', { host: 'orders.eu-west.example.net' }),
    targets: [endpointForm('target-1', { host: 'orders.dub.example.net' })],
  }),
  draft('d2', { updatedAtMs: now() - 50 * HOUR_MS }),
];

export const scenarios: Scenarios = {
  empty: () => ({}),
  'empty-no-sandbox': () => ({ info: { canSandbox: false } }),
  'all-states': () => ({ tasks: allStates(), drafts: drafts() }),
  live: () => ({ tasks: allStates(), drafts: drafts(), live: true }),
  labelled: () => ({
    tasks: allStates().map((it, i) => ({ ...it, label: ['Shop', '', 'Analytics of the region'][i % 3] })),
  }),
  'one-in-step': () => ({ tasks: [task('orders', { name: 'Orders to Frankfurt' })], live: true }),
  'long-names': () => ({
    tasks: [
      task('long', {
        name: 'Customer-facing session and shopping basket store of the northern region, second rehearsal of it all',
        source: endpoint(
          'source',
          'a-very-long-host-name.of-a-managed-service.cache.eu-north-1.provider.example.com',
          16_379,
        ),
        target: endpoint('target', '2001:db8:85a3:8d3:1319:8a2e:370:7348', 6380),
        metrics: metrics({ ...applied(1_234_567), lag: { bytes: 9e12, seconds: 400_000 } }),
        drift: drift({ verdict: 'real', difference: 123_456_789, expiringDifference: 0, lastZeroAtMs: null }),
        spark: spark(1_234_567),
      }),
      task('short', { name: 'a' }),
    ],
  }),
  'resume-offers': () => ({
    tasks: ['Orders to Frankfurt', 'Session store', 'Catalogue'].map((name, i) =>
      task(`t${i}`, {
        name,
        state: 'stopped',
        phase: 'ended',
        resumeOffered: true,
        sinceMs: now() - 9 * HOUR_MS,
        missingSecrets: i === 1 ? ['source', 'target'] : [],
      }),
    ),
  }),
  'no-keychain': () => ({
    info: { secrets: 'none' },
    tasks: [
      task('orders', {
        name: 'Orders to Frankfurt',
        state: 'stopped',
        phase: 'ended',
        sinceMs: now() - 9 * HOUR_MS,
        missingSecrets: ['source', 'target'],
      }),
    ],
  }),
  notices: () => ({
    info: {
      notices: [
        {
          id: 'store-damaged',
          severity: 'error',
          title: 'The file of the tasks was damaged',
          text: 'It cannot be read, and was kept aside as tasks.damaged-2031-10-09.json. Fix it and put it back while Lockstep is closed, or set the tasks up again.',
        },
        {
          id: 'newer',
          severity: 'warning',
          title: 'The settings come from a newer version',
          text: 'They were kept aside; the defaults hold.',
        },
      ],
    },
    tasks: [task('orders', { name: 'Orders to Frankfurt' })],
  }),
  'list-fails': () => ({
    answers: {
      'task.list': () => {
        throw new LockstepError('INTERNAL', 'the list of tasks has an unknown form');
      },
    },
  }),
  'host-gone': () => ({
    tasks: allStates(),
    script: (host) => void setTimeout(() => host.goAway(), 300),
  }),
};
