import type { ExpiryState } from '../../../../shared/model/expiry-machine.ts';
import { vouchedFor, type Checkpoint } from '../../checkpoint/checkpoint.ts';
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

/** Brings all lanes to one offset, and the task's own checkpoint after them; one commit at a time. */
export class LanesCommit {
  private readonly lanes: readonly LaneWriter[];
  private readonly main: MainCheckpoint;
  private readonly onCommitted: (checkpoint: Checkpoint) => void;
  private present: Commit | undefined;
  /** As the lanes have them. */
  private epoch: number;
  private replid: string;
  private expiry: ExpiryState;

  constructor(
    lanes: readonly LaneWriter[],
    main: MainCheckpoint,
    claimed: Checkpoint,
    onCommitted: (checkpoint: Checkpoint) => void,
  ) {
    this.lanes = lanes;
    this.main = main;
    this.onCommitted = onCommitted;
    this.epoch = claimed.epoch;
    this.replid = claimed.replid;
    this.expiry = claimed.expiry;
  }

  get underWay(): boolean {
    return this.present !== undefined;
  }

  /** Nothing is under way, and the checkpoint says what the lanes do. */
  get settled(): boolean {
    return this.present === undefined && this.main.underWay === 0;
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
    const { present, lanes } = this;
    if (present?.state !== 'sent') return;
    const { checkpoint, important } = present;
    if (!lanes.every(({ answered, blocked }) => answered >= checkpoint.offset && !blocked)) return;
    present.state = 'noting';
    this.main.write(checkpoint, () => {
      if (important) this.committed(checkpoint);
    });
    if (!important) this.committed(checkpoint);
  }

  private committed(checkpoint: Checkpoint): void {
    this.present = undefined;
    this.onCommitted(checkpoint);
  }
}
