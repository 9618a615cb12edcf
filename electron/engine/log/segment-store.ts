import fs from 'node:fs';
import path from 'node:path';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { plainReason } from '../../../shared/errors/plain-reason.ts';

/** How many bytes one segment file takes before the next is begun. */
const SEGMENT_BYTES = 64 * 1024 * 1024;
/** A segment stays on disk until the last of its pieces is removed, so one must be a small part of the quota … */
const FEWEST_SEGMENTS = 16;
/** … and each is an open file, of which a process has about a thousand. */
const MOST_SEGMENTS = 512;

interface Segment {
  readonly path: string;
  readonly fd: number;
  bytes: number;
  /** Stored pieces that were not removed yet. */
  pieces: number;
}

/** Where a stored piece lies. */
export interface StoredPiece {
  readonly segment: Segment;
  readonly offset: number;
  readonly length: number;
}

export interface SegmentStoreOptions {
  /** A folder of its own for this spool; made with owner-only permissions, removed by `close`. */
  readonly dir: string;
  /** Bytes that may stand on disk at any moment. */
  readonly quotaBytes: number;
}

/**
 * The part of the spool that lies on disk: pieces are appended to segment files that only the owner can read,
 * read back once, and a segment is deleted as soon as none of its pieces is needed.
 * Bound: `quotaBytes` of files, as long as the caller asks `hasRoom`. A failing disk gives SPOOL_DISK.
 */
export class SegmentStore {
  private readonly options: SegmentStoreOptions;
  private readonly segmentBytes: number;
  private current: Segment | undefined;
  private readonly open = new Set<Segment>();
  private serial = 0;
  private fileBytes = 0;
  /** Bytes of pieces that are stored and not removed. */
  storedBytes = 0;

  constructor(options: SegmentStoreOptions) {
    this.options = options;
    const { quotaBytes } = options;
    this.segmentBytes = Math.max(
      Math.min(SEGMENT_BYTES, quotaBytes / FEWEST_SEGMENTS),
      quotaBytes / MOST_SEGMENTS,
    );
  }

  /** Whether so many bytes more fit the quota. */
  hasRoom(bytes: number): boolean {
    return this.fileBytes + bytes <= this.options.quotaBytes;
  }

  /** That the quota is used up. */
  full(): LockstepError {
    const fact = `the spool takes ${this.fileBytes} bytes of ${this.options.quotaBytes} on disk`;
    return new LockstepError('SPOOL_FULL', fact);
  }

  /** Stores buf[from, to), which must stay as it is until `done`. */
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
      done(diskError(this.options.dir, cause), null);
      return;
    }
    const piece: StoredPiece = { segment, offset: segment.bytes, length };
    segment.bytes += length;
    segment.pieces += 1;
    this.fileBytes += length;
    this.storedBytes += length;
    this.writeAll(segment, buf, from, to, piece.offset, (cause) => {
      if (!cause) return done(null, piece);
      this.remove(piece);
      done(diskError(segment.path, cause), null);
    });
  }

  /** Reads a piece back to buf[at, at + its length). */
  read(piece: StoredPiece, buf: Buffer, at: number, done: (error: LockstepError | null) => void): void {
    const { segment, offset, length } = piece;
    const step = (read: number): void => {
      fs.read(segment.fd, buf, at + read, length - read, offset + read, (cause, bytes) => {
        if (cause) return done(diskError(segment.path, cause));
        if (bytes === 0)
          return done(diskError(segment.path, new Error('the file is shorter than what was written')));
        if (read + bytes < length) return step(read + bytes);
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
    try {
      fs.rmSync(this.options.dir, { recursive: true, force: true });
    } catch {
      // What cannot be removed now is removed before the next run of the task.
    }
  }

  private segmentFor(length: number): Segment {
    const { current } = this;
    if (current && current.bytes + length <= this.segmentBytes) return current;
    this.makeFolder();
    this.serial += 1;
    const file = path.join(this.options.dir, `${String(this.serial).padStart(8, '0')}.segment`);
    const segment: Segment = { path: file, fd: fs.openSync(file, 'wx+', 0o600), bytes: 0, pieces: 0 };
    this.open.add(segment);
    this.current = segment;
    return segment;
  }

  /** The folder's name can be guessed, so one that somebody else has made is refused. */
  private makeFolder(): void {
    const { dir } = this.options;
    fs.mkdirSync(path.dirname(dir), { recursive: true, mode: 0o700 });
    try {
      fs.mkdirSync(dir, { mode: 0o700 });
    } catch (error) {
      const found = fs.lstatSync(dir, { throwIfNoEntry: false });
      if (!found?.isDirectory()) throw error;
      if (process.getuid && found.uid !== process.getuid())
        throw new Error('the folder belongs to somebody else', { cause: error });
      fs.chmodSync(dir, 0o700);
    }
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
      if (bytes === 0) return done(new Error('the disk takes nothing more'));
      if (from + bytes < to) return this.writeAll(segment, buf, from + bytes, to, offset + bytes, done);
      done(null);
    });
  }

  private discard(segment: Segment): void {
    if (!this.open.delete(segment)) return;
    if (this.current === segment) this.current = undefined;
    this.fileBytes -= segment.bytes;
    try {
      fs.closeSync(segment.fd);
      fs.rmSync(segment.path, { force: true });
    } catch {
      // It is empty of use: what is left of it goes with the folder.
    }
  }
}

function diskError(file: string, cause: unknown): LockstepError {
  return new LockstepError('SPOOL_DISK', `${file}: ${plainReason(cause)}`, { cause });
}
