import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Chunk } from './chunk.ts';
import { SegmentStore } from './segment-store.ts';
import type { SpoolFolder } from './spool-folder.ts';

export interface ChunkSwapOptions {
  readonly folder: SpoolFolder;
  readonly mem: Buffer;
  /** Free memory, as addresses of chunks. */
  readonly addresses: readonly number[];
  readonly chunkBytes: number;
  /** The reader needs this chunk now or next, so it is to stay in memory. */
  readonly isNear: (chunk: Chunk) => boolean;
  /** A chunk has gone to disk or come from there: memory and the reader's window are to be looked at again. */
  readonly onMoved: () => void;
  /** The first failure; nothing is moved in that direction any more. */
  readonly onError: (error: LockstepError) => void;
}

/** Moves chunks of a spool between memory and disk, one file operation for each. */
export class ChunkSwap {
  private readonly options: ChunkSwapOptions;
  private readonly store: SegmentStore;
  private readonly free: number[];
  /** All that it moves chunks in, free or not. */
  chunks: number;
  private reading = 0;
  private closing: Promise<void> | undefined;
  private onIdle: (() => void) | undefined;
  private readFailed = false;
  /** Chunks on their way to disk. */
  writing = 0;
  /** The disk took a chunk no more, so what is in memory can only be read. */
  writeFailed = false;

  constructor(options: ChunkSwapOptions) {
    this.options = options;
    this.store = new SegmentStore(options.folder, options.chunkBytes);
    this.free = [...options.addresses];
    this.chunks = this.free.length;
  }

  get freeChunks(): number {
    return this.free.length;
  }

  /** More memory. */
  add(addresses: readonly number[]): void {
    this.free.unshift(...addresses);
    this.chunks += addresses.length;
  }

  /** The disk takes another chunk. */
  get hasRoom(): boolean {
    return !this.writeFailed && this.store.hasRoom(this.options.chunkBytes);
  }

  /** Bytes of chunks on disk. */
  get diskBytes(): number {
    return this.store.storedBytes;
  }

  /** Nothing is on its way, so no memory will become free by itself. */
  get idle(): boolean {
    return this.reading + this.writing === 0;
  }

  /** Memory for a chunk; undefined when none is free. */
  take(): number | undefined {
    return this.closing ? undefined : this.free.pop();
  }

  /** Begins to move a chunk from memory to disk. @returns false when the disk takes nothing more */
  spill(chunk: Chunk): boolean {
    if (this.writeFailed || this.closing || !this.store.hasRoom(chunk.length)) return false;
    chunk.busy = 'writing';
    this.writing += 1;
    const { mem, isNear, onMoved } = this.options;
    this.store.write(mem, chunk.address, chunk.address + chunk.length, (error, piece) => {
      this.writing -= 1;
      if (this.ended(chunk)) return;
      if (error) {
        this.fail('writing', error);
        return;
      }
      if (isNear(chunk)) {
        // The reader has come to need it meanwhile.
        this.store.remove(piece!);
      } else {
        chunk.piece = piece!;
        this.free.push(chunk.address);
        chunk.address = -1;
      }
      onMoved();
    });
    return true;
  }

  /** Begins to move a chunk from disk to memory. @returns false when no memory is free */
  fetch(chunk: Chunk): boolean {
    if (this.readFailed || this.closing) return true;
    const address = this.free.pop();
    if (address === undefined) return false;
    chunk.busy = 'reading';
    this.reading += 1;
    this.store.read(chunk.piece!, this.options.mem, address, (error) => {
      this.reading -= 1;
      if (this.ended(chunk)) return;
      if (error) {
        this.free.push(address);
        this.fail('reading', error);
        return;
      }
      this.store.remove(chunk.piece!);
      chunk.piece = undefined;
      chunk.address = address;
      this.options.onMoved();
    });
    return true;
  }

  /** The reader or the writer can only go on with more memory, and there is none left, nor any room on disk. */
  exhausted(): void {
    if (!this.writeFailed && !this.closing) this.fail('writing', this.store.full());
  }

  /** Frees what a chunk takes, in memory or on disk. Not while it is busy. */
  drop(chunk: Chunk): void {
    if (chunk.piece) this.store.remove(chunk.piece);
    if (chunk.address >= 0) this.free.push(chunk.address);
  }

  /** Deletes the files. Resolves when no file operation touches the memory any more. */
  close(): Promise<void> {
    this.closing ??= this.untilIdle().then(() => this.store.close());
    return this.closing;
  }

  private async untilIdle(): Promise<void> {
    if (!this.idle) await new Promise<void>((resolve) => (this.onIdle = resolve));
  }

  /** A file operation has ended. @returns true when the spool is closed and its result no longer matters */
  private ended(chunk: Chunk): boolean {
    chunk.busy = undefined;
    if (!this.closing) return false;
    if (this.idle) this.onIdle?.();
    return true;
  }

  private fail(direction: 'reading' | 'writing', error: LockstepError): void {
    const failedBefore = this.readFailed || this.writeFailed;
    if (direction === 'reading') this.readFailed = true;
    else this.writeFailed = true;
    if (!failedBefore) this.options.onError(error);
  }
}
