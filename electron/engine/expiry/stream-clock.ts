import { TimeMarks } from './time-marks.ts';

/** When bytes came is kept no denser than this, so that a day of stream stays small. */
const RECEIVED_RESOLUTION_MS = 20;

/** A source that is asked each second may take a moment to answer; between answers further apart its times to live are not known. */
export const DATED_MS = 5000;

/** A part of the stream in which nothing tells well enough when the source ran it. */
export interface DateGap {
  /** It begins behind this offset. */
  readonly offset: number;
}

/**
 * Knows when the source ran what stands at an offset of its stream, by the source's clock: from when it was received, between
 * the samples of the source's offset and time around it. So what comes late, behind a snapshot or a broken link, is not taken
 * for new.
 */
export class StreamClock {
  private readonly samples = new TimeMarks(0);
  private readonly receipts = new TimeMarks(RECEIVED_RESOLUTION_MS);
  private last: { readonly sourceMs: number; readonly nowMs: number; readonly offset: number } | undefined;
  private receivedAtMs = -Infinity;
  private open = false;
  /** The last one that was met: for too long there was neither a word of the source nor any of its stream. */
  gap: DateGap | undefined;
  /** How far the source's clock is ahead of this machine's. */
  aheadMs = 0;
  /** The last sample was the source's own word on what it ran itself. */
  certain = false;

  /**
   * When the source's clock said `sourceMs` it had written up to `offset`; `nowMs` is this machine's time then. `certain` is false
   * of a replica, on which what its primary ran is still on its way, and of a clock that was guessed.
   */
  sample(offset: number, sourceMs: number, nowMs: number, certain: boolean): void {
    this.certain = certain;
    const { last } = this;
    // Set back, and at any moment since the last sample: what was run since then may have been run that much earlier.
    if (last && sourceMs < last.sourceMs) this.samples.lower(sourceMs - Math.max(0, nowMs - last.nowMs));
    if (last && offset > last.offset) this.look(last, sourceMs - last.sourceMs, nowMs);
    this.open = false;
    this.last = { sourceMs, nowMs, offset };
    this.samples.add(offset, sourceMs);
    this.aheadMs = sourceMs - nowMs;
  }

  /** Bytes up to `offset` have been received by `nowMs` of this machine. */
  received(offset: number, nowMs: number): void {
    const { last } = this;
    if (last && offset > last.offset) this.look(last, nowMs - last.nowMs, nowMs);
    this.receivedAtMs = nowMs;
    this.receipts.add(offset, nowMs);
  }

  /** This process stood still, or the way to the source did. What comes all the same is dated by when it comes. */
  private look(last: DateGap, silentMs: number, nowMs: number): void {
    if (this.open || silentMs <= DATED_MS || nowMs - this.receivedAtMs <= DATED_MS) return;
    this.open = true;
    this.gap = { offset: last.offset };
  }

  /** When the source ran the command that begins at `offset`. */
  ranAt(offset: number, nowMs: number): number {
    const receivedMs = (this.receipts.after(offset) ?? nowMs) + this.aheadMs;
    const latestMs = Math.min(receivedMs, this.samples.after(offset) ?? Infinity);
    return Math.round(Math.max(latestMs, this.samples.upTo(offset) ?? -Infinity));
  }

  /**
   * The source ran nothing behind `offset` before this, in whole ms; undefined when that is not known. It counts for more than
   * what an earlier sample said, of a clock that may have been set back since.
   */
  notBefore(offset: number): number | undefined {
    const timeMs = this.samples.upTo(offset);
    return timeMs === undefined ? undefined : Math.floor(timeMs);
  }

  /**
   * How far apart the moments are, at most, between which the source ran what follows `offset`, none of which was before `sinceMs`;
   * its clock says `nowMs` now.
   */
  vagueMs(offset: number, sinceMs: number, nowMs: number): number {
    return this.samples.widestGap(offset, sinceMs, nowMs);
  }

  /** Forgets what lies before `offset`. */
  release(offset: number): void {
    this.samples.release(offset);
    this.receipts.release(offset);
  }

  /** Another history begins. */
  clear(): void {
    this.certain = false;
    this.last = undefined;
    this.gap = undefined;
    this.open = false;
    this.samples.clear();
    this.receipts.clear();
  }
}
