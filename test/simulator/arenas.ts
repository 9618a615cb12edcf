import { createArena, type Arena } from '../../electron/engine/arena/arena.ts';
import { arenaBytes, WHOLE_SHARE } from '../../electron/engine/session/memory-share.ts';

/** Memory for engines, used again by later ones: making it takes longer than many a history. */
export class Arenas {
  private readonly free: Arena[] = [];

  take(): Arena {
    return this.free.pop() ?? createArena(arenaBytes(WHOLE_SHARE));
  }

  /** Of an engine that does nothing more. */
  give(arena: Arena): void {
    arena.clear();
    this.free.push(arena);
  }
}
