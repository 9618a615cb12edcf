import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { HEADROOM_BYTES, type Chunk } from './chunk.ts';
import type { ChunkList, Place } from './chunk-list.ts';

/** What a cursor asks of its spool. */
export interface CursorGround {
  readonly mem: Buffer;
  readonly chunks: ChunkList;
  readonly writePosition: () => number;
  /** Begins to bring a chunk back from disk. @returns false when no memory is free: the cursor waits, and is told */
  readonly fetch: (chunk: Chunk) => boolean;
  /** A cursor waits for memory. */
  readonly starved: () => void;
  /** What this cursor needs begins later than before. */
  readonly released: () => void;
  readonly closed: (cursor: Cursor) => void;
}

/**
 * One reader of a spool: where it reads, and from where on it may want to read again.
 *
 * `readPosition` is how far it has read, [`from`, `to`) are the bytes that it can read now, as addresses in `mem`, and
 * `releasedPosition` is how far it needs nothing any more. It can be moved back to anything behind that.
 */
export class Cursor {
  readonly mem: Buffer;
  private readonly ground: CursorGround;
  /** Something may be read now that lay on disk. */
  readonly onReadable: () => void;
  private readonly place: Place;
  private waits = false;
  /** What is written behind it is not this reader's. */
  private end = Infinity;
  readPosition: number;
  releasedPosition: number;
  from = 0;
  to = 0;

  /** `position`: held by the spool. */
  constructor(ground: CursorGround, position: number, onReadable: () => void) {
    this.ground = ground;
    this.mem = ground.mem;
    this.onReadable = onReadable;
    this.readPosition = position;
    this.releasedPosition = position;
    this.place = ground.chunks.enter(position);
    this.refresh();
  }

  get unreadBytes(): number {
    return this.endPosition - this.readPosition;
  }

  /** Up to where there is something for it. */
  get endPosition(): number {
    return Math.min(this.end, this.ground.writePosition());
  }

  /** Reads no further than what is written now. */
  seal(): void {
    this.end = this.endPosition;
    this.refresh();
  }

  get sealed(): boolean {
    return this.end !== Infinity;
  }

  /** It can go on only with memory, and there was none. */
  get starves(): boolean {
    return this.waits;
  }

  /** Everything up to this address of the window has been read. */
  consume(upTo: number): void {
    this.readPosition += upTo - this.from;
    this.from = upTo;
    this.refresh();
  }

  /** Bytes before this position are no longer needed. */
  release(position: number): void {
    if (position <= this.releasedPosition) return;
    this.releasedPosition = position;
    this.ground.released();
  }

  /** Goes to a position that is not released. */
  rewind(position: number): void {
    if (position < this.releasedPosition || position > this.endPosition) {
      throw new LockstepError('INTERNAL', `spool: position ${position} is not held`);
    }
    this.readPosition = position;
    this.ground.chunks.seek(this.place, position);
    this.from = 0;
    this.to = 0;
    this.refresh();
  }

  /** It needs nothing any more. */
  close(): void {
    this.ground.chunks.leave(this.place);
    this.from = 0;
    this.to = 0;
    this.waits = false;
    this.ground.closed(this);
  }

  /** Makes [from, to) the largest window at readPosition. */
  refresh(): void {
    this.widen();
    if (this.sealed) this.to = Math.min(this.to, this.from + Math.max(0, this.end - this.readPosition));
  }

  /** The window without regard to its end, moved on to the next chunk where one is used up. */
  private widen(): void {
    const { chunks } = this.ground;
    const chunk = chunks.current(this.place);
    if (!chunk) {
      this.from = 0;
      this.to = 0;
      return;
    }
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
    const next = chunks.next(this.place);
    if (!next || rest > HEADROOM_BYTES) return;
    if (next.address < 0) {
      this.fetchAhead();
      return;
    }
    // Whichever cursor comes first: the same bytes of the stream belong there.
    if (rest > 0) this.mem.copyWithin(next.address - rest, this.from, this.to);
    chunks.advance(this.place);
    this.from = next.address - rest;
    this.to = next.address + next.length;
    this.fetchAhead();
    if (next.closed && this.to - this.from < HEADROOM_BYTES) this.widen();
  }

  /** After a file operation: whether there is more to be read than before. */
  widens(): boolean {
    const windowBytes = this.to - this.from;
    this.refresh();
    return this.to - this.from > windowBytes;
  }

  /** There may be memory again. */
  memoryFreed(): void {
    if (!this.waits) return;
    this.waits = false;
    this.fetchAhead();
  }

  /** Brings back what is needed next and lies on disk. */
  private fetchAhead(): void {
    const { chunks } = this.ground;
    for (const chunk of chunks.near(this.place)) {
      if (chunk.address >= 0 || chunk.busy || this.ground.fetch(chunk)) continue;
      this.waits = true;
      this.ground.starved();
      return;
    }
  }
}
