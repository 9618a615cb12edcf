import fs from 'node:fs';
import path from 'node:path';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';

/** How many bytes one segment file takes before the next is begun. */
const SEGMENT_BYTES = 64 * 1024 * 1024;

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
 * Bound: `quotaBytes`; past it `write` fails with SPOOL_FULL. A failing disk gives SPOOL_DISK.
 */
export class SegmentStore {
  private readonly options: SegmentStoreOptions;
  private current: Segment | undefined;
  private readonly open = new Set<Segment>();
  private serial = 0;
  /** Bytes of pieces that are stored and not removed. */
  storedBytes = 0;

  constructor(options: SegmentStoreOptions) {
    this.options = options;
  }

  write(
    buf: Buffer,
    from: number,
    to: number,
    done: (error: LockstepError | null, piece: StoredPiece | null) => void,
  ): void {
    const length = to - from;
    if (this.storedBytes + length > this.options.quotaBytes) {
      done(
        new LockstepError(
          'SPOOL_FULL',
          `the spool holds ${this.storedBytes} bytes of ${this.options.quotaBytes}`,
        ),
        null,
      );
      return;
    }
    let segment: Segment;
    try {
      segment = this.segmentFor(length);
    } catch (cause) {
      done(diskError(this.options.dir, cause), null);
      return;
    }
    const offset = segment.bytes;
    segment.bytes += length;
    segment.pieces += 1;
    this.storedBytes += length;
    this.writeAll(segment, buf, from, to, offset, (cause) => {
      const piece: StoredPiece = { segment, offset, length };
      if (!cause) return done(null, piece);
      this.remove(piece);
      done(diskError(segment.path, cause), null);
    });
  }

  read(piece: StoredPiece, buf: Buffer, at: number, done: (error: LockstepError | null) => void): void {
    const step = (read: number): void => {
      fs.read(piece.segment.fd, buf, at + read, piece.length - read, piece.offset + read, (cause, bytes) => {
        if (cause) return done(diskError(piece.segment.path, cause));
        if (bytes === 0)
          return done(diskError(piece.segment.path, new Error('the file is shorter than what was written')));
        if (read + bytes < piece.length) return step(read + bytes);
        done(null);
      });
    };
    step(0);
  }

  remove(piece: StoredPiece): void {
    const { segment } = piece;
    this.storedBytes -= piece.length;
    segment.pieces -= 1;
    if (segment.pieces === 0 && segment !== this.current) this.discard(segment);
  }

  /** Deletes every file. Reads and writes under way end with an error that nobody should act on any more. */
  close(): void {
    for (const segment of [...this.open]) this.discard(segment);
    this.current = undefined;
    fs.rmSync(this.options.dir, { recursive: true, force: true });
  }

  private segmentFor(length: number): Segment {
    const current = this.current;
    if (current && current.bytes + length <= SEGMENT_BYTES) return current;
    this.current = undefined;
    if (current?.pieces === 0) this.discard(current);
    fs.mkdirSync(this.options.dir, { recursive: true, mode: 0o700 });
    this.serial += 1;
    const file = path.join(this.options.dir, `${String(this.serial).padStart(8, '0')}.segment`);
    const segment: Segment = { path: file, fd: fs.openSync(file, 'wx+', 0o600), bytes: 0, pieces: 0 };
    this.open.add(segment);
    this.current = segment;
    return segment;
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
      if (from + bytes < to) return this.writeAll(segment, buf, from + bytes, to, offset + bytes, done);
      done(null);
    });
  }

  private discard(segment: Segment): void {
    if (!this.open.delete(segment)) return;
    fs.closeSync(segment.fd);
    fs.rmSync(segment.path, { force: true });
  }
}

function diskError(file: string, cause: unknown): LockstepError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new LockstepError('SPOOL_DISK', `${file}: ${reason}`, { cause });
}
