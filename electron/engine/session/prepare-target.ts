import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeGiven } from '../../../shared/model/endpoint.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { isBareClaim, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { claimCheckpoint, readCheckpoint, unchanged } from '../checkpoint/claim.ts';
import { refuseOtherTasks, tasksWriting } from '../checkpoint/other-tasks.ts';
import { findTasks } from '../checkpoint/task-index.ts';
import { coded } from '../control/control-connection.ts';
import { describeLibraries, libraryNames } from '../control/function-libraries.ts';
import { CUT_SHORT, isCutShort, REPAIRING } from '../repair/repair-plan.ts';
import { FLUSHING } from './flushed-keys.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import { refuseStanding, rememberStandingKeys, standingKeys } from '../checkpoint/ownership.ts';
import { noteOwnClaim, writesSinceHandOver, type TargetServers } from './handed-over.ts';
import type { WritesSince } from '../control/write-mark.ts';
import type { StreamPosition } from '../intake/source-feed.ts';
import type { TaskEvents } from './task-events.ts';

export interface ResumePlan {
  /** Go on after this; undefined asks for a new full copy. */
  readonly position: StreamPosition | undefined;
  /** Why a new full copy is needed although the task ran before. */
  readonly reason: string | undefined;
}

export interface PreparedTarget {
  readonly checkpoint: Checkpoint;
  /** The task ran before. */
  readonly existed: boolean;
  readonly plan: ResumePlan | undefined;
  /** Whether others may have written to the target since the task handed it over. */
  readonly writes: WritesSince;
}

export interface PrepareTargetOptions {
  readonly spec: TaskSpec;
  readonly redis: Redis;
  /** All servers of the target. */
  readonly targets: TargetServers;
  /** They are a cluster. */
  readonly clustered: boolean;
  readonly databases: DatabaseChoice;
  readonly events: TaskEvents;
  /** See Checkpoint.owner. */
  readonly owner: string;
}

/** Decides between a first copy, going on, and a new copy, and claims the task's checkpoint. @throws LockstepError */
export async function prepareTarget(options: PrepareTargetOptions): Promise<PreparedTarget> {
  return coded('target', options.spec.target, () => prepare(options));
}

async function prepare(options: PrepareTargetOptions): Promise<PreparedTarget> {
  const { spec, redis, databases, owner } = options;
  const present = await readCheckpoint(redis, spec.task);
  // A run that ended before the source answered has claimed the task, and has written nothing else.
  if (!present || isBareClaim(present)) return firstRun(options, present);
  if (present.databases !== databases.toString()) {
    throw new LockstepError(
      'TASK_MISMATCH',
      `the task ${spec.task} ran with databases ${present.databases}, not ${databases.toString()}`,
    );
  }
  const writes = await writesSinceHandOver(options.targets, present);
  const reason = whyNewCopy(options.spec, present);
  if (reason !== undefined)
    return markAnew(options, { ...(await claimForCopy(options, present, reason)), writes });
  // What is to be done about expiry follows the claim: a run that was passed over changes none of it any more.
  const checkpoint = await claimCheckpoint(redis, spec.task, owner, (now) => ({
    ...unchanged(now, present, owner),
    active: true,
  }));
  return markAnew(options, {
    checkpoint,
    existed: true,
    writes,
    plan: { position: { replid: checkpoint.replid, offset: checkpoint.verified }, reason: undefined },
  });
}

async function markAnew(options: PrepareTargetOptions, prepared: PreparedTarget): Promise<PreparedTarget> {
  const { spec } = options;
  const checkpoint = await noteOwnClaim(options.targets, spec.task, prepared.checkpoint, prepared.writes);
  return { ...prepared, checkpoint };
}

/** Why the task cannot go on from this checkpoint, whatever the source holds; undefined where it can. */
export function whyNewCopy(
  { fullOnly }: Pick<TaskSpec, 'fullOnly'>,
  present: Checkpoint,
): string | undefined {
  if (fullOnly) return 'a full copy was asked for';
  if (present.state === 'copying') return 'the earlier full copy did not end';
  if (present.state === 'complete') return 'the earlier run was a full copy without a stream';
  if (isCutShort(present)) return CUT_SHORT;
  if (present.fault !== '' && present.fault !== REPAIRING && present.fault !== FLUSHING)
    return `the earlier run left the sides different (${present.fault})`;
  return undefined;
}

async function firstRun(
  options: PrepareTargetOptions,
  present: Checkpoint | undefined,
): Promise<PreparedTarget> {
  const { spec, redis, databases, events } = options;
  // Told before what stands there; what is claimed at this moment is seen by the claim.
  refuseOtherTasks(await tasksWriting(redis, await findTasks(redis), spec.task, databases));
  const standing = await standingKeys(options.targets, databases);
  // Where they may not be looked at, the first that the source has is refused (writer/copy/library-copy.ts).
  const libraries = (await libraryNames(options.targets)) ?? [];
  // Names of the target's own are kept apart in a database of one server.
  if (spec.existing === 'fail' || options.clustered) refuseStanding(standing, libraries);
  const kept = standing.size > 0;
  if (kept) {
    await rememberStandingKeys(redis, spec.task, standing);
    events.warning(
      'The target holds keys already; those of the same name as on the source are overwritten, the others stay',
    );
  }
  if (libraries.length > 0)
    events.warning(
      `The target has ${describeLibraries(libraries)}; those of the same name as on the source are replaced, the others stay`,
    );
  const checkpoint = await claimCheckpoint(redis, spec.task, options.owner, (now) => {
    if (now?.epoch !== present?.epoch)
      throw new LockstepError('TARGET_TAKEN_OVER', 'another run of this task began at the same moment');
    return {
      state: 'copying',
      replid: '',
      offset: 0,
      db: 0,
      verified: 0,
      verifiedDb: 0,
      epoch: 0,
      owner: options.owner,
      active: true,
      databases: databases.toString(),
      source: describeGiven(spec.source),
      expiry: 'exact',
      importOurs: false,
      amounts: { smallMs: 0, longMs: 0 },
      sourceAtMs: 0,
      kept,
      copied: false,
      handedOver: '',
      keptLibraries: libraries,
      fieldExpiry: false,
      releasedAtMs: 0,
      earliestExpiryMs: 0,
      evicted: 0,
      evictionsSeen: 0,
      targetRunId: '',
      fault: '',
    };
  });
  return { checkpoint, existed: false, plan: undefined, writes: 'none' };
}

async function claimForCopy(
  options: PrepareTargetOptions,
  present: Checkpoint,
  reason: string,
): Promise<Omit<PreparedTarget, 'writes'>> {
  const { redis, spec } = options;
  // What stands there counts until the new snapshot is about to be written over it.
  const checkpoint = await claimCheckpoint(redis, spec.task, options.owner, (now) =>
    unchanged(now, present, options.owner),
  );
  return { checkpoint, existed: true, plan: { position: undefined, reason } };
}
