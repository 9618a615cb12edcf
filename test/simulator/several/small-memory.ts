import type { Arena } from '../../../electron/engine/arena/arena.ts';
import { allocateChunks, spoolBytes, type SpoolSize } from '../../../electron/engine/log/chunk.ts';
import type { LogMemory, SpoolMemory } from '../../../electron/engine/log/log-memory.ts';
import { CURSOR_CHUNKS } from '../../../electron/engine/log/spool.ts';

/** Few and small, so that a log is full within a history. */
const SIZE: SpoolSize = { chunks: 16, chunkBytes: 320 * 1024 };
const MOST_READERS = 4;
const SLACK_BYTES = 64 * 1024;

/** Memory for the logs of one process. */
export class SmallMemory implements LogMemory {
  private readonly makeArena: (bytes: number) => Arena;
  private readonly free: SpoolMemory[] = [];

  constructor(makeArena: (bytes: number) => Arena) {
    this.makeArena = makeArena;
  }

  take(): SpoolMemory {
    const found = this.free.pop();
    if (found) return found;
    const all = { ...SIZE, chunks: SIZE.chunks + (MOST_READERS - 1) * CURSOR_CHUNKS };
    const arena = this.makeArena(spoolBytes(all) + SLACK_BYTES);
    const addresses = allocateChunks(arena, all);
    const memory: SpoolMemory = {
      ...{ arena, chunkBytes: SIZE.chunkBytes },
      chunks: addresses.slice(0, SIZE.chunks),
      spare: addresses.slice(SIZE.chunks),
      giveBack: () => this.free.push(memory),
    };
    return memory;
  }
}
