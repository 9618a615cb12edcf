import type { DatabaseCount, Metrics, Phase } from '../../../shared/model/metrics.ts';
import type { UnsettledSlots } from '../../../shared/model/unsettled-slots.ts';
import { jointLanes } from '../metrics/joint-lanes.ts';

/** How one part of a task stands. */
export interface PartFigures {
  readonly number: number;
  readonly slots: string;
  readonly at: string;
  /** That is a replica. */
  readonly ofReplica?: boolean;
  readonly phase: Phase;
  readonly metrics: Metrics;
  /** Of the tool's own on the target. */
  readonly ownKeys: number;
  /** It is begun anew, since slots have moved: the figures are those that it had. */
  readonly anew?: boolean;
}

type Flow = Metrics['applied'];

/** What runs of parts have done that were ended since, and begun anew with other slots. */
export interface EarlierWork {
  readonly read: Pick<Flow, 'commands' | 'bytes'>;
  readonly applied: Pick<Flow, 'commands' | 'bytes'>;
  readonly faults: number;
}

export const NO_WORK: EarlierWork = {
  read: { commands: 0, bytes: 0 },
  applied: { commands: 0, bytes: 0 },
  faults: 0,
};

/** The same with one more run of a part. */
export const withWork = (work: EarlierWork, { read, applied, faults }: Metrics): EarlierWork => ({
  read: { commands: work.read.commands + read.commands, bytes: work.read.bytes + read.bytes },
  applied: { commands: work.applied.commands + applied.commands, bytes: work.applied.bytes + applied.bytes },
  faults: work.faults + faults,
});

/** The figures of a task as a whole: amounts together, and the worst of what is a time. */
export function jointMetrics(
  parts: readonly PartFigures[],
  phase: Phase,
  atMs: number,
  earlier: EarlierWork = NO_WORK,
  unsettledOnSource?: UnsettledSlots,
): Metrics {
  const all = parts.map(({ metrics }) => metrics);
  const sum = (of: (metrics: Metrics) => number): number => all.reduce((total, one) => total + of(one), 0);
  const most = (of: (metrics: Metrics) => number): number => Math.max(0, ...all.map(of));
  const known = <T>(of: (metrics: Metrics) => T | undefined): T[] =>
    all.map(of).filter((value) => value !== undefined);
  const ifAll = (of: (metrics: Metrics) => number | undefined): number | undefined => {
    const values = known(of);
    return values.length === all.length && all.length > 0 ? values.reduce((a, b) => a + b, 0) : undefined;
  };
  const flow = (of: (metrics: Metrics) => Flow, before: EarlierWork['read']): Flow => ({
    commandsPerSecond: sum((one) => of(one).commandsPerSecond),
    bytesPerSecond: sum((one) => of(one).bytesPerSecond),
    commands: before.commands + sum((one) => of(one).commands),
    bytes: before.bytes + sum((one) => of(one).bytes),
  });
  const lanes = jointLanes(known(({ lanes: its }) => its));
  const remaining = known(({ copy }) => copy.remainingMs);
  // Every part looks at the same target.
  const [unsettledOnTarget] = known(({ unsettled }) => unsettled?.target);
  return {
    atMs,
    phase,
    copy: {
      bytesDone: sum(({ copy }) => copy.bytesDone),
      bytesTotal: ifAll(({ copy }) => copy.bytesTotal),
      bytesReceived: sum(({ copy }) => copy.bytesReceived),
      keysDone: sum(({ copy }) => copy.keysDone),
      keysExpected: ifAll(({ copy }) => copy.keysExpected),
      // Whichever ends last.
      remainingMs: remaining.length > 0 ? Math.max(...remaining) : undefined,
    },
    read: flow(({ read }) => read, earlier.read),
    applied: flow(({ applied }) => applied, earlier.applied),
    offsets: {
      source: sum(({ offsets }) => offsets.source),
      received: sum(({ offsets }) => offsets.received),
      applied: sum(({ offsets }) => offsets.applied),
    },
    lag: { bytes: sum(({ lag }) => lag.bytes), seconds: most(({ lag }) => lag.seconds) },
    spool: { bytes: sum(({ spool }) => spool.bytes), diskBytes: sum(({ spool }) => spool.diskBytes) },
    sourceAtMs: oldest(known(({ sourceAtMs }) => sourceAtMs)),
    databases: jointDatabases(parts),
    countedAtMs: oldest(known(({ countedAtMs }) => countedAtMs)),
    // A task can be resumed for as long as each of its parts can.
    backlog: known(({ backlog }) => backlog).toSorted((a, b) => (a.ms ?? Infinity) - (b.ms ?? Infinity))[0],
    // Every part looks at the same servers.
    evictedKeys: most(({ evictedKeys }) => evictedKeys),
    librariesLeftOut: most(({ librariesLeftOut }) => librariesLeftOut),
    faults: earlier.faults + sum(({ faults }) => faults),
    rssBytes: process.memoryUsage.rss(),
    feeds: parts.map(({ number, slots, at, ofReplica, phase: its, metrics, anew }) => ({
      ...{ part: number, slots, at, phase: its },
      ...(ofReplica && { ofReplica }),
      lag: metrics.lag,
      offsets: metrics.offsets,
      read: metrics.read,
      applied: metrics.applied,
      keysDone: metrics.copy.keysDone,
      spool: metrics.spool,
      ...(anew && { anew }),
    })),
    ...(lanes.length > 0 && { lanes }),
    ...((unsettledOnSource ?? unsettledOnTarget) && {
      unsettled: { source: unsettledOnSource, target: unsettledOnTarget },
    }),
  };
}

const INDEX_KEYS = 1;

const oldest = (times: readonly number[]): number | undefined =>
  times.length > 0 ? Math.min(...times) : undefined;

/** The shards of a source hold different keys; the target is the same one for each part, which leaves out its own keys alone. */
function jointDatabases(parts: readonly PartFigures[]): DatabaseCount[] {
  const joint = new Map<number, DatabaseCount>();
  const ownKeys = ownKeysOf(parts);
  // What counts of the target is what was counted last: a part that has ended did so before the others were done.
  const byAge = [...parts].sort((a, b) => (a.metrics.countedAtMs ?? 0) - (b.metrics.countedAtMs ?? 0));
  for (const part of byAge) {
    for (const count of part.metrics.databases) {
      const before = joint.get(count.db);
      const others = count.db === 0 ? ownKeys - part.ownKeys : 0;
      joint.set(count.db, {
        db: count.db,
        ...(count.sourceDb !== undefined && { sourceDb: count.sourceDb }),
        sourceKeys: (before?.sourceKeys ?? 0) + count.sourceKeys,
        sourceExpires: (before?.sourceExpires ?? 0) + count.sourceExpires,
        targetKeys: Math.max(0, count.targetKeys - others),
        targetExpires: count.targetExpires,
      });
    }
  }
  return [...joint.values()].sort((a, b) => a.db - b.db);
}

/** Each part that has claimed its checkpoint counts the index of tasks as well, which is one for all. */
function ownKeysOf(parts: readonly PartFigures[]): number {
  const claimed = parts.filter(({ ownKeys }) => ownKeys > 0);
  const each = claimed.reduce((sum, { ownKeys }) => sum + ownKeys - INDEX_KEYS, 0);
  return claimed.length > 0 ? each + INDEX_KEYS : 0;
}
