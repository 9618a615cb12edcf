/** So much more of a snapshot than ever before is a step on; by less, a copy that always fails there would never end. */
const STEP = 1.125;

/** How far the feed and what is made of it have got when an attempt ends. */
export interface Reach {
  /** Rises with each full copy. */
  readonly copy: number;
  /** What has come of the stream, over all links since that copy; undefined where that counts for nothing. */
  readonly receivedOffset: number | undefined;
  /** What has come of the snapshot. */
  readonly snapshotBytes: number;
  /** What is applied of the stream behind a copy; undefined while none stands. */
  readonly applied: { readonly replid: string; readonly offset: number } | undefined;
  /** Where the snapshot of that copy was taken; undefined where the task goes on from an earlier one. */
  readonly copiedAt: number | undefined;
}

/**
 * Tells an attempt that got the task further from one that fails like the one before. That a link stands again, or that the
 * same snapshot has come once more, is no progress: only what had never come before is.
 */
export class FeedProgress {
  private last: Reach | undefined;
  private mostSnapshotBytes = 0;
  /** Full copies that were begun since there was any progress. */
  copiesInVain = 0;

  /** Call when an attempt has failed. @returns whether it got further than all before */
  made(now: Reach): boolean {
    const { last } = this;
    const copies = now.copy - (last?.copy ?? 0);
    this.last = now;
    const streamed = hasStreamed(now, last);
    const further = copies > 0 && now.snapshotBytes > this.mostSnapshotBytes * STEP;
    const continued =
      last !== undefined &&
      copies === 0 &&
      now.receivedOffset !== undefined &&
      now.receivedOffset > (last.receivedOffset ?? Infinity);
    if (further) this.mostSnapshotBytes = now.snapshotBytes;
    if (streamed) this.mostSnapshotBytes = 0;
    const made = streamed || further || continued;
    this.copiesInVain = made ? 0 : this.copiesInVain + copies;
    return made;
  }
}

/** Something that came behind a snapshot is applied, and was not before. */
function hasStreamed({ applied, copiedAt }: Reach, last: Reach | undefined): boolean {
  if (!applied || (copiedAt !== undefined && applied.offset <= copiedAt)) return false;
  return applied.offset !== last?.applied?.offset || applied.replid !== last.applied.replid;
}
