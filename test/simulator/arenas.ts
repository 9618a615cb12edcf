import { createArena, type Arena } from '../../electron/engine/arena/arena.ts';
import { arenaBytes, MEMORY_CHUNKS } from '../../electron/engine/session/sync-session.ts';

/** Memory for engines, used again by later ones: making it takes longer than many a history. */
export class Arenas {
  private readonly free: Arena[] = [];

  take(): Arena {
    return this.free.pop() ?? createArena(arenaBytes(MEMORY_CHUNKS));
  }

  /** Of an engine that does nothing more. */
  give(arena: Arena): void {
    arena.clear();
    this.free.push(arena);
  }
}
