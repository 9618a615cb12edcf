import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Arena } from '../arena/arena.ts';
import { CHUNK_BYTES, HEADROOM_BYTES } from './chunk.ts';
import { ChunkList } from './chunk-list.ts';
import { ChunkSwap } from './chunk-swap.ts';
import type { SpoolFolder } from './spool-folder.ts';

/** A chunk with less room than this is closed, so that reads stay large. */
export const SMALLEST_TAIL_BYTES = 4096;
/** With less free memory than this, twice as much is made free. */
const FREE_RESERVE = 4;

export interface SpoolOptions {
  readonly arena: Arena;
  /** Addresses of chunks of memory, from `allocateChunks`; at least 12. */
  readonly chunks: readonly number[];
  /** Where goes what does not fit them. */
  readonly folder: SpoolFolder;
  /** Something may be read now that could not before. */
  readonly onReadable: () => void;
  /** There is room again after `tail` had none. */
  readonly onWritable: () => void;
  /**
   * The writer is to wait for the reader when memory and disk are full, instead of SPOOL_FULL. As of now; `lookAgain` when it
   * has become false.
   */
  readonly mayStall?: () => boolean;
  /** The writer waits for the reader. */
  readonly onStalled?: () => void;
  /** The disk fails or is full: what is held can be read as far as it lies in memory, and nothing more is taken. */
  readonly onError: (error: LockstepError) => void;
}

/**
 * A queue of bytes between the link and the applier: memory first, then segment files.
 *
 * Positions count from the first byte that was ever written. Three of them matter: `writePosition` (received),
 * `readPosition` (handed to the applier) and the release position (applied and checkpointed): what lies behind the
 * last one is freed, and the reader may be moved back to anything that is not freed.
 * Bounds: the memory of `chunks` and the quota of `folder` on disk; when both are full, SPOOL_FULL. While the disk is slower than
 * the writer, `tail` gives no room and the writer must pause until `onWritable`.
 * Either side waits for memory only while a file operation is under way, at whose end it is looked again.
 */
export class Spool {
  readonly mem: Buffer;
  private readonly options: SpoolOptions;
  private readonly swap: ChunkSwap;
  private readonly chunks = new ChunkList();
  private released = 0;
  private writerWaits = false;
  private readerWaits = false;
  private closed = false;
  writePosition = 0;
  readPosition = 0;
  /** The window of bytes that can be read now, as addresses in `mem`. */
  from = 0;
  to = 0;

  constructor(options: SpoolOptions) {
    this.options = options;
    this.mem = options.arena.mem;
    this.swap = new ChunkSwap({
      mem: this.mem,
      addresses: options.chunks,
      folder: options.folder,
      isNear: (chunk) => this.chunks.isNear(chunk),
      onMoved: () => this.moved(),
      onError: options.onError,
    });
  }

  get unreadBytes(): number {
    return this.writePosition - this.readPosition;
  }

  get diskBytes(): number {
    return this.swap.diskBytes;
  }

  get oldestPosition(): number {
    return this.released;
  }

  /** Addresses [from, to) into which the writer may put bytes; undefined when there is no room at the moment. */
  tail(): { from: number; to: number } | undefined {
    let { last } = this.chunks;
    if (!last || last.closed) {
      // What is written after the disk has failed would be lost with the rest: the writer had better stop.
      const address = this.swap.writeFailed || this.stalls ? undefined : this.swap.take();
      if (address === undefined) {
        this.writerWaits = true;
        this.makeRoom();
        return undefined;
      }
      last = this.chunks.open(address, this.writePosition);
      if (this.swap.freeChunks < FREE_RESERVE) this.makeRoom();
    }
    return { from: last.address + last.length, to: last.address + CHUNK_BYTES };
  }

  /** What bounds the bytes that are not released: memory and disk together. */
  get capacityBytes(): number {
    return this.options.chunks.length * CHUNK_BYTES + this.options.folder.quotaBytes;
  }

  /** `mayStall` has become false: a writer that waits for the reader alone finds the spool full. */
  lookAgain(): void {
    if (this.writerWaits) this.memoryFreed();
  }

  /** What memory is left when the disk is full is for the reader to get back what lies there. */
  private get stalls(): boolean {
    const stalls =
      this.swap.freeChunks < FREE_RESERVE && !this.swap.hasRoom && this.options.mayStall?.() === true;
    if (stalls && this.swap.idle) this.options.onStalled?.();
    return stalls;
  }

