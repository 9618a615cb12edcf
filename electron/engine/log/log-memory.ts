import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { createArena, type Arena } from '../arena/arena.ts';
import { allocateChunks, CHUNK_BYTES, spoolBytes, type SpoolSize } from './chunk.ts';

/** What the chunks of the logs of one process hold together, as long as each of them has the fewest. */
const POOL_BYTES = 144 * CHUNK_BYTES;
/** What a log has of a pool that is used up: the least that works well. */
const FEWEST_OF_POOL = 16;
/** Room for bytes by which allocations are rounded up. */
const SLACK_BYTES = 64 * 1024;

/** The memory of one spool, until it is given back. */
export interface SpoolMemory {
  readonly arena: Arena;
  /** Addresses of chunks. */
  readonly chunks: readonly number[];
  /** See SpoolSize. */
  readonly chunkBytes: number;
  /** Those that are used only when more cursors are open than `chunks` is enough for. */
  readonly spare: readonly number[];
  /** No file operation touches it any more. */
  giveBack(): void;
}

/** Where the logs of a process, or of a run that has one for itself, get their memory. */
export interface LogMemory {
  /** At most as many chunks as are wanted. */
  take(wanted: SpoolSize): SpoolMemory;
}

/** Memory that lies beside all else that a run uses, for the one log that it has at a time. */
export class RunMemory implements LogMemory {
  private readonly memory: SpoolMemory;
  private taken = false;

  constructor(arena: Arena, size: SpoolSize) {
    this.memory = {
      arena,
      chunks: allocateChunks(arena, size),
      chunkBytes: size.chunkBytes,
      spare: [],
      giveBack: () => (this.taken = false),
    };
  }

  /** @throws LockstepError INTERNAL while it is in use */
  take(): SpoolMemory {
    if (this.taken) throw new LockstepError('INTERNAL', 'a run has two logs at once');
    this.taken = true;
    return this.memory;
  }
}

interface Piece {
  readonly arena: Arena;
  readonly addresses: readonly number[];
  readonly chunkBytes: number;
}

/**
 * Memory for several logs. Bound: POOL_BYTES together, FEWEST_OF_POOL chunks for each log that comes when these are used up, and the
 * spare ones. A page of it that was never written to takes nothing of the machine's.
 */
export class PooledMemory implements LogMemory {
  private readonly spareChunks: number;
  private readonly free: Piece[] = [];
  private takenBytes = 0;

  /** @param spareChunks see SpoolMemory.spare */
  constructor(spareChunks: number) {
    this.spareChunks = spareChunks;
  }

  take({ chunks: wanted, chunkBytes }: SpoolSize): SpoolMemory {
    const left = Math.floor((POOL_BYTES - this.takenBytes) / chunkBytes);
    const count = Math.min(wanted, Math.max(FEWEST_OF_POOL, left));
    const piece = this.pieceOf({ chunks: count + this.spareChunks, chunkBytes });
    this.takenBytes += count * chunkBytes;
    return {
      ...{ arena: piece.arena, chunkBytes },
      chunks: piece.addresses.slice(0, count),
      spare: piece.addresses.slice(count, count + this.spareChunks),
      giveBack: () => {
        this.takenBytes -= count * chunkBytes;
        this.free.push(piece);
      },
    };
  }

  private pieceOf(size: SpoolSize): Piece {
    const { chunks, chunkBytes } = size;
    const found = this.free.findIndex(
      (piece) => piece.addresses.length >= chunks && piece.chunkBytes === chunkBytes,
    );
    if (found >= 0) return this.free.splice(found, 1)[0]!;
    // Another one would be of no use as long as logs are as large as this.
    this.free.length = 0;
    const arena = createArena(spoolBytes(size) + SLACK_BYTES);
    return { arena, addresses: allocateChunks(arena, size), chunkBytes };
  }
}
