import type { Redis } from 'ioredis';
import { CHECKPOINT_DB, isVerified, vouched, vouchedFor, type Checkpoint } from '../checkpoint/checkpoint.ts';
import type { LanePosition } from '../checkpoint/lane-plan.ts';
import { LANE_GONE, readLanes } from '../checkpoint/lanes.ts';
import type { SlotNodes } from '../control/cluster-nodes.ts';
import { inTurn, type TaskPart } from '../source/task-part.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { claimCheckpoint, unchanged } from '../checkpoint/claim.ts';
import { isCutShortIn, isUnderWayIn } from '../repair/cut-short.ts';
import { MENDING, REPAIRING } from '../repair/repair-plan.ts';
import { FLUSHING } from './flushed-keys.ts';
import { readOwnCheckpoint } from '../target/owner.ts';
import { keptSlots, surelyThere, whySlots } from './part-slots.ts';
import { partsAt, type ServerIdentity } from '../control/server-facts.ts';
import type { SourceFeed } from '../intake/source-feed.ts';
import type { StreamPosition } from '../intake/stream-position.ts';

/** Either the checkpoint to go on from, or where the source has to begin instead. */
export type StreamClaim =
  | { readonly kind: 'claimed'; readonly checkpoint: Checkpoint }
  | { readonly kind: 'restart'; readonly from: StreamPosition | undefined; readonly reason?: string };

/** Where the lanes of a checkpoint stand; `gone` where one of them has none any more, and nobody can tell how far it is. */
export type LanesOf = (checkpoint: Checkpoint) => Promise<readonly LanePosition[] | 'gone'>;

/** See LanesOf. @throws LockstepError */
export const lanesIn =
  (nodes: SlotNodes, task: string): LanesOf =>
  (checkpoint) =>
    readLanes({ nodes, task, checkpoint }).catch((error: unknown) => {
      // The task is this run's all the same: its own checkpoint says so.
      if (error instanceof LockstepError && error.code === 'CHECKPOINT_MISSING') return 'gone';
      throw error;
    });

/** Why the task cannot go on from where the lanes stand. */
export const DATABASE_UNKNOWN =
  'a node of the target went back to a place where it is not known which database of the source was written to';

/**
 * The checkpoint of a cluster is wherever the lane stands that has come least far. A lane tells no database of the source: of a task
 * that takes all of them it is database 0 everywhere, as another one ends it, unless the cluster has several; of any other task only the
 * checkpoint knows it for the place where that stands, and the lanes leave out what they have behind that. undefined where one of them has not come so far.
 */
export function atLanes(checkpoint: Checkpoint, lanes: readonly LanePosition[]): Checkpoint | undefined {
  // A part that has lost all of its slots.
  if (lanes.length === 0) return vouchedFor(checkpoint);
  const least = Math.min(...lanes.map(({ offset }) => offset));
  const standing = afterMending(checkpoint, lanes);
  if (standing.databases !== 'all' || standing.severalDatabases) {
    if (least < standing.offset) return undefined;
    return standing.fault === REPAIRING ? vouchedFor(standing) : standing;
  }
  // All of them are beyond the flush.
  const fault = standing.fault === FLUSHING && least > standing.offset ? '' : standing.fault;
  // One has gone back, and when the source ran what follows there nobody has noted.
  const sourceAtMs = least < standing.offset ? 0 : standing.sourceAtMs;
  const placed = vouchedFor({ ...standing, offset: least, db: CHECKPOINT_DB, fault, sourceAtMs });
  // What a lane has may have met keys gone there; up to where the checkpoint stands all lanes had it in time.
  // And a mending that was cut short has left out commands behind the place that is vouched for.
  const inDoubt =
    standing.earliestExpiryMs > 0 ||
    lanes.some(({ late }) => late) ||
    !isVerified(standing) ||
    standing.fault === MENDING;
  const { verified, verifiedDb } = standing;
  return inDoubt && fault !== REPAIRING && verified < least ? { ...placed, verified, verifiedDb } : placed;
}

/**
 * As a mending has left it: nothing leads on where one was cut short in a lane, but where it can be done once more; and where none has left
 * out anything there was none.
 */
function afterMending(checkpoint: Checkpoint, lanes: readonly LanePosition[]): Checkpoint {
  if (lanes.some((lane) => isCutShortIn(checkpoint, lane))) return { ...checkpoint, fault: REPAIRING };
  const unmoved =
    checkpoint.fault === REPAIRING && lanes.every(({ offset, mending }) => mending?.offset === offset);
  if (unmoved) return { ...checkpoint, fault: '' };
  const underWay = checkpoint.fault === '' && lanes.some((lane) => isUnderWayIn(checkpoint, lane));
  return underWay ? { ...checkpoint, fault: MENDING } : checkpoint;
}

