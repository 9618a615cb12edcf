import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { formatBytes } from '../../../../shared/format/numbers.ts';
import type { Cursor } from '../../log/cursor.ts';
import type { Spool } from '../../log/spool.ts';
import type { Clock } from '../../world/clock.ts';
import type { Readers } from './readers.ts';

export interface LogRoomOptions {
  readonly clock: Clock;
  readonly readers: Readers;
  readonly spool: () => Spool;
  /** What the spool may take on disk. */
  readonly quotaBytes: number;
  /** Nothing more comes into the log. */
  readonly over: () => boolean;
}

/** Who has to give way when the spool of a log is full, so that nobody is waited for beyond that. */
export class LogRoom {
  private readonly options: LogRoomOptions;
  private start: Cursor | undefined;
  private cutting = false;

  constructor(options: LogRoomOptions) {
    this.options = options;
  }

  /** Keeps a snapshot from its first byte on, for those that are about to come, until they have. */
  keepStart(): void {
    const spool = this.options.spool();
    if (!this.start && spool.takesCursor) this.start = spool.open(0, () => undefined);
  }

  letStartGo(): void {
    const { start } = this;
    this.start = undefined;
    start?.close();
  }

  get keepsStart(): boolean {
    return this.start !== undefined;
  }

  /** The source waits where all who read need it to: one alone, or several in a copy of which none is far ahead of another. */
  get mayStall(): boolean {
    const { readers, spool } = this.options;
    const { active, all } = readers;
    if (this.keepsStart || active.length === 0 || active.length < all.length) return false;
    if (!active.every(({ member }) => member.mayStall())) return false;
    if (active.length === 1) return true;
    const { writePosition, capacityBytes } = spool();
    const least = writePosition - capacityBytes / 2;
    return active.every(({ cursor }) => cursor.releasedPosition <= least);
  }

  /** The spool is full: whatever keeps most of it goes, as long as somebody else is left. @returns whether room is about to come of it */
  makeWay(): boolean {
    const { readers, clock, over, spool } = this.options;
    if (over() || (!this.keepsStart && !readers.slowest)) return false;
    if (this.cutting) return true;
    this.cutting = true;
    // Not in the middle of what has met the end of the room.
    clock.setImmediate(() => {
      this.cutting = false;
      if (over()) return;
      if (spool().stuck) this.cutLoose();
      spool().lookAgain();
    });
    return true;
  }

  private cutLoose(): void {
    if (this.keepsStart) return this.letStartGo();
    const { readers, spool, quotaBytes } = this.options;
    const { slowest } = readers;
    if (!slowest) return;
    const kept = spool().writePosition - slowest.cursor.releasedPosition;
    readers.remove(slowest);
    slowest.member.onCutLoose(
      new LockstepError(
        'TARGET_CUT_LOOSE',
        `${formatBytes(kept)} waited for it, and the buffer on this machine may take ${formatBytes(quotaBytes)} on disk`,
      ),
    );
    slowest.cursor.close();
  }
}
