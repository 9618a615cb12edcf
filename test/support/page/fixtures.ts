import type { AppInfo } from '../../../shared/contract/api.ts';
import type { Feed } from '../../../shared/model/feed.ts';
import type { Metrics } from '../../../shared/model/metrics.ts';
import {
  DEFAULT_RETRY_MINUTES,
  DEFAULT_SLACK_SECONDS,
  DEFAULT_SPOOL_BYTES,
  emptyDraft,
  emptyEndpoint,
  type Draft,
  type EndpointForm,
  type EndpointView,
} from '../../../shared/model/profile.ts';
import { SPARK_POINTS, type Drift, type TaskView } from '../../../shared/model/task-view.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const GB = 1024 ** 3;

export const appInfo = (change: Partial<AppInfo> = {}): AppInfo => ({
  version: '0.1.0',
  host: 'browser',
  platform: 'linux',
  secrets: 'keychain',
  defaultSpoolDir: '/home/ops/.local/state/lockstep/spool',
  canSandbox: true,
  canPrint: true,
  notices: [],
  settings: {
    theme: 'system',
    resumeOnStart: false,
    notifications: false,
    keepRunning: false,
    startAtLogin: false,
    keepSecretsInFile: false,
  },
  ...change,
});

export const endpoint = (id: string, host: string, port = 6379): EndpointView => ({
  ...emptyEndpoint(id),
  host,
  port,
});

/** A server that three Sentinels name. */
export const watchedEndpoint = (id: string, change: Partial<EndpointView> = {}): EndpointView => ({
  ...endpoint(id, '', 0),
  kind: 'sentinels',
  sentinels: 's1.example:26379\ns2.example:26379\ns3.example:26379',
  primaryName: 'mymaster',
  hasPassword: true,
  hasSentinelPassword: true,
  ...change,
});

export function metrics(change: Partial<Metrics> = {}): Metrics {
  const offset = 48_230_114_882;
  return {
    atMs: Date.now(),
    phase: 'in-step',
    copy: {
      bytesDone: 2.9 * GB,
      bytesTotal: 2.9 * GB,
      bytesReceived: 2.9 * GB,
      keysDone: 18_402_113,
      keysExpected: 18_402_113,
    },
    read: { commandsPerSecond: 12_410, bytesPerSecond: 1_840_000, commands: 91_002_118, bytes: 14.2 * GB },
    applied: { commandsPerSecond: 12_402, bytesPerSecond: 1_839_000, commands: 91_001_990, bytes: 14.2 * GB },
    offsets: { source: offset, received: offset - 220, applied: offset - 51_200 },
    lag: { bytes: 51_200, seconds: 0.3 },
    spool: { bytes: 51_200, diskBytes: 0 },
    databases: [
      {
        db: 0,
        sourceKeys: 18_411_204,
        sourceExpires: 2_104_551,
        targetKeys: 18_411_190,
        targetExpires: 2_104_537,
      },
    ],
    faults: 0,
    countedAtMs: Date.now(),
    sourceAtMs: Date.now(),
    backlog: { bytes: 64 * 1024 * 1024, ms: 36 * MINUTE_MS, atMs: Date.now() },
    evictedKeys: 0,
    librariesLeftOut: 0,
    rssBytes: 210 * 1024 * 1024,
    ...change,
  };
}

/** What the counts of a moment ago say; that they are equal, where nothing else is given. */
export const drift = (change: Partial<Drift> = {}): Drift => ({
  verdict: 'none',
  difference: 0,
  expiringDifference: 0,
  countedAtMs: change.verdict === 'unknown' ? null : Date.now(),
  lastZeroAtMs: null,
  ...change,
});

/** Applied commands, as a part of `metrics`. */
export const applied = (commandsPerSecond: number): Pick<Metrics, 'applied'> => ({
  applied: {
    commandsPerSecond,
    bytesPerSecond: commandsPerSecond * 148,
    commands: 91_001_990,
    bytes: 14.2 * GB,
  },
});

/** A shard of a source that is a cluster, in step. */
export const feed = (part: number, slots: string, change: Partial<Feed> = {}): Feed => ({
  part,
  slots,
  at: `10.0.0.${part}:7000`,
  phase: 'in-step',
  lag: { bytes: 12_800, seconds: 0.3 },
  offsets: { source: 48_230_114_882, received: 48_230_114_882, applied: 48_230_102_082 },
  read: { commandsPerSecond: 4130, bytesPerSecond: 613_000, commands: 30_334_039, bytes: 4.7 * GB },
  applied: { commandsPerSecond: 4134, bytesPerSecond: 613_000, commands: 30_333_996, bytes: 4.7 * GB },
  keysDone: 6_134_037,
  spool: { bytes: 12_800, diskBytes: 0 },
  ...change,
});

export const spark = (mean: number, spread = 0.15): number[] =>
  Array.from({ length: SPARK_POINTS }, (_, i) =>
    Math.max(0, mean * (1 + spread * Math.sin(i / 4) * Math.cos(i / 9.7) + spread * 0.4 * Math.sin(i * 2.3))),
  );

/** A task in step for two days; `change` makes another of it. Its id is the name in small letters. */
export function task(name: string, change: Partial<TaskView> = {}): TaskView {
  const nowMs = Date.now();
  const id = name.toLowerCase().replaceAll(' ', '-');
  const state = change.state ?? 'running';
  const phase = change.phase ?? 'in-step';
  return {
    id,
    name,
    source: endpoint('source', `${id}.eu-west.example.net`),
    target: endpoint('target', `${id}.eu-central.example.net`),
    databases: null,
    databaseMap: [],
    existing: 'fail',
    onFlush: 'stop',
    functions: 'fail',
    fullOnly: false,
    retryForMinutes: DEFAULT_RETRY_MINUTES,
    expirySlackSeconds: DEFAULT_SLACK_SECONDS,
    importMode: 'leave',
    readFrom: 'primaries',
    maxCommandsPerSecond: 0,
    maxBytesPerSecond: 0,
    spoolMaxBytes: DEFAULT_SPOOL_BYTES,
    spoolDir: '',
    ignoredWarnings: [],
    createdAtMs: nowMs - 49 * HOUR_MS,
    sandbox: false,
    group: null,
    state,
    phase,
    sinceMs: nowMs - 47 * HOUR_MS,
    startedAtMs: nowMs - 48 * HOUR_MS,
    timeline: [
      { phase: 'connecting', atMs: nowMs - 48 * HOUR_MS },
      { phase: 'full-copy', atMs: nowMs - 48 * HOUR_MS + 900 },
      { phase: 'catching-up', atMs: nowMs - 47.2 * HOUR_MS },
      { phase: 'in-step', atMs: nowMs - 47 * HOUR_MS },
    ],
    metrics: metrics({ phase }),
    drift: drift({ expiringDifference: 14, lastZeroAtMs: nowMs - 1000 }),
    renewed: null,
    spark: state === 'running' ? spark(12_400) : [],
    failure: null,
    trouble: null,
    question: null,
    targetStanding: state === 'running' || state === 'paused' ? 'late' : 'exact',
    compared: null,
    moved: false,
    foundAt: { source: null, target: null },
    resumeOffered: false,
    missingSecrets: [],
    ...change,
  };
}

export const endpointForm = (id: string, change: Partial<EndpointForm> = {}): EndpointForm => ({
  ...emptyEndpoint(id),
  ...change,
});

export const draft = (id: string, change: Partial<Draft> = {}): Draft => ({
  ...emptyDraft(id, Date.now() - 3 * HOUR_MS),
  ...change,
});
