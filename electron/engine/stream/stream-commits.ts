import type { ExpiryState } from '../../../shared/model/expiry-machine.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { FLUSHING } from '../claim/flushed-keys.ts';
import { ExpiryWriting } from '../expiry/expiry-writing.ts';
import type { StreamApplier } from '../pipeline/stream-applier.ts';
import type { Timer } from '../world/clock.ts';
import type { BatchWriter } from '../writer/batch-writer.ts';
import type { StreamRunOptions } from './stream-run-options.ts';

/** How often an offset that moved without a write (PING) is checkpointed. */
const IDLE_CHECKPOINT_MS = 1000;

/** That of a flush is over with it. */
const standingFault = ({ fault }: Checkpoint): string => (fault === FLUSHING ? '' : fault);

export interface StreamCommitsOptions extends Pick<
  StreamRunOptions,
  'time' | 'feed' | 'slots' | 'lateness' | 'judgement' | 'evictions' | 'onCommitted'
> {
  readonly batch: BatchWriter;
  readonly applier: StreamApplier;
  /** Where the run begins. */
  readonly checkpoint: Checkpoint;
  /** What a repair that is made on the way has to say in the checkpoint; undefined where none is. */
  readonly marks: Partial<Checkpoint> | undefined;
}

/** Closes the batches of a run, each with the checkpoint that says how far the target is, and knows which of them stand. */
export class StreamCommits {
  private readonly options: StreamCommitsOptions;
  private readonly idleTimer: Timer;
  private ended = false;
  /** The target's checkpoint does not say yet that its last batch is verified. */
  private unsaid = false;
  /** What is written from the next batch on, and whether its checkpoint stands. */
  private readonly expiry: ExpiryWriting;
  /** What a repair has to say in the checkpoint. */
  private marks: Partial<Checkpoint>;
  /** How far the target is: but for nodes that are away, all of it. What is applied next, and when, goes by this one. */
  checkpoint: Checkpoint;
  /** What all of it has: what else is told of how far it is, and let go of, goes by this one. */
  whole: Checkpoint;
  /** Values are to be written on the way that were read, and made late, before. */
  repairing: boolean;
  /** Keys are being removed that a flush empties, and those that are still to be. */
  flushing: boolean;
  /** The target's checkpoint does not vouch for all of the slots yet that are brought. */
  slotsUnsaid: boolean;

  constructor(options: StreamCommitsOptions) {
    const { checkpoint, slots, lateness, marks, time } = options;
    this.options = options;
    this.checkpoint = checkpoint;
    this.whole = checkpoint;
    this.flushing = checkpoint.fault === FLUSHING;
    this.slotsUnsaid = slots !== undefined && checkpoint.slots?.equals(slots) !== true;
    this.expiry = new ExpiryWriting(checkpoint, lateness);
    this.repairing = marks !== undefined;
    this.marks = marks ?? {};
    this.idleTimer = time.setInterval(() => this.commitIdle(), IDLE_CHECKPOINT_MS);
  }

  stop(): void {
    this.ended = true;
    this.options.time.clear(this.idleTimer);
    this.expiry.stop();
  }

  /** All that comes before it was read from the spool. */
  get readOffset(): number {
    const { feed } = this.options;
    return feed.offsetAt(feed.cursor.readPosition);
  }

  /** Nothing is under way that all nodes have to be there for. */
  get canBePartial(): boolean {
    if (this.ended || this.repairing || this.flushing || this.slotsUnsaid) return false;
    return this.checkpoint.fault === '' && !this.expiry.turning;
  }

  /** Another history of the source has begun, and the task's checkpoint cannot name it yet. */
  get untold(): boolean {
    const { batch, feed } = this.options;
    return batch.mute && feed.replid !== this.checkpoint.replid;
  }

  /** The source ran nothing of what is applied next before this, by its own clock in Unix ms; 0 when that is not known. */
  get sinceMs(): number {
    return this.sourceAtMs(this.checkpoint.offset);
  }

  /** The same of what lies behind an offset that is not before the checkpoint's. */
  private sourceAtMs(offset: number): number {
    return this.options.feed.clock.notBefore(offset) ?? this.checkpoint.sourceAtMs;
  }

  /** The values of a repair are written: the next checkpoint says this of it. */
  repaired(marks: Partial<Checkpoint>): void {
    this.marks = marks;
    this.repairing = false;
  }

  /** See StreamRun. */
  turnExpiry(state: ExpiryState): Promise<boolean> {
    const turned = this.expiry.turn(state);
    this.commitIdle();
    return turned;
  }

  commit(): void {
    const { feed, batch, applier, evictions, judgement } = this.options;
    const offset = this.readOffset;
    const deadline = this.expiry.deadline(this.sinceMs);
    // What travels from here on is written as another state has it, so that is said before any of it stands.
    this.takeExpiry();
    const checkpoint: Checkpoint = {
      ...this.checkpoint,
      ...this.expiry.noted,
      state: 'streaming',
      replid: feed.replid,
      offset,
      sourceAtMs: this.sourceAtMs(offset),
      db: applier.db,
      keptLibraries: applier.libraries.kept,
      fieldExpiry: this.checkpoint.fieldExpiry || applier.fieldExpiry,
      ...evictions.marks,
      ...this.marks,
      fault: this.flushing ? FLUSHING : (this.marks.fault ?? standingFault(this.checkpoint)),
    };
    // Until all values are written, nothing behind the place is vouched for from which on commands may have failed, or were left out.
    batch.commit(checkpoint, !this.repairing, deadline);
    this.holdBatches();
    this.unsaid = !judgement.errors;
  }

  /** Writes the checkpoint even though nothing but PINGs has come, or that the last batch is verified. */
  commitIdle(): void {
    const { batch, applier } = this.options;
    if (this.ended || !batch.ready || batch.isOpen || !applier.atBoundary) return;
    this.takeExpiry();
    const moved = this.readOffset > this.checkpoint.offset;
    // Values are to be written right here: what is vouched for at this place is not to be said before.
    if (!moved && this.repairing) return;
    if (!moved && !this.unsaid && !this.expiry.unsaid) return;
    this.commit();
    if (!moved) this.unsaid = false;
  }

  /** A batch may go out in pieces, each of which has to be there in time. */
  holdBatches(): void {
    this.options.batch.holdUntil?.(this.expiry.deadline(this.sinceMs));
  }

  /** A batch stands; see BatchEvents. */
  committed(checkpoint: Checkpoint, whole: Checkpoint): void {
    const { feed, slots, onCommitted } = this.options;
    this.checkpoint = checkpoint;
    this.whole = whole;
    if (checkpoint.slots === slots) this.slotsUnsaid = false;
    this.expiry.committed(checkpoint);
    // What is not vouched for may have to be looked at once more.
    feed.cursor.release(feed.positionAt(whole.verified) - feed.retainedBytes);
    feed.clock.release(whole.verified - feed.retainedBytes);
    onCommitted(whole);
  }

  /** An epoch that a lane does not have is none. */
  private takeExpiry(): void {
    if (!this.options.batch.partial) this.expiry.take();
  }
}
