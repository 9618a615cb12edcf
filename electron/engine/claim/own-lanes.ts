import { jointState, leastBound, type ExpiryState } from '../../../shared/model/expiry-machine.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { amendCheckpoint } from '../checkpoint/claim.ts';
import {
  fenceLanes,
  LANE_GONE,
  relane,
  TORN,
  type LaneGround,
  type OwnedLanes,
} from '../checkpoint/lanes.ts';
import { settle } from '../checkpoint/settle.ts';
import { isCutShortIn, isUnderWayIn } from '../repair/cut-short.ts';
import type { Arrival } from '../repair/repair-ground.ts';
import { CUT_SHORT, MENDING, REPAIRING } from '../repair/repair-plan.ts';

/** Lanes that take the batches of this run alone, as it found them. */
export interface ClaimedLanes extends OwnedLanes {
  /** They did not all stand at one place. */
  readonly apart: boolean;
  /** Some of what one of them has came later than its keys were held for. */
  readonly late: boolean;
}

/**
 * The lanes of a cluster, one a node as far as they stand alike, that take the batches of this run alone; or why only a new copy is exact.
 * `arrival`: slots that get a lane as well, where the others stand at one place.
 */
export async function ownLanes(
  ground: LaneGround,
  arrival: Arrival | undefined,
): Promise<ClaimedLanes | string> {
  const fenced = await fenceLanes(ground);
  if (fenced.gone) return LANE_GONE;
  if (fenced.torn) return TORN;
  // What a lane says of it does not outlast another division.
  const unsaid = fenced.checkpoint.fault !== REPAIRING;
  if (unsaid && fenced.lanes.some((lane) => isCutShortIn(fenced.checkpoint, lane))) return CUT_SHORT;
  const [first] = fenced.lanes;
  const apart = fenced.lanes.some(
    ({ offset, replid }) => offset !== first!.offset || replid !== first!.replid,
  );
  const come = arrival && first && !apart ? { ...first, slots: arrival.slots } : undefined;
  const late = fenced.lanes.some((lane) => lane.late);
  const underWay = unsaid && fenced.lanes.some((lane) => isUnderWayIn(fenced.checkpoint, lane));
  const checkpoint = await believe({ ...ground, checkpoint: fenced.checkpoint }, fenced.told, {
    late,
    underWay,
  });
  const owned = await relane({ ...ground, checkpoint }, fenced.lanes, come);
  return { ...owned, apart, late };
}

/**
 * What the task's own checkpoint does not say where its node has gone back, or theirs: how late their keys may be, that some may be lost,
 * and that commands were left out.
 */
async function believe(
  { nodes, task, checkpoint }: LaneGround,
  told: readonly ExpiryState[],
  { late, underWay }: { readonly late: boolean; readonly underWay: boolean },
): Promise<Checkpoint> {
  const expiry = jointState(checkpoint.expiry, told);
  const lost = late && leastBound(checkpoint.expiry) !== 'exact' && checkpoint.earliestExpiryMs !== 1;
  const leftOut = underWay && checkpoint.fault === '';
  if (expiry === checkpoint.expiry && !lost && !leftOut) return checkpoint;
  const believed = await amendCheckpoint(await nodes.home(), task, checkpoint, (present) => ({
    ...present,
    expiry,
    ...(lost && { earliestExpiryMs: 1 }),
    ...(leftOut && { fault: MENDING }),
  }));
  await settle(nodes, 'home');
  return believed;
}