  /** `bytes` were put at the front of `tail`. */
  commit(bytes: number): void {
    const { last } = this.chunks;
    if (!last || last.closed || last.length + bytes > CHUNK_BYTES)
      throw new LockstepError('INTERNAL', 'spool: commit without tail');
    last.length += bytes;
    this.writePosition += bytes;
    if (CHUNK_BYTES - last.length < SMALLEST_TAIL_BYTES) last.closed = true;
    this.refreshWindow();
  }

  /** Copies bytes in; returns how many found room. */
  append(buf: Uint8Array, from: number, to: number): number {
    let done = from;
    while (done < to) {
      const room = this.tail();
      if (!room) break;
      const bytes = Math.min(room.to - room.from, to - done);
      this.mem.set(buf.subarray(done, done + bytes), room.from);
      this.commit(bytes);
      done += bytes;
    }
    return done - from;
  }

  /** The reader has taken everything up to this address of the window. */
  consume(upTo: number): void {
    this.readPosition += upTo - this.from;
    this.from = upTo;
    this.refreshWindow();
  }

  /** Bytes before this position are no longer needed. */
  release(position: number): void {
    if (position <= this.released) return;
    this.released = position;
    if (this.dropReleased()) this.memoryFreed();
  }

  /** Moves the reader to a position that is not released. */
  rewind(position: number): void {
    if (position < this.released || position > this.writePosition) {
      throw new LockstepError('INTERNAL', `spool: position ${position} is not held`);
    }
    this.readPosition = position;
    this.chunks.seek(position);
    this.from = 0;
    this.to = 0;
    this.refreshWindow();
  }

  /** Ends the spool and deletes its files. Resolves when no file operation touches its memory any more. */
  close(): Promise<void> {
    this.closed = true;
    this.chunks.clear();
    this.from = 0;
    this.to = 0;
    return this.swap.close();
  }

  /** Makes [from, to) the largest window at readPosition, moving on to the next chunk where one is used up. */
  private refreshWindow(): void {
    const chunk = this.chunks.current;
    if (!chunk) return;
    if (chunk.address < 0) {
      this.from = 0;
      this.to = 0;
      this.fetchAhead();
      return;
    }
    this.from = chunk.address + (this.readPosition - chunk.start);
    this.to = chunk.address + chunk.length;
    if (!chunk.closed) return;
    const rest = this.to - this.from;
    const { next } = this.chunks;
    if (!next || rest > HEADROOM_BYTES) return;
    if (next.address < 0) {
      this.fetchAhead();
      return;
    }
    if (rest > 0) this.mem.copyWithin(next.address - rest, this.from, this.to);
    this.chunks.advance();
    this.from = next.address - rest;
    this.to = next.address + next.length;
    this.fetchAhead();
    if (next.closed && this.to - this.from < HEADROOM_BYTES) this.refreshWindow();
  }

  /** Reads chunks that the reader needs next back from disk. */
  private fetchAhead(): void {
    for (const chunk of this.chunks.near()) {
      if (chunk.address >= 0 || chunk.busy || this.swap.fetch(chunk)) continue;
      this.readerWaits = true;
      this.makeRoom();
      return;
    }
  }

  /** Writes chunks to disk until enough memory is on its way to being free. */
  private makeRoom(): void {
    const { swap } = this;
    let wanted = FREE_RESERVE * 2 - swap.freeChunks - swap.writing;
    if (wanted > 0) {
      for (const chunk of this.chunks.spillable()) {
        if (!swap.spill(chunk)) break;
        wanted -= 1;
        if (wanted === 0) break;
      }
    }
    if (swap.freeChunks > 0 || !swap.idle) return;
    // A writer alone goes on when the reader has made room; a reader that needs memory itself would wait for ever.
    if (this.readerWaits || (this.writerWaits && this.options.mayStall?.() !== true)) swap.exhausted();
  }

  /** Frees the chunks behind the release position. @returns whether there were any */
  private dropReleased(): boolean {
    const dropped = this.chunks.takeReleased(this.released);
    for (const chunk of dropped) this.swap.drop(chunk);
    return dropped.length > 0;
  }

  /** A file operation has ended. */
  private moved(): void {
    if (this.closed) return;
    const windowBytes = this.to - this.from;
    this.dropReleased();
    this.refreshWindow();
    this.memoryFreed();
    if (this.to - this.from > windowBytes) this.options.onReadable();
  }

  /** There may be more memory than before: the reader gets it first, then the writer. */
  private memoryFreed(): void {
    if (this.readerWaits) {
      this.readerWaits = false;
      this.fetchAhead();
    }
    if (!this.writerWaits) return;
    if (this.swap.freeChunks === 0) return this.makeRoom();
    this.writerWaits = false;
    this.options.onWritable();
  }
}