/**
 * Claims the task for streaming from where the target stands, if the spool still has what follows that.
 * `source` is what the checkpoint names, and `answering` what answers there: what was applied without being verified may lie behind the
 * offset at which a failover took it off the source's history. `lanesOf`: for a cluster, where the lanes stand that its checkpoint names.
 * `part`: where it had more slots once than it is to have, it lets go of them. `goesOn`: this run has just seen its lanes where
 * they stand.
 * @throws LockstepError TARGET_TAKEN_OVER when another run owns the task now
 */
export async function claimStream(
  redis: Redis,
  task: string,
  feed: SourceFeed,
  source: string,
  answering: Pick<ServerIdentity, 'earlierReplid' | 'earlierUntil'>,
  ours: Checkpoint,
  lanesOf: LanesOf | undefined,
  part: Pick<TaskPart, 'slots' | 'claims' | 'claimant'> | undefined,
  goesOn = false,
): Promise<StreamClaim> {
  const wanted = part?.slots;
  const standing = await readOwnCheckpoint(redis, task, ours, part);
  // The target went back to before the part had any of them.
  const come = standing?.state === 'streaming' ? whySlots(standing, wanted) : undefined;
  if (come !== undefined) return { kind: 'restart', from: undefined, reason: come };
  const whole = standing && { ...standing, slots: keptSlots(standing, wanted) };
  const standAt = whole?.state === 'streaming' ? await lanesOf?.(whole) : undefined;
  if (standAt === 'gone') return { kind: 'restart', from: undefined, reason: LANE_GONE };
  const sure = whole && standAt && !goesOn ? surelyThere(whole, standAt) : whole?.slots;
  const wentBack = sure !== whole?.slots;
  const found = whole && wentBack ? { ...whole, slots: sure, arrived: undefined } : whole;
  const lanes = found && wentBack ? await lanesOf!(found) : standAt;
  if (lanes === 'gone') return { kind: 'restart', from: undefined, reason: LANE_GONE };
  const lost = found?.state === 'streaming' ? whySlots(found, wanted) : undefined;
  if (lost !== undefined) return { kind: 'restart', from: undefined, reason: lost };
  const placed = (checkpoint: Checkpoint): Checkpoint | undefined =>
    lanes ? atLanes(checkpoint, lanes) : checkpoint;
  const present = found && placed(found);
  if (found && !present) return { kind: 'restart', from: undefined, reason: DATABASE_UNKNOWN };
  if (present?.state !== 'streaming') {
    return {
      kind: 'restart',
      from: undefined,
      reason:
        present?.state === 'copying'
          ? 'the full copy had not ended'
          : 'the target no longer holds the checkpoint of the stream',
    };
  }
  // The history that is followed has the flush behind that offset.
  const flushes =
    feed.follows({ replid: found!.replid, offset: found!.offset + 1 }) && present.offset >= found!.offset;
  if (present.fault === FLUSHING && !flushes) return { kind: 'restart', from: undefined, reason: FLUSHING };
  const until = partsAt(answering, present.replid);
  const furthest = Math.max(present.offset, ...(lanes ?? []).map(({ offset }) => offset));
  if (feed.replid !== present.replid && until !== undefined && furthest > until)
    return {
      kind: 'restart',
      from: undefined,
      reason: 'the target was given commands that the new primary of the source never had',
    };
  const known = feed.follows(present) || present.replid === ours.replid;
  // Asked again from there, the source would only answer the same.
  if (!known && feed.hasLeft(present.replid))
    return {
      kind: 'restart',
      from: undefined,
      reason:
        'the target went back to a history that the source has left, and holds more of it than the source says it kept',
    };
  const { replid, verified } = known ? vouched(present, ours) : present;
  if (!known || !feed.holds(verified)) return { kind: 'restart', from: { replid, offset: verified } };
  if (!present.active) {
    return {
      kind: 'restart',
      from: undefined,
      reason: 'the target went back to what it held while the task was stopped',
    };
  }
  // The source answered PSYNC with the stream that the target holds, so it is the same data, whatever its address is now.
  const decide = (now: Checkpoint | undefined): Checkpoint => ({
    ...(placed(vouched(unchanged(now, present, ours.owner), ours)) ?? present),
    source,
    slots: present.slots,
    arrived: present.arrived,
    handedOver: '',
    epoch: Math.max(present.epoch, ours.epoch),
  });
  const checkpoint = await inTurn(part, () => claimCheckpoint(redis, task, ours.owner, decide));
  return { kind: 'claimed', checkpoint };
}
