import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { createArena, type Arena } from '../arena/arena.ts';
import { allocateChunks, CHUNK_BYTES, HEADROOM_BYTES } from './chunk.ts';

/** Chunks that the logs of one process have together, as long as each of them has the fewest. */
const POOL_CHUNKS = 144;
/** What a log has of a pool that is used up: the least that works well. */
const FEWEST_OF_POOL = 16;
/** Room for bytes by which allocations are rounded up. */
const SLACK_BYTES = 64 * 1024;

/** The memory of one spool, until it is given back. */
export interface SpoolMemory {
  readonly arena: Arena;
  /** Addresses of chunks. */
  readonly chunks: readonly number[];
  /** Those that are used only when more cursors are open than `chunks` is enough for. */
  readonly spare: readonly number[];
  /** No file operation touches it any more. */
  giveBack(): void;
}

/** Where the logs of a process, or of a run that has one for itself, get their memory. */
export interface LogMemory {
  /** At most `wanted` chunks. */
  take(wanted: number): SpoolMemory;
}

/** Memory that lies beside all else that a run uses, for the one log that it has at a time. */
export class RunMemory implements LogMemory {
  private readonly memory: SpoolMemory;
  private taken = false;

  constructor(arena: Arena, chunks: number) {
    this.memory = {
      arena,
      chunks: allocateChunks(arena, chunks),
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
}

/**
 * Memory for several logs. Bound: POOL_CHUNKS chunks together, FEWEST_OF_POOL for each log that comes when these are used up, and the
 * spare ones. A page of it that was never written to takes nothing of the machine's.
 */
export class PooledMemory implements LogMemory {
  private readonly spareChunks: number;
  private readonly free: Piece[] = [];
  private takenChunks = 0;

  /** @param spareChunks see SpoolMemory.spare */
  constructor(spareChunks: number) {
    this.spareChunks = spareChunks;
  }

  take(wanted: number): SpoolMemory {
    const count = Math.min(wanted, Math.max(FEWEST_OF_POOL, POOL_CHUNKS - this.takenChunks));
    const piece = this.pieceOf(count + this.spareChunks);
    this.takenChunks += count;
    return {
      arena: piece.arena,
      chunks: piece.addresses.slice(0, count),
      spare: piece.addresses.slice(count, count + this.spareChunks),
      giveBack: () => {
        this.takenChunks -= count;
        this.free.push(piece);
      },
    };
  }

  private pieceOf(chunks: number): Piece {
    const found = this.free.findIndex(({ addresses }) => addresses.length >= chunks);
    if (found >= 0) return this.free.splice(found, 1)[0]!;
    // A smaller one would be of no use as long as logs are as large as this.
    this.free.length = 0;
    const arena = createArena(chunks * (HEADROOM_BYTES + CHUNK_BYTES) + SLACK_BYTES);
    return { arena, addresses: allocateChunks(arena, chunks) };
  }
}
