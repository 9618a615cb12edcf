import type { ExpiryState } from '../../../../shared/model/expiry-machine.ts';
import { vouchedFor, type Checkpoint } from '../../checkpoint/checkpoint.ts';
import type { BatchEvents } from '../batch-writer.ts';
import type { LaneWriter } from './lane-writer.ts';
import type { MainCheckpoint } from './main-checkpoint.ts';

interface Commit {
  readonly checkpoint: Checkpoint;
  /** Unix ms by the servers' clocks, or 0. */
  readonly deadline: number;
  /** More changes than what follows the lanes. */
  readonly important: boolean;
  /** `wanted`: not all that is before it has been given to the lanes; `sent`: every lane was closed with it; `noting`: they have it. */
  state: 'wanted' | 'sent' | 'noting';
}

/**
 * Brings all lanes to one offset, and the task's own checkpoint after them; one commit at a time. Lanes whose nodes are away are left
 * behind: the task's checkpoint stays in front of what they miss, whatever else is said there.
 */
export class LanesCommit {
  private readonly lanes: readonly LaneWriter[];
  private readonly main: MainCheckpoint;
  private readonly onCommitted: BatchEvents['onCommitted'];
  private present: Commit | undefined;
  /** As the lanes have them. */
  private epoch: number;
  private replid: string;
  private expiry: ExpiryState;
  /** The last that stood on all lanes. */
  private whole: Checkpoint;
  /** The node of the task's checkpoint is away. */
  mute = false;

  constructor(
    lanes: readonly LaneWriter[],
    main: MainCheckpoint,
    claimed: Checkpoint,
    onCommitted: BatchEvents['onCommitted'],
  ) {
    this.lanes = lanes;
    this.main = main;
    this.onCommitted = onCommitted;
    this.epoch = claimed.epoch;
    this.replid = claimed.replid;
    this.expiry = claimed.expiry;
    this.whole = claimed;
  }

  get underWay(): boolean {
    return this.present !== undefined;
  }

  /** Nothing is under way, and the checkpoint says what the lanes do. */
  get settled(): boolean {
    return this.present === undefined && (this.main.underWay === 0 || this.mute);
  }

  /** The task's checkpoint is being told of more than the lanes' places. */
  get noting(): boolean {
    return this.present?.state === 'noting';
  }

  /** What is to be said in the task's checkpoint waits for its node, and the stream had better. */
  get heldUp(): boolean {
    return this.mute && this.present?.important === true;
  }

  want(checkpoint: Checkpoint, vouches: boolean, deadline: number): void {
    const important = this.main.changes(checkpoint);
    // What failed has stopped its lane in front of it.
    const standing = vouches ? vouchedFor(checkpoint) : checkpoint;
    this.present = { checkpoint: standing, deadline, important, state: 'wanted' };
  }

  /** All that is before it has been given to the lanes. @returns its offset */
  send(): number {
    const { present, lanes } = this;
    const { checkpoint, deadline } = present!;
    const { offset, epoch, replid, expiry } = checkpoint;
    for (const lane of lanes) {
      if (epoch !== this.epoch) lane.note('epoch', String(epoch));
      if (replid !== this.replid) lane.note('replid', replid);
      // Before anything that is written as it has it.
      if (expiry !== this.expiry) lane.note('expiry', expiry);
      lane.close(offset, deadline);
      lane.turnEpoch(epoch);
    }
    this.epoch = epoch;
    this.replid = replid;
    this.expiry = expiry;
    present!.state = 'sent';
    return offset;
  }

  /** Lanes have answered. */
  check(): void {
    const { present, lanes, mute } = this;
    if (present?.state !== 'sent' || this.heldUp) return;
    const { checkpoint, important } = present;
    const stands = ({ answered, blocked, away }: LaneWriter): boolean =>
      away || (answered >= checkpoint.offset && !blocked);
    if (!lanes.every(stands)) return;
    const whole = mute || lanes.some(({ away }) => away) ? heldAt(this.whole, checkpoint) : checkpoint;
    if (mute) return this.committed(checkpoint, whole);
    present.state = 'noting';
    this.main.write(whole, () => {
      if (important) this.committed(checkpoint, whole);
    });
    if (!important) this.committed(checkpoint, whole);
  }

  private committed(checkpoint: Checkpoint, whole: Checkpoint): void {
    this.present = undefined;
    this.whole = whole;
    this.onCommitted(checkpoint, whole);
  }
}

/** The place of the first with all else of the second. */
const heldAt = (
  { offset, db, verified, verifiedDb, sourceAtMs }: Checkpoint,
  checkpoint: Checkpoint,
): Checkpoint => ({ ...checkpoint, offset, db, verified, verifiedDb, sourceAtMs });
