import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Arena } from '../arena/arena.ts';
import { ChunkList, READ_AHEAD } from './chunk-list.ts';
import { ChunkSwap } from './chunk-swap.ts';
import { Cursor, type CursorGround } from './cursor.ts';
import type { SpoolFolder } from './spool-folder.ts';

/** A chunk with less room than this is closed, so that reads stay large. */
export const SMALLEST_TAIL_BYTES = 4096;
/** The least that a spool with one cursor works with. */
export const FEWEST_CHUNKS = 12;
/** What each further one takes: the chunk that it reads, and those next to it. */
export const CURSOR_CHUNKS = 1 + READ_AHEAD;
/** With less free memory than this, twice as much is made free. */
const FREE_RESERVE = 4;

export interface SpoolOptions {
  readonly arena: Arena;
  /** Addresses of chunks of memory, from `allocateChunks`: at least FEWEST_CHUNKS, and with `spare` CURSOR_CHUNKS for each cursor beyond the first. */
  readonly chunks: readonly number[];
  /** See SpoolSize. */
  readonly chunkBytes: number;
  /** More of them, used only once more cursors are open than `chunks` is enough for. */
  readonly spare?: readonly number[];
  /** Where goes what does not fit them. */
  readonly folder: SpoolFolder;
  /** There is room again after `tail` had none. */
  readonly onWritable: () => void;
  /**
   * The writer is to wait for its readers when memory and disk are full, instead of SPOOL_FULL. As of now; `lookAgain` when it
   * has become false.
   */
  readonly mayStall?: () => boolean;
  /** The writer waits for its readers. */
  readonly onStalled?: () => void;
  /** Memory and disk are full. True when a cursor is about to be closed, and `lookAgain` called; else SPOOL_FULL follows. */
  readonly onFull?: () => boolean;
  /** The disk fails or is full: what is held can be read as far as it lies in memory, and nothing more is taken. */
  readonly onError: (error: LockstepError) => void;
}

/**
 * The log of a feed: one writer, the link, and any number of cursors, from which the stream is applied. Memory first, then
 * segment files.
 *
 * Positions count from the first byte that was ever written, up to `writePosition`. What no cursor needs any more is freed.
 * Bounds: the memory of `chunks` and the quota of `folder` on disk; when both are full, SPOOL_FULL. While the disk is slower than
 * the writer, `tail` gives no room and the writer must pause until `onWritable`. Each cursor keeps three chunks in memory beside
 * the one that is written.
 * Either side waits for memory only while a file operation is under way, at whose end it is looked again.
 */
export class Spool {
  readonly mem: Buffer;
  private readonly options: SpoolOptions;
  private readonly swap: ChunkSwap;
  private readonly chunks = new ChunkList();
  private readonly cursors: Cursor[] = [];
  private readonly spare: number[];
  private readonly ground: CursorGround;
  private released = 0;
  private writerWaits = false;
  private closed = false;
  writePosition = 0;

  constructor(options: SpoolOptions) {
    this.options = options;
    this.mem = options.arena.mem;
    this.spare = [...(options.spare ?? [])];
    this.swap = new ChunkSwap({
      mem: this.mem,
      addresses: options.chunks,
      chunkBytes: options.chunkBytes,
      folder: options.folder,
      isNear: (chunk) => this.chunks.isNear(chunk),
      onMoved: () => this.moved(),
      onError: options.onError,
    });
    this.ground = {
      mem: this.mem,
      chunks: this.chunks,
      writePosition: () => this.writePosition,
      fetch: (chunk) => this.swap.fetch(chunk),
      starved: () => this.makeRoom(),
      released: () => this.freeReleased(),
      closed: (cursor) => this.left(cursor),
    };
  }

  /** Another reader, from a position on that is held. `onReadable`: see Cursor. */
  open(position: number, onReadable: () => void): Cursor {
    if (!this.takesCursor)
      throw new LockstepError('INTERNAL', `spool: no memory for ${this.cursors.length + 1} cursors`);
    if (position < this.released || position > this.writePosition)
      throw new LockstepError('INTERNAL', `spool: position ${position} is not held`);
    this.swap.add(this.spare.splice(0, Math.max(0, this.wanted - this.swap.chunks)));
    const cursor = new Cursor(this.ground, position, onReadable);
    this.cursors.push(cursor);
    return cursor;
  }

