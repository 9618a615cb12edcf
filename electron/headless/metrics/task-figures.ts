import { STATUSES_BY_URGENCY } from '../../../shared/model/task-status.ts';
import { driftVerdictSchema } from '../../../shared/model/task-view.ts';
import type { DatabaseCount } from '../../../shared/model/metrics.ts';
import { counter, gauge, stateSet, type Figure, type Sample } from './figure.ts';
import type { MeasuredTask } from './measured-task.ts';

type TaskFigure = Figure<MeasuredTask>;

/** Databases of a task that have series of their own; those beyond are added up as `other`. */
const MOST_DATABASES = 64;
const SECOND_MS = 1000;

const seconds = (ms: number | null | undefined): number | undefined =>
  ms === null || ms === undefined ? undefined : ms / SECOND_MS;

/** How things are now, which nobody knows of a run that is over. */
const now = ({ metrics, atWork }: MeasuredTask): MeasuredTask['metrics'] => (atWork ? metrics : null);

/** The lag is known once the source has told where it is. */
const lag = (task: MeasuredTask): { bytes: number; seconds: number } | undefined =>
  task.judgement.ages.source.kind === 'none' ? undefined : now(task)?.lag;

const offsets: TaskFigure = {
  name: 'lockstep_task_offset_bytes',
  help: 'Places in the replication stream: where the source is, what was received of it, and what the target has. Of a cluster the sums over its shards.',
  kind: 'gauge',
  labels: ['position'],
  samples: (task) =>
    Object.entries(now(task)?.offsets ?? {}).map(([position, value]) => ({ labels: { position }, value })),
};

const keysOf = (
  name: string,
  help: string,
  of: (count: DatabaseCount) => { source: number; target: number },
): TaskFigure => ({
  ...{ name, help, kind: 'gauge' as const, labels: ['side', 'db'] },
  samples: (task) => {
    const counts = task.metrics?.databases ?? [];
    const rest = counts.slice(MOST_DATABASES).map(of);
    const other = rest.reduce(
      (sum, { source, target }) => ({ source: sum.source + source, target: sum.target + target }),
      { source: 0, target: 0 },
    );
    return [
      ...counts.slice(0, MOST_DATABASES).flatMap((count) => bothSides(of(count), String(count.db))),
      ...(rest.length > 0 ? bothSides(other, 'other') : []),
    ];
  },
});

const bothSides = ({ source, target }: { source: number; target: number }, db: string): Sample[] => [
  { labels: { side: 'source', db }, value: source },
  { labels: { side: 'target', db }, value: target },
];

