import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { formatBytes } from '../../../shared/format/numbers.ts';
import { StreamClock } from '../expiry/stream-clock.ts';
import type { SpoolSize } from '../log/chunk.ts';
import type { Cursor } from '../log/cursor.ts';
import type { SpoolFolder } from '../log/spool-folder.ts';
import type { SnapshotExtent } from './psync/link.ts';
import type { SourceLog } from './source-log/source-log.ts';
import type { Attached } from './source-log/source-logs.ts';
import type { StreamPosition } from './stream-position.ts';

/** What a spool keeps free of its memory to move chunks. */
const MOVING_CHUNKS = 12;
/**
 * What is applied stays in the spool a little longer: a target that is killed may come back some seconds behind what it
 * had answered (appendfsync everysec), and a small backlog of the source may not reach back that far.
 */
const RETAINED_BYTES = 16 * 1024 * 1024;
/** It fits into memory with room to spare. */
const RETAINED_SHARE = 1 / 3;

/** What one run reads of a log of its source: where that is, and what of it has come. */
export class FeedReading {
  /** Of a log that is opened for this run. */
  private readonly size: SpoolSize;
  protected at: Attached | undefined;
  /** What was read before, while there is nothing to read. */
  protected last: Attached | undefined;
  /** What is asked for while there is no log. */
  protected asked: StreamPosition | undefined;
  /** Where the spool goes that does not fit memory, and whatever else this run lays beside it. */
  folder: SpoolFolder;
  readonly clock = new StreamClock();

  constructor(size: SpoolSize, folder: SpoolFolder) {
    this.size = size;
    this.folder = folder;
  }

  protected get log(): SourceLog | undefined {
    return this.at?.log;
  }

  /** What is read, or was read last. @throws LockstepError INTERNAL before anything was */
  private get known(): Attached {
    const known = this.at ?? this.last;
    if (!known) throw new LockstepError('INTERNAL', 'nothing was asked of the source yet');
    return known;
  }

  /** From where the target reads; one that is closed while there is nothing to read. */
  get cursor(): Cursor {
    return this.known.reader.cursor;
  }

  /** What has come and was not read. */
  get unreadBytes(): number {
    return this.at?.reader.cursor.unreadBytes ?? 0;
  }

  /** All that has come for this run, snapshot and stream. */
  get receivedBytes(): number {
    return this.at ? this.at.log.spool.writePosition - this.at.reader.start : 0;
  }

  get diskBytes(): number {
    return this.log?.spool.diskBytes ?? 0;
  }

  /** How far behind what is applied the spool is let go of. */
  get retainedBytes(): number {
    const { chunks, chunkBytes } = this.log?.size ?? this.size;
    return Math.min(RETAINED_BYTES, Math.floor(chunks * chunkBytes * RETAINED_SHARE));
  }

  /** See Spool.capacityBytes. */
  get capacityBytes(): number {
    return this.log?.spool.capacityBytes ?? 0;
  }

  /** Where it lies in the log, once it has come whole. */
  get snapshot(): SnapshotExtent | undefined {
    return this.log?.snapshot;
  }

  get snapshotBytes(): number | undefined {
    return this.log?.snapshotBytes;
  }

  /** `host:port` of what the log is linked to, or was last; empty without a log. */
  get linkedAt(): string {
    return this.log?.linkedTo ?? '';
  }

  /** When the present link was asked for, by the source's clock, about: no snapshot of it is older. */
  get askedAtMs(): number {
    return (this.log?.askedAtMs ?? 0) + this.clock.aheadMs;
  }

  get connected(): boolean {
    return this.at !== undefined && this.at.log.linked && !this.at.reader.sealed;
  }

  /** That the snapshot can never be held whole; undefined as long as it may fit, or its size is not known. */
  get tooLarge(): LockstepError | undefined {
    if (!this.log) return undefined;
    const { chunks, chunkBytes } = this.log.size;
    const memoryBytes = Math.max(0, chunks - MOVING_CHUNKS) * chunkBytes;
    const bytes = this.snapshotBytes ?? 0;
    if (bytes <= this.mostQuotaBytes + memoryBytes) return undefined;
    return this.notHeld(`the snapshot has ${formatBytes(bytes)}`);
  }

  /** That a snapshot cannot be held whole. */
  notHeld(fact: string): LockstepError {
    const most = formatBytes(this.mostQuotaBytes);
    return new LockstepError(
      'SNAPSHOT_TOO_LARGE',
      `${fact}, and the buffer on this machine may take ${most}`,
    );
  }

  /** That of the log that is read, or of one that this run would open itself, where that may take more. */
  private get mostQuotaBytes(): number {
    return Math.max(this.folder.quotaBytes, this.log?.folder.quotaBytes ?? 0);
  }

  get replid(): string {
    return this.at?.reader.replid ?? this.asked?.replid ?? '';
  }

  /**
   * Whether what stands at this position is a part of the history that is followed: under its own id, or, up to where the source
   * went on with it, under the one before.
   */
  follows(position: StreamPosition): boolean {
    return this.at?.reader.follows(position) ?? position.replid === this.replid;
  }

  /** The source went on under another id than this one, from less far on than is asked about. */
  hasLeft(replid: string): boolean {
    return this.at?.reader.hasLeft(replid) ?? false;
  }

  get receivedOffset(): number {
    return this.at?.reader.receivedOffset ?? this.asked?.offset ?? 0;
  }

  /** A snapshot has not come whole yet, so the spool holds no stream. */
  get snapshotPending(): boolean {
    return this.log?.snapshotPending ?? false;
  }

  offsetAt(position: number): number {
    return this.known.log.offsetAt(position);
  }

  positionAt(offset: number): number {
    return this.known.log.positionAt(offset);
  }

  /** Whether the stream from this offset on is still in the spool. */
  holds(offset: number): boolean {
    return this.at?.reader.holds(offset) ?? false;
  }
}
