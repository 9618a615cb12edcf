import { isBareClaim, type Checkpoint, type StandingNames } from '../checkpoint/checkpoint.ts';
import { keptAmong } from '../checkpoint/kept-slots.ts';
import type { StreamPosition } from '../intake/stream-position.ts';
import { REPAIRING } from '../repair/repair-plan.ts';
import { SlotSet } from '../router/slot-set.ts';
import type { TaskPart } from '../source/task-part.ts';

/** How far the target is, as this run knows it. */
export class TargetProgress {
  private readonly part: TaskPart | undefined;
  /** The snapshot that is to be copied; from here on it counts, and no longer what stands on the target. */
  copyStart: StreamPosition | undefined;
  /** How many were begun. */
  fullCopies = 0;
  /** What this run knows of it: undefined until the target has been looked at. */
  checkpoint: Checkpoint | undefined;

  constructor(part: TaskPart | undefined) {
    this.part = part;
  }

  /** Of the run that has claimed the task last; see Checkpoint. */
  get owner(): string | undefined {
    return this.checkpoint?.owner;
  }

  /** It has been read how far the task has come. */
  get known(): boolean {
    return this.checkpoint !== undefined;
  }

  /** A full copy stands on the target, and the stream up to the checkpoint. */
  get standing(): boolean {
    return this.checkpoint?.state === 'streaming';
  }

  /** From where the stream leads on; undefined while only a snapshot does. */
  get position(): StreamPosition | undefined {
    return this.copyStart ? undefined : this.checkpointed;
  }

  /** Where what stands on the target ends; undefined while that is no whole copy. */
  get checkpointed(): StreamPosition | undefined {
    const { checkpoint } = this;
    return checkpoint?.state === 'streaming'
      ? { replid: checkpoint.replid, offset: checkpoint.verified }
      : undefined;
  }

  /** Of a part that streams: what it does not vouch for yet. */
  get missingSlots(): SlotSet | undefined {
    const { part } = this;
    return part && this.standing ? part.slots.without(this.checkpoint?.slots ?? SlotSet.of([])) : undefined;
  }

  /** How far the target is known to be right in what the source sends now: keys that are still to be mended are not in step. */
  get appliedOffset(): number {
    const { checkpoint } = this;
    if (this.copyStart) return this.copyStart.offset;
    if (!checkpoint || checkpoint.state === 'copying') return 0;
    // Commands were left out up to here or further on, and the values that stand for them are still to be written.
    return checkpoint.fault === REPAIRING ? checkpoint.verified - 1 : checkpoint.verified;
  }

  /** How many keys of the tool's own are kept there; `scripts`: the source's are among them. */
  ownKeys(scripts: boolean): number {
    const { checkpoint, part } = this;
    if (!checkpoint) return 0;
    const { keptSlots, lanes } = checkpoint;
    // Of those that all parts have, each counts its own, and one that of a server.
    const ofServer = checkpoint.kept && part?.leads !== false ? 1 : 0;
    const names = keptSlots ? keptAmong(keptSlots, part?.slots).slots.size : ofServer;
    // The checkpoint and the index of tasks, and of a cluster those of its lanes.
    return 2 + (lanes?.lanes.length ?? 0) + names + (scripts ? 1 : 0);
  }

  /** It was said in the claim, by which nothing was written yet. */
  hasNoted(names: StandingNames): void {
    const { checkpoint } = this;
    if (checkpoint && isBareClaim(checkpoint)) this.checkpoint = { ...checkpoint, ...names };
  }

  /** A snapshot is to be copied. */
  beginCopy(start: StreamPosition): void {
    this.copyStart = start;
    this.fullCopies += 1;
  }
}