/** What is told of each task. */
export const TASK_FIGURES: readonly TaskFigure[] = [
  {
    name: 'lockstep_task_info',
    help: 'Always 1: the source of a task and the group that it belongs to.',
    kind: 'gauge',
    labels: ['source', 'group'],
    samples: ({ source, group }) => [{ labels: { source, group }, value: 1 }],
  },
  gauge('lockstep_task_up', 'Whether a run works for the task.', ({ atWork }) => Number(atWork)),
  stateSet(
    'lockstep_task_status',
    'How the task is: 1 for one of these, as its page says it.',
    'status',
    STATUSES_BY_URGENCY,
    ({ judgement }) => judgement.status,
  ),
  gauge('lockstep_task_started_timestamp_seconds', 'When its run began.', (task) =>
    seconds(task.startedAtMs),
  ),
  gauge('lockstep_task_reported_timestamp_seconds', 'When its engine last told its figures.', (task) =>
    seconds(task.metrics?.atMs),
  ),
  gauge(
    'lockstep_task_source_heard_timestamp_seconds',
    'When the source last told where it is: the lag is of then.',
    (task) => seconds(now(task)?.sourceAtMs),
  ),
  gauge(
    'lockstep_task_lag_seconds',
    'How long ago the source was where the target is.',
    (task) => lag(task)?.seconds,
  ),
  gauge(
    'lockstep_task_lag_bytes',
    'What of the stream the target does not have yet.',
    (task) => lag(task)?.bytes,
  ),
  offsets,
  counter(
    'lockstep_task_read_commands',
    'Commands read from the source.',
    ({ metrics }) => metrics?.read.commands,
  ),
  counter(
    'lockstep_task_read_bytes',
    'Bytes of the stream read from the source.',
    ({ metrics }) => metrics?.read.bytes,
  ),
  counter(
    'lockstep_task_applied_commands',
    'Commands applied to the target.',
    ({ metrics }) => metrics?.applied.commands,
  ),
  counter(
    'lockstep_task_applied_bytes',
    'Bytes applied to the target.',
    ({ metrics }) => metrics?.applied.bytes,
  ),
  counter(
    'lockstep_task_faults',
    'Faults that healed or are being retried.',
    ({ metrics }) => metrics?.faults,
  ),
  counter(
    'lockstep_task_evicted_keys',
    'Keys that the target has evicted since the full copy, and the source still has.',
    ({ metrics }) => metrics?.evictedKeys,
  ),
  gauge(
    'lockstep_task_copy_applied_keys',
    'Keys of the full copy on the target.',
    ({ metrics }) => metrics?.copy.keysDone,
  ),
  gauge(
    'lockstep_task_copy_expected_keys',
    'Keys of the full copy, as far as its snapshot has announced them.',
    ({ metrics }) => metrics?.copy.keysExpected,
  ),
  gauge(
    'lockstep_task_copy_applied_bytes',
    'Bytes of the snapshot on the target.',
    ({ metrics }) => metrics?.copy.bytesDone,
  ),
  gauge(
    'lockstep_task_copy_received_bytes',
    'Bytes of the snapshot received.',
    ({ metrics }) => metrics?.copy.bytesReceived,
  ),
  gauge(
    'lockstep_task_copy_size_bytes',
    'Size of the snapshot, where the source tells it.',
    ({ metrics }) => metrics?.copy.bytesTotal,
  ),
  gauge(
    'lockstep_task_buffer_bytes',
    'What waits on this machine for the target.',
    (task) => now(task)?.spool.bytes,
  ),
  gauge(
    'lockstep_task_buffer_disk_bytes',
    'What of that lies on disk.',
    (task) => now(task)?.spool.diskBytes,
  ),
  gauge(
    'lockstep_task_buffer_limit_bytes',
    'How much may lie on disk.',
    ({ spoolMaxBytes }) => spoolMaxBytes,
  ),
  gauge(
    'lockstep_task_backlog_bytes',
    'What the source keeps of its stream for whoever comes back.',
    (task) => now(task)?.backlog?.bytes,
  ),
  gauge(
    'lockstep_task_backlog_reach_seconds',
    'For how long the task could be away, by what is written to the source now.',
    (task) => seconds(now(task)?.backlog?.ms),
  ),
  keysOf('lockstep_task_keys', 'Keys of either side by database of the target.', (count) => ({
    ...{ source: count.sourceKeys, target: count.targetKeys },
  })),
  keysOf('lockstep_task_expiring_keys', 'Those of them that expire.', (count) => ({
    ...{ source: count.sourceExpires, target: count.targetExpires },
  })),
  gauge('lockstep_task_counted_timestamp_seconds', 'When the keys were counted.', ({ drift }) =>
    seconds(drift.countedAtMs),
  ),
  gauge(
    'lockstep_task_drift_keys',
    'Keys without expiry that the two sides differ by, database by database.',
    ({ drift }) => drift.difference,
  ),
  stateSet(
    'lockstep_task_drift',
    'What that difference means: 1 for one of these.',
    'verdict',
    driftVerdictSchema.options,
    ({ drift }) => drift.verdict,
  ),
  gauge(
    'lockstep_task_compared_different_keys',
    'Keys that the last comparison has found to differ.',
    ({ compared }) => compared?.differences,
  ),
  gauge('lockstep_task_compared_timestamp_seconds', 'When the last comparison ended.', ({ compared }) =>
    seconds(compared?.endedAtMs),
  ),
  gauge(
    'lockstep_task_engine_memory_bytes',
    'Memory of the engine of the task; those of a group share one.',
    (task) => now(task)?.rssBytes,
  ),
];
