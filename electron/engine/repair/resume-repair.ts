import { isVerified, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { formatDuration, formatKeys } from '../../../shared/format/numbers.ts';
import { describeSlots } from '../router/slot-ranges.ts';
import type { RepairGround, RepairPlace } from './repair-ground.ts';
import { Abandoned, NewCopyNeeded, TooMuch } from './give-up.ts';
import {
  CUT_SHORT,
  fits,
  isCutShort,
  mayLackExpired,
  needsRepair,
  type AskedResult,
  type RepairPlan,
} from './repair-plan.ts';
import { RepairPlanner } from './repair-planner.ts';

/** How the stream is to be taken up. */
export type Resumption =
  /** As it is; `exact` when the checkpoint may say that nothing is missing, and does not yet. */
  | { readonly kind: 'plain'; readonly exact: boolean }
  /** `begun`: it was made before, so commands may have been left out for it. */
  | { readonly kind: 'repair'; readonly plan: RepairPlan; readonly begun: boolean }
  | { readonly kind: 'new-copy'; readonly reason: string }
  /** The slots that have come are more than can be brought at once. */
  | { readonly kind: 'too-much'; readonly reason: string }
  | { readonly kind: 'abandoned' };

/**
 * Keeps a task's way back exact. While it is stopped, expiry on the target is exact, so the target may lose keys that the source
 * goes on using; and where a run ended before it knew how a batch had gone, commands of it may have failed. Those keys are
 * brought to the source's state at one offset of the stream.
 */
export class ResumeRepair {
  private readonly options: RepairGround;
  private planner: RepairPlanner | undefined;
  private plan: RepairPlan | undefined;

  constructor(options: RepairGround) {
    this.options = options;
  }

  /**
   * Decides how the stream goes on after a checkpoint that this run has just claimed. May move the reader of the spool, which
   * stands where the checkpoint's `verified` is. A plan that is under way is kept over a broken connection if `known`: the
   * checkpoint is one whose replies this run has looked at. `undatedMs`: times to live in what follows could be told only so
   * roughly; the keys that were given one are brought to the source's state as well, as far as they are not too many.
   * @throws LockstepError when a side cannot be asked
   */
  async prepare(
    checkpoint: Checkpoint,
    known: boolean,
    undatedMs: number,
    { slots, arrival, asked: wanted, failed, furthest }: RepairPlace,
  ): Promise<Resumption> {
    const { events, feed } = this.options;
    const { plan } = this;
    const covered = plan !== undefined && failed.every((one) => plan.failed.includes(one));
    if (plan && (arrival || !(known && covered && needsRepair(checkpoint) && fits(plan, checkpoint, feed))))
      this.plan = undefined;
    const doubtful = needsRepair(checkpoint) || failed.length > 0;
    // What may differ without anybody having asked comes first.
    const asked = doubtful || undatedMs > 0 || arrival ? undefined : wanted;
    if (!doubtful && undatedMs === 0 && !arrival && !asked) return { kind: 'plain', exact: false };
    if (this.plan) return { kind: 'repair', plan: this.plan, begun: true };
    if (isCutShort(checkpoint)) return { kind: 'new-copy', reason: CUT_SHORT };
    events.phase('catching-up');
    asked?.begin();
    const planner = (this.planner = new RepairPlanner({
      ...this.options,
      ...{ checkpoint, slots, arrival, asked, failed, furthest },
      undated: undatedMs > 0,
    }));
    try {
      this.plan = await planner.plan();
    } catch (error) {
      if (error instanceof Abandoned) return { kind: 'abandoned' };
      if (error instanceof NewCopyNeeded && arrival) return { kind: 'too-much', reason: error.message };
      if (error instanceof NewCopyNeeded && asked) {
        if (error instanceof TooMuch) asked.tooMuch(error.message);
        else asked.refuse(error.message);
        return { kind: 'plain', exact: false };
      }
      if (error instanceof NewCopyNeeded && !doubtful) {
        events.warning(
          `Keys that the source gave a time to live since offset ${checkpoint.offset} may keep it on the target for up to ${formatDuration(undatedMs)} longer: ${error.message}`,
        );
        return { kind: 'plain', exact: false };
      }
      if (error instanceof NewCopyNeeded)
        return { kind: 'new-copy', reason: `${whatIsDoubtful(checkpoint)}, and ${error.message}` };
      throw error;
    } finally {
      if (this.planner === planner) this.planner = undefined;
    }
    if (!this.plan) return { kind: 'plain', exact: doubtful };
    const what = arrival
      ? `of slots ${describeSlots(arrival.slots.ranges)}, which have come to this shard of the source,`
      : asked
        ? 'that somebody has asked for'
        : whatIsMended(checkpoint, undatedMs > 0);
    events.info(`${formatKeys(this.plan.keyCount)} ${what} are brought to the source's state`);
    return { kind: 'repair', plan: this.plan, begun: false };
  }

  /** Everything up to this checkpoint stands on the target. @returns what has come of the keys that were asked for */
  committed(checkpoint: Checkpoint): readonly AskedResult[] {
    if (!this.plan || needsRepair(checkpoint)) return [];
    const { asked } = this.plan;
    this.plan = undefined;
    return asked;
  }

  /** More has been received. */
  wake(): void {
    this.planner?.wake();
  }

  /** Ends the making of a plan, if one is being made. */
  abandon(): void {
    this.planner?.abandon();
  }
}

function whatIsDoubtful(checkpoint: Checkpoint): string {
  const failed = 'commands may have failed on the target unseen';
  const expired = 'keys may have expired on the target since the task was stopped';
  if (!mayLackExpired(checkpoint)) return failed;
  return isVerified(checkpoint) ? expired : `${expired}, and ${failed}`;
}

function whatIsMended(checkpoint: Checkpoint, undated: boolean): string {
  if (undated) return 'that may have expired on the target meanwhile, or were given a time to live,';
  const failed = 'on which commands of the last batch may have failed';
  const expired = 'that may have expired on the target meanwhile';
  if (!mayLackExpired(checkpoint)) return failed;
  return isVerified(checkpoint) ? expired : `${expired}, or ${failed},`;
}
