import type { Redis } from 'ioredis';
import { isVerified, vouchedFor, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { updateCheckpoint } from '../checkpoint/claim.ts';
import { noteInLanes, noteMending } from '../checkpoint/lanes.ts';
import { settle } from '../checkpoint/settle.ts';
import type { AskedKeys } from '../repair/asked-keys.ts';
import { FailedCommands } from '../repair/failed-commands.ts';
import {
  isRepairing,
  MENDING,
  needsRepair,
  REPAIRING,
  type AskedResult,
  type RepairPlan,
} from '../repair/repair-plan.ts';
import { ResumeRepair, type Resumption } from '../repair/resume-repair.ts';
import { SlotSet } from '../router/slot-set.ts';
import type { Still, TargetGround } from '../target/target-ground.ts';
import type { FailedCommand } from '../writer/script/failed-command.ts';
import type { ClaimedGround } from './ground-claims.ts';
import type { StreamRun } from './stream-run.ts';

/** Behind a command that has failed so much of the stream is looked at for others that would. */
const LOOKED_AHEAD_BYTES = 4 * 1024 * 1024;

export interface StreamMendsOptions extends TargetGround {
  /** Keys that somebody wants to be brought. */
  readonly asked: AskedKeys;
}

/** Keys that are brought to the source's state while the stream is applied: which they are, and what lanes of a cluster say of that. */
export class StreamMends {
  private readonly options: StreamMendsOptions;
  private readonly repairs: ResumeRepair;
  /** What lanes stand in front of. */
  private readonly failed = new FailedCommands();
  /** Lanes say that keys are being mended in them. */
  private noted = false;
  /** What the run that was begun last brings to the source's state, or has brought. */
  plan: RepairPlan | undefined;

  constructor(options: StreamMendsOptions) {
    this.options = options;
    this.repairs = new ResumeRepair(options);
  }

  /** See ResumeRepair. `held`: the checkpoint of this ground, since expiry is held. */
  prepare(
    held: Checkpoint,
    undatedMs: number,
    { lanes, known, slots, arrival, furthest, even }: ClaimedGround,
  ): Promise<Resumption> {
    const failed = this.failed.inFrontOf(
      (lanes?.lanes ?? []).map(({ offset, lane }) => ({ offset, slots: SlotSet.of(lane.slots) })),
    );
    const asked = even ? this.options.asked.next() : undefined;
    return this.repairs.prepare(held, known, undatedMs, { slots, arrival, asked, failed, furthest });
  }

  /** No key lacks anything, and the checkpoint did not say so yet. @returns the checkpoint from then on */
  async nothingLacks(redis: Redis, held: Checkpoint): Promise<Checkpoint> {
    const { spec, own } = this.options;
    const fault = isRepairing(held) ? '' : held.fault;
    const checkpoint = vouchedFor({ ...held, earliestExpiryMs: 0, fault });
    await updateCheckpoint(redis, spec.task, checkpoint);
    own.checkpoint = checkpoint;
    return checkpoint;
  }

  /**
   * Says in the lanes of a cluster what is about to be mended there. `begun`: commands may have been left out for it before.
   * @returns the checkpoint from then on; undefined where it is not wanted any more
   */
  async say(
    { plan, begun: again }: { readonly plan: RepairPlan; readonly begun: boolean },
    { redis, cluster, lanes }: ClaimedGround,
    checkpoint: Checkpoint,
    still: Still,
  ): Promise<Checkpoint | undefined> {
    const { spec, own } = this.options;
    if (!cluster || !lanes) return checkpoint;
    const { task } = spec;
    if (plan.expired || leavesOut(plan, checkpoint)) {
      // In each lane before the first command is left out there, so that it goes back with what it has left out.
      const ground = { nodes: cluster.nodes, task, checkpoint };
      const begun = again || checkpoint.fault === MENDING;
      // Nothing was left out in front of what was vouched for then; where keys that had expired were mended from on, nobody knows.
      const from = !begun ? undefined : plan.expired ? 0 : checkpoint.verified;
      await noteMending(ground, lanes.lanes, plan.expired ? 'expired' : 'failed', from);
      this.noted = true;
      if (!still()) return undefined;
    }
    if (!plan.expired) return checkpoint;
    // The checkpoint follows the lanes, and its own node may go back alone.
    const said = { ...checkpoint, fault: REPAIRING, earliestExpiryMs: 1 };
    await updateCheckpoint(redis, task, said);
    own.checkpoint = said;
    await settle(cluster.nodes, 'home');
    return still() ? said : undefined;
  }

  /** Lanes stand in front of it, in this run. */
  hasFailed(command: FailedCommand, { readOffset }: StreamRun): void {
    const ahead = Math.min(this.options.feed.receivedOffset, readOffset + LOOKED_AHEAD_BYTES);
    const until = Math.max(readOffset, ahead);
    this.failed.note({ ...command, until, leftOut: this.plan?.keys });
  }

  /** Everything up to this checkpoint stands on the target. @returns what has come of the keys that were asked for */
  committed(checkpoint: Checkpoint, repairing: boolean): readonly AskedResult[] {
    const asked = this.repairs.committed(checkpoint);
    if (!repairing) this.mended(checkpoint);
    return asked;
  }

  /** See ResumeRepair. */
  wake(): void {
    this.repairs.wake();
  }

  abandon(): void {
    this.repairs.abandon();
  }

  /** All values stand in the lanes: none of them has to say any more that they may not. */
  private mended(checkpoint: Checkpoint): void {
    const { servers, spec } = this.options;
    if (!this.noted || needsRepair(checkpoint) || !servers.cluster) return;
    this.noted = false;
    // Where that fails they say from where on it was, which they are beyond.
    noteInLanes({ nodes: servers.cluster.nodes, task: spec.task, checkpoint }, { mending: '' }).catch(
      () => {},
    );
  }
}

/** Whether commands behind the place that is vouched for are left out, though nothing has expired, and not only on keys of slots that come. */
const leavesOut = ({ asked, failed }: RepairPlan, checkpoint: Checkpoint): boolean =>
  asked.length > 0 || failed.length > 0 || !isVerified(checkpoint) || checkpoint.fault === MENDING;
