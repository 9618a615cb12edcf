import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Arena } from '../arena/arena.ts';
import { CHUNK_BYTES, HEADROOM_BYTES, type Chunk } from './chunk.ts';
import { ChunkSwap } from './chunk-swap.ts';

/** A chunk with less room than this is closed, so that reads stay large. */
const SMALLEST_TAIL_BYTES = 4096;
/** With less free memory than this, twice as much is made free. */
const FREE_RESERVE = 4;
/** Chunks after the one being read that are kept in memory, too. */
const READ_AHEAD = 2;

export interface SpoolOptions {
  readonly arena: Arena;
  /** Addresses of chunks of memory, from `allocateChunks`; at least 12. */
  readonly chunks: readonly number[];
  readonly dir: string;
  readonly quotaBytes: number;
  /** Something may be read now that could not before. */
  readonly onReadable: () => void;
  /** There is room again after `tail` had none. */
  readonly onWritable: () => void;
  /** The disk fails or is full: what is held can be read as far as it lies in memory, and nothing more is taken. */
  readonly onError: (error: LockstepError) => void;
}

/**
 * A queue of bytes between the link and the applier: memory first, then segment files.
 *
 * Positions count from the first byte that was ever written. Three of them matter: `writePosition` (received),
 * `readPosition` (handed to the applier) and the release position (applied and checkpointed): what lies behind the
 * last one is freed, and the reader may be moved back to anything that is not freed.
 * Bounds: the memory of `chunks` and quotaBytes on disk; when both are full, SPOOL_FULL. While the disk is slower than
 * the writer, `tail` gives no room and the writer must pause until `onWritable`.
 * Either side waits for memory only while a file operation is under way, at whose end it is looked again.
 */
export class Spool {
  readonly mem: Buffer;
  private readonly options: SpoolOptions;
  private readonly swap: ChunkSwap;
  /** In order, without gaps. Only the last one may be open. */
  private readonly chunks: Chunk[] = [];
  private nextSerial = 0;
  private readIndex = 0;
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
      dir: options.dir,
      quotaBytes: options.quotaBytes,
      isNear: (chunk) => this.isNear(chunk),
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
    let last = this.chunks.at(-1);
    if (!last || last.closed) {
      // What is written after the disk has failed would be lost with the rest: the writer had better stop.
      const address = this.swap.writeFailed ? undefined : this.swap.take();
      if (address === undefined) {
        this.writerWaits = true;
        this.makeRoom();
        return undefined;
      }
      last = {
        serial: this.nextSerial++,
        start: this.writePosition,
        length: 0,
        closed: false,
        address,
        piece: undefined,
        busy: undefined,
      };
      this.chunks.push(last);
      if (this.swap.freeChunks < FREE_RESERVE) this.makeRoom();
    }
    return { from: last.address + last.length, to: last.address + CHUNK_BYTES };
  }

  /** `bytes` were put at the front of `tail`. */
  commit(bytes: number): void {
    const last = this.chunks.at(-1);
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
    this.readIndex = 0;
    while (this.readIndex < this.chunks.length - 1) {
      const chunk = this.chunks[this.readIndex]!;
      if (position < chunk.start + chunk.length) break;
      this.readIndex += 1;
    }
    this.from = 0;
    this.to = 0;
    this.refreshWindow();
  }

  /** Ends the spool and deletes its files. Resolves when no file operation touches its memory any more. */
  close(): Promise<void> {
    this.closed = true;
    this.chunks.length = 0;
    this.from = 0;
    this.to = 0;
    return this.swap.close();
  }

  /** Makes [from, to) the largest window at readPosition, moving on to the next chunk where one is used up. */
  private refreshWindow(): void {
    const chunk = this.chunks[this.readIndex];
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
    const next = this.chunks[this.readIndex + 1];
    if (!next || rest > HEADROOM_BYTES) return;
    if (next.address < 0) {
      this.fetchAhead();
      return;
    }
    if (rest > 0) this.mem.copyWithin(next.address - rest, this.from, this.to);
    this.readIndex += 1;
    this.from = next.address - rest;
    this.to = next.address + next.length;
    this.fetchAhead();
    if (next.closed && this.to - this.from < HEADROOM_BYTES) this.refreshWindow();
  }

  /** The chunk being read and those after it; what is read must not leave memory under the reader. */
  private isNear(chunk: Chunk): boolean {
    const index = chunk.serial - (this.chunks[0]?.serial ?? 0);
    return index >= this.readIndex && index <= this.readIndex + READ_AHEAD;
  }

  /** Reads chunks that the reader needs next back from disk. */
  private fetchAhead(): void {
    const last = Math.min(this.readIndex + READ_AHEAD, this.chunks.length - 1);
    for (let i = this.readIndex; i <= last; i++) {
      const chunk = this.chunks[i]!;
      if (chunk.address >= 0 || chunk.busy || this.swap.fetch(chunk)) continue;
      this.readerWaits = true;
      this.makeRoom();
      return;
    }
  }

  /** Writes chunks to disk until enough memory is on its way to being free: the ones needed latest go first. */
  private makeRoom(): void {
    const { swap } = this;
    let coming = swap.freeChunks + swap.writing;
    for (let i = this.chunks.length - 1; i >= 0 && coming < FREE_RESERVE * 2; i--) {
      const chunk = this.chunks[i]!;
      // What was read and may be read again goes last of all; what is read now or next stays.
      if (!chunk.closed || chunk.address < 0 || chunk.busy || this.isNear(chunk)) continue;
      if (!swap.spill(chunk)) break;
      coming += 1;
    }
    if (swap.freeChunks === 0 && swap.idle && (this.readerWaits || this.writerWaits)) swap.exhausted();
  }

  /** Frees the chunks behind the release position. @returns whether there were any */
  private dropReleased(): boolean {
    let drop = 0;
    // The chunk being read stays, and so does a busy one: it is dropped when its file operation ends.
    while (drop < this.readIndex) {
      const chunk = this.chunks[drop]!;
      if (chunk.start + chunk.length > this.released || chunk.busy) break;
      this.swap.drop(chunk);
      drop += 1;
    }
    if (drop > 0) this.chunks.splice(0, drop);
    this.readIndex -= drop;
    return drop > 0;
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
