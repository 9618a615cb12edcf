import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Arena } from '../arena/arena.ts';
import { SegmentStore, type StoredPiece } from './segment-store.ts';

/** Bytes of data in one chunk of memory. */
export const CHUNK_BYTES = 1024 * 1024;
/**
 * Room before the data of a chunk, into which the unread rest of the chunk before it is copied, so that what
 * straddles two chunks is read in one piece. A reader must therefore leave less than this unread at a chunk's end.
 */
export const HEADROOM_BYTES = 256 * 1024;
/** A chunk with less room than this is closed, so that reads stay large. */
const SMALLEST_TAIL_BYTES = 4096;
/** Chunks kept free for filling and for reading back from disk. */
const FREE_RESERVE = 4;
const READ_AHEAD = 2;

interface Chunk {
  /** Position of the first byte. */
  readonly start: number;
  length: number;
  closed: boolean;
  /** Address of the data in the arena, or -1 when it lies only on disk. */
  address: number;
  piece: StoredPiece | undefined;
  busy: 'writing' | 'reading' | undefined;
}

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
  readonly onError: (error: LockstepError) => void;
}

/** Takes memory for a spool from the arena; a later spool may use it again once the one before is closed. */
export function allocateChunks(arena: Arena, count: number): number[] {
  return Array.from({ length: count }, () => arena.allocate(HEADROOM_BYTES + CHUNK_BYTES) + HEADROOM_BYTES);
}

/**
 * A queue of bytes between the link and the applier: memory first, then segment files.
 *
 * Positions count from the first byte that was ever written. Three of them matter: `writePosition` (received),
 * `readPosition` (handed to the applier) and the release position (applied and checkpointed): what lies behind the
 * last one is freed, and the reader may be moved back to anything that is not freed.
 * Bounds: memoryChunks of memory, quotaBytes on disk (then SPOOL_FULL). While the disk is slower than the
 * writer, `tail` gives no room and the writer must pause until `onWritable`.
 */
export class Spool {
  readonly mem: Buffer;
  private readonly options: SpoolOptions;
  private readonly store: SegmentStore;
  private readonly free: number[] = [];
  /** In order, without gaps. The last one is being filled. */
  private chunks: Chunk[] = [];
  private readIndex = 0;
  private released = 0;
  private starved = false;
  private closed = false;
  private onIdle: (() => void) | undefined;
  writePosition = 0;
  readPosition = 0;
  /** The window of bytes that can be read now, as addresses in `mem`. */
  from = 0;
  to = 0;

  constructor(options: SpoolOptions) {
    this.options = options;
    this.mem = options.arena.mem;
    this.store = new SegmentStore({ dir: options.dir, quotaBytes: options.quotaBytes });
    this.free.push(...options.chunks);
  }

  get unreadBytes(): number {
    return this.writePosition - this.readPosition;
  }

  get diskBytes(): number {
    return this.store.storedBytes;
  }

  get oldestPosition(): number {
    return this.released;
  }

  /** Addresses [from, to) into which the writer may put bytes; undefined when there is no room at the moment. */
  tail(): { from: number; to: number } | undefined {
    let last = this.chunks.at(-1);
    if (!last || last.closed) {
      const address = this.free.pop();
      if (address === undefined) {
        this.starved = true;
        this.spill();
        return undefined;
      }
      last = {
        start: this.writePosition,
        length: 0,
        closed: false,
        address,
        piece: undefined,
        busy: undefined,
      };
      this.chunks.push(last);
      if (this.free.length < FREE_RESERVE) this.spill();
    }
    return { from: last.address + last.length, to: last.address + CHUNK_BYTES };
  }

