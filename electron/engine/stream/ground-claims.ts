import type { Redis } from 'ioredis';
import { describeGiven } from '../../../shared/model/endpoint.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { keptSets } from '../checkpoint/kept-sets.ts';
import { atLanes, claimStream, DATABASE_UNKNOWN, lanesIn } from '../claim/claim-stream.ts';
import { FLUSHING } from '../claim/flushed-keys.ts';
import { ownLanes, type ClaimedLanes } from '../claim/own-lanes.ts';
import { surelyThere } from '../claim/part-slots.ts';
import { slotsMoved } from '../control/cluster-change.ts';
import type { Arrival } from '../repair/repair-ground.ts';
import type { SlotSet } from '../router/slot-set.ts';
import type { TaskPart } from '../source/task-part.ts';
import type { TargetCluster } from '../target/target-cluster.ts';
import type { Still, TargetGround } from '../target/target-ground.ts';
import { reasonOf, SlotArrivals, type NextArrival } from './slot-arrivals.ts';

const NOTHING_COMES: NextArrival = { kind: 'none' };

export interface GroundClaimsOptions extends TargetGround {
  /** Others may have written to the target before this run. */
  readonly othersWrote: () => boolean;
}

/** What the stream is applied to from here on, as this run has claimed it. */
export interface ClaimedGround {
  readonly redis: Redis;
  readonly cluster: TargetCluster | undefined;
  /** Of a cluster. */
  readonly lanes: ClaimedLanes | undefined;
  readonly checkpoint: Checkpoint;
  /** It is one whose replies this run has looked at. */
  readonly known: boolean;
  /** Of a part: its slots, with those that are brought now. */
  readonly slots: SlotSet | undefined;
  readonly arrival: Arrival | undefined;
  /** Where the lane of a cluster stands that has come furthest; 0 where there are none. */
  readonly furthest: number;
  /** Nothing has to be brought to its end first, so keys that somebody has asked for can be brought. */
  readonly even: boolean;
}

/** Claims the target, with its lanes, for the stream, and tells which slots come next. */
export class GroundClaims {
  private readonly options: GroundClaimsOptions;
  private coming: SlotArrivals | undefined;
  /** What begins next follows a round of slots that has come to its end, on the same target. */
  private goesOn = false;

  constructor(options: GroundClaimsOptions) {
    this.options = options;
  }

  /** A round of slots has come to its end, and the next one begins on the same target. */
  nextRound(): void {
    this.goesOn = true;
  }

  /** See SlotArrivals. */
  fewer(arrival: Arrival): boolean {
    return this.arrivals(this.options.part!).fewer(arrival);
  }

  /**
   * @returns undefined where this is not wanted any more, or the source has to begin elsewhere, which it is told
   * @throws LockstepError
   */
  async claim(still: Still): Promise<ClaimedGround | undefined> {
    const { spec, servers, feed, own, part } = this.options;
    const { goesOn } = this;
    this.goesOn = false;
    if (!goesOn) this.coming?.forget();
    const redis = await servers.openTarget();
    const knownOffset = own.checkpoint!.offset;
    const { cluster } = servers;
    const claim = await claimStream(
      redis,
      spec.task,
      feed,
      describeGiven(spec.source),
      servers.facts.source,
      own.checkpoint!,
      cluster && lanesIn(cluster.nodes, spec.task),
      part,
      goesOn,
    );
    // Ours from here on, even if nothing comes of it.
    if (claim.kind === 'claimed') own.checkpoint = claim.checkpoint;
    if (!still()) return undefined;
    if (claim.kind === 'restart') return void feed.restart(claim.from, claim.reason);
    const coming = part
      ? await this.arrivals(part).next(claim.checkpoint.slots!, keptSets(spec.task, claim.checkpoint))
      : NOTHING_COMES;
    if (part && !still()) return undefined;
    if (coming.kind === 'new-copy') return void feed.restart(undefined, coming.reason);
    // What stands there may be theirs, and a copy asks before it replaces that.
    if (coming.kind === 'bring' && coming.arrival.standing.length > 0 && this.options.othersWrote())
      return void feed.restart(
        undefined,
        reasonOf(coming.arrival.slots, 'others have written to the target'),
      );
    const wanted = coming.kind === 'bring' ? coming.arrival : undefined;
    const lanes =
      cluster &&
      (await ownLanes({ nodes: cluster.nodes, task: spec.task, checkpoint: claim.checkpoint }, wanted));
    if (typeof lanes === 'string') return void feed.restart(undefined, lanes);
    if (lanes && !goesOn && surelyThere(claim.checkpoint, lanes.lanes) !== claim.checkpoint.slots)
      throw slotsMoved('a node went back to an earlier state while its lanes were claimed');
    const furthest = Math.max(0, ...(lanes?.lanes ?? []).map(({ offset }) => offset));
    // Lanes that are not equally far come to one place first, and a flush that has begun to its end.
    const arrival = lanes?.apart || claim.checkpoint.fault === FLUSHING ? undefined : wanted;
    const slots = arrival ? claim.checkpoint.slots!.or(arrival.slots) : claim.checkpoint.slots;
    const claimed = lanes ? atLanes(lanes.checkpoint, lanes.lanes) : claim.checkpoint;
    if (!claimed) return void feed.restart(undefined, DATABASE_UNKNOWN);
    own.checkpoint = claimed;
    if (lanes && !still()) return undefined;
    // What a lane had before it was ours may have gone with the node that had it.
    if (lanes && !feed.holds(claimed.verified))
      return void feed.restart({ replid: claimed.replid, offset: claimed.verified });
    feed.cursor.rewind(feed.positionAt(claimed.verified));
    const known = claimed.offset === knownOffset;
    const even = !wanted && !lanes?.apart && claim.checkpoint.fault === '';
    return { redis, cluster, lanes, checkpoint: claimed, known, slots, arrival, furthest, even };
  }

  private arrivals({ slots }: TaskPart): SlotArrivals {
    return (this.coming ??= new SlotArrivals(this.options.servers, slots, this.options.databases));
  }
}
