import fs from 'node:fs';
import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { PieceCipher, type Seal } from './piece-cipher.ts';
import { damaged, diskError, type SpoolFile, type SpoolFolder } from './spool-folder.ts';

/** How many bytes one segment file takes before the next is begun. */
const SEGMENT_BYTES = 64 * 1024 * 1024;
/** A segment stays on disk until the last of its pieces is removed, so one must be a small part of the quota … */
const FEWEST_SEGMENTS = 16;
/** … and each is an open file, of which a process has about a thousand. */
const MOST_SEGMENTS = 512;

interface Segment extends SpoolFile {
  bytes: number;
  /** Stored pieces that were not removed yet. */
  pieces: number;
}

const FEWEST_SPARES = 2;
const SPARE_STEP_BYTES = 128 * 1024;

/** Where a stored piece lies, and what it takes to open it. */
export interface StoredPiece {
  readonly segment: Segment;
  readonly offset: number;
  readonly length: number;
  readonly seal: Seal;
}

/**
 * The part of the spool that lies on disk: pieces are encrypted and appended to segment files that only the owner can read,
 * read back once, and a segment is deleted as soon as none of its pieces is needed. One piece after another is encrypted in the
 * caller's turn, half a millisecond for a megabyte.
 * Bound: the quota of the folder, as long as the caller asks `hasRoom`. A failing disk gives SPOOL_DISK, a file that is not as it
 * was written SPOOL_DAMAGED.
 */
export class SegmentStore {
  private readonly folder: SpoolFolder;
  private readonly cipher = new PieceCipher();
  private readonly segmentBytes: number;
  private readonly pieceBytes: number;
  private current: Segment | undefined;
  private readonly open = new Set<Segment>();
  /** For whole chunks as many as there may be writes at once, and fewer for small ones, of which there are many spools. */
  private readonly spare: Buffer[] = [];
  /** Bytes of pieces that are stored and not removed. */
  storedBytes = 0;

  /** `pieceBytes`: none is larger; the memory in which one waits encrypted for the disk is used again. */
  constructor(folder: SpoolFolder, pieceBytes: number) {
    this.folder = folder;
    this.pieceBytes = pieceBytes;
    const { quotaBytes } = folder;
    this.segmentBytes = Math.max(
      Math.min(SEGMENT_BYTES, quotaBytes / FEWEST_SEGMENTS),
      quotaBytes / MOST_SEGMENTS,
    );
  }

  /** Whether so many bytes more fit the quota. */
  hasRoom(bytes: number): boolean {
    return this.folder.hasRoom(bytes);
  }

  /** That the quota is used up. */
  full(): LockstepError {
    return this.folder.full();
  }

  /** Stores buf[from, to), which may change as soon as this returns. */
  write(
    buf: Buffer,
    from: number,
    to: number,
    done: (error: LockstepError | null, piece: StoredPiece | null) => void,
  ): void {
    const length = to - from;
    let segment: Segment;
    try {
      segment = this.segmentFor(length);
    } catch (cause) {
      done(diskError(this.folder.path, cause), null);
      return;
    }
    const sealed = this.memoryFor(length);
    const seal = this.cipher.seal(buf.subarray(from, to), sealed);
    const piece: StoredPiece = { segment, offset: segment.bytes, length, seal };
    segment.bytes += length;
    segment.pieces += 1;
    this.folder.takes(length);
    this.storedBytes += length;
    this.writeAll(segment, sealed, 0, length, piece.offset, (cause) => {
      if (this.spare.length < Math.max(FEWEST_SPARES, this.pieceBytes / SPARE_STEP_BYTES))
        this.spare.push(sealed);
      if (!cause) return done(null, piece);
      this.remove(piece);
      done(diskError(segment.path, cause), null);
    });
  }

  /** Reads a piece back to buf[at, at + its length), where garbage may stand meanwhile, and after an error. */
  read(piece: StoredPiece, buf: Buffer, at: number, done: (error: LockstepError | null) => void): void {
    const { segment, offset, length } = piece;
    const step = (read: number): void => {
      fs.read(segment.fd, buf, at + read, length - read, offset + read, (cause, bytes) => {
        if (cause) return done(diskError(segment.path, cause));
        if (bytes === 0) return done(damaged(segment.path, 'it is shorter than what was written'));
        if (read + bytes < length) return step(read + bytes);
        if (!this.cipher.open(buf.subarray(at, at + length), piece.seal))
          return done(damaged(segment.path, 'it holds other bytes than were written'));
        done(null);
      });
    };
    step(0);
  }

  remove(piece: StoredPiece): void {
    const { segment } = piece;
    this.storedBytes -= piece.length;
    segment.pieces -= 1;
    if (segment.pieces === 0) this.discard(segment);
  }

  /** Deletes every file. Only when no write or read is under way: their numbers of files may be given to others. */
  close(): void {
    for (const segment of this.open) this.discard(segment);
  }

  private segmentFor(length: number): Segment {
    const { current } = this;
    if (current && current.bytes + length <= this.segmentBytes) return current;
    const segment: Segment = { ...this.folder.create('segment'), bytes: 0, pieces: 0 };
    this.open.add(segment);
    this.current = segment;
    return segment;
  }

  private memoryFor(length: number): Buffer {
    const spare = this.spare.pop();
    if (spare && spare.length >= length) return spare;
    return Buffer.allocUnsafeSlow(Math.max(length, this.pieceBytes));
  }

  private writeAll(
    segment: Segment,
    buf: Buffer,
    from: number,
    to: number,
    offset: number,
    done: (cause: Error | null) => void,
  ): void {
    fs.write(segment.fd, buf, from, to - from, offset, (cause, bytes) => {
      if (cause) return done(cause);
      if (bytes === 0)
        return done(Object.assign(new Error('the disk takes nothing more'), { code: 'ENOSPC' }));
      if (from + bytes < to) return this.writeAll(segment, buf, from + bytes, to, offset + bytes, done);
      done(null);
    });
  }

  private discard(segment: Segment): void {
    if (!this.open.delete(segment)) return;
    if (this.current === segment) this.current = undefined;
    this.folder.discard(segment, segment.bytes);
  }
}