  /** `bytes` were put at the front of `tail`. */
  commit(bytes: number): void {
    const last = this.chunks.at(-1);
    if (!last || last.closed) throw new LockstepError('INTERNAL', 'spool: commit without tail');
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
    let drop = 0;
    // The chunk being read stays, and so does a busy one: it is dropped when its file operation ends.
    while (drop < this.readIndex) {
      const chunk = this.chunks[drop]!;
      if (chunk.start + chunk.length > position || chunk.busy) break;
      this.dropChunk(chunk);
      drop += 1;
    }
    if (drop > 0) {
      this.chunks.splice(0, drop);
      this.readIndex -= drop;
      this.memoryFreed();
    }
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
  async close(): Promise<void> {
    this.closed = true;
    this.from = 0;
    this.to = 0;
    if (this.chunks.some((chunk) => chunk.busy))
      await new Promise<void>((resolve) => (this.onIdle = resolve));
    this.chunks = [];
    this.store.close();
  }

  /** A file operation has ended. @returns false when the spool is closed and its result no longer matters */
  private ended(chunk: Chunk): boolean {
    chunk.busy = undefined;
    if (!this.closed) return true;
    if (!this.chunks.some((other) => other.busy)) this.onIdle?.();
    return false;
  }

  /** Makes [from, to) the largest window at readPosition, moving on to the next chunk where one is used up. */
  private refreshWindow(): void {
    const chunk = this.chunks[this.readIndex];
    if (!chunk) return;
    if (chunk.address < 0 || chunk.busy === 'reading') {
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
    if (next.address < 0 || next.busy === 'reading') {
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

  /** Reads chunks that the reader needs next back from disk. */
  private fetchAhead(): void {
    const last = Math.min(this.readIndex + READ_AHEAD, this.chunks.length - 1);
    for (let i = this.readIndex; i <= last; i++) {
      const chunk = this.chunks[i]!;
      if (chunk.address >= 0 || chunk.busy) continue;
      const address = this.free.pop();
      if (address === undefined) {
        this.spill();
        return;
      }
      this.fetch(chunk, address);
    }
  }

  private fetch(chunk: Chunk, address: number): void {
    chunk.busy = 'reading';
    chunk.address = address;
    this.store.read(chunk.piece!, this.mem, address, (error) => {
      if (!this.ended(chunk)) return;
      if (error) return this.options.onError(error);
      this.store.remove(chunk.piece!);
      chunk.piece = undefined;
      this.refreshWindow();
      this.options.onReadable();
    });
  }

  /** Writes chunks to disk until enough memory is on its way to being free: the ones needed latest go first. */
  private spill(): void {
    let pending = this.free.length;
    for (const chunk of this.chunks) if (chunk.busy === 'writing') pending += 1;
    for (let i = this.chunks.length - 1; i >= 0 && pending < FREE_RESERVE * 2; i--) {
      const chunk = this.chunks[i]!;
      if (!chunk.closed || chunk.address < 0 || chunk.busy) continue;
      // What is read now or next stays; what was read and may be read again goes last of all.
      if (i >= this.readIndex && i <= this.readIndex + READ_AHEAD) continue;
      pending += 1;
      this.spillChunk(chunk);
    }
  }

  private spillChunk(chunk: Chunk): void {
    chunk.busy = 'writing';
    this.store.write(this.mem, chunk.address, chunk.address + chunk.length, (error, piece) => {
      if (!this.ended(chunk)) return;
      if (error) return this.options.onError(error);
      const index = this.chunks.indexOf(chunk);
      // The reader may have come to need it meanwhile, or have released it.
      if (index < 0 || (index >= this.readIndex && index <= this.readIndex + READ_AHEAD)) {
        this.store.remove(piece!);
        if (index < 0) this.free.push(chunk.address);
      } else {
        chunk.piece = piece!;
        this.free.push(chunk.address);
        chunk.address = -1;
      }
      this.memoryFreed();
    });
  }

  private dropChunk(chunk: Chunk): void {
    if (chunk.piece) this.store.remove(chunk.piece);
    if (chunk.address >= 0) this.free.push(chunk.address);
  }

  private memoryFreed(): void {
    const reading = this.chunks[this.readIndex];
    if (reading && reading.address < 0) this.fetchAhead();
    if (!this.starved || this.free.length < 2) return;
    this.starved = false;
    this.options.onWritable();
  }
}