  /** Whether there is memory for another cursor. */
  get takesCursor(): boolean {
    return this.swap.chunks + this.spare.length >= this.wanted;
  }

  /** What another cursor takes, together with those that are open. */
  private get wanted(): number {
    return FEWEST_CHUNKS + this.cursors.length * CURSOR_CHUNKS;
  }

  get diskBytes(): number {
    return this.swap.diskBytes;
  }

  /** What lies before it is gone. */
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
    return { from: last.address + last.length, to: last.address + this.options.chunkBytes };
  }

  /** What bounds the bytes that are not released: memory and disk together. */
  get capacityBytes(): number {
    return this.swap.chunks * this.options.chunkBytes + this.options.folder.quotaBytes;
  }

  /** `mayStall` has become false, or there may be room again: whoever waits goes on, or finds the spool full. */
  lookAgain(): void {
    if (!this.closed) this.memoryFreed();
  }

  /** Nothing is left, in memory and on disk, for whoever can go on with it alone, and nothing is on its way to being free. */
  get stuck(): boolean {
    if (this.swap.freeChunks > 0 || !this.swap.idle) return false;
    // A writer alone goes on when a reader has made room; a reader that needs memory itself would wait for ever.
    const readerWaits = this.cursors.some(({ starves }) => starves);
    return readerWaits || (this.writerWaits && this.options.mayStall?.() !== true);
  }

  /** What memory is left when the disk is full is for readers to get back what lies there. */
  private get stalls(): boolean {
    const stalls =
      this.swap.freeChunks < FREE_RESERVE && !this.swap.hasRoom && this.options.mayStall?.() === true;
    if (stalls && this.swap.idle) this.options.onStalled?.();
    return stalls;
  }

  /** `bytes` were put at the front of `tail`. */
  commit(bytes: number): void {
    const { last } = this.chunks;
    const { chunkBytes } = this.options;
    if (!last || last.closed || last.length + bytes > chunkBytes)
      throw new LockstepError('INTERNAL', 'spool: commit without tail');
    last.length += bytes;
    this.writePosition += bytes;
    if (chunkBytes - last.length < SMALLEST_TAIL_BYTES) last.closed = true;
    for (const cursor of this.cursors) cursor.refresh();
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

  /** Ends the spool and deletes its files. Resolves when no file operation touches its memory any more. */
  close(): Promise<void> {
    this.closed = true;
    this.chunks.clear();
    for (const cursor of this.cursors) cursor.refresh();
    return this.swap.close();
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
    if (this.stuck && this.options.onFull?.() !== true) swap.exhausted();
  }

  /** A cursor needs less than before. */
  private freeReleased(): void {
    const least = this.cursors.reduce((at, { releasedPosition }) => Math.min(at, releasedPosition), Infinity);
    if (least !== Infinity && least > this.released) {
      this.released = least;
      if (this.dropReleased()) return this.memoryFreed();
    }
    // One that gets ahead of the others frees nothing, but may end the wait for them.
    if (this.writerWaits && this.cursors.length > 1 && !this.stalls) this.memoryFreed();
  }

  private left(cursor: Cursor): void {
    this.cursors.splice(this.cursors.indexOf(cursor), 1);
    this.freeReleased();
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
    this.dropReleased();
    const widened = this.cursors.filter((cursor) => cursor.widens());
    this.memoryFreed();
    for (const cursor of widened) cursor.onReadable();
  }

  /** There may be more memory than before: readers get it first, then the writer. */
  private memoryFreed(): void {
    for (const cursor of this.cursors) cursor.memoryFreed();
    if (!this.writerWaits) return;
    if (this.swap.freeChunks === 0) return this.makeRoom();
    this.writerWaits = false;
    this.options.onWritable();
  }
}
