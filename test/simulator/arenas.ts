import { createArena, type Arena } from '../../electron/engine/arena/arena.ts';

/** Memory for engines, used again by later ones: making it takes longer than many a history. */
export class Arenas {
  private readonly free = new Map<number, Arena[]>();

  /** One with so many bytes; given back as the same. */
  take(bytes: number): Arena {
    return this.free.get(bytes)?.pop() ?? createArena(bytes);
  }

  /** Of an engine that does nothing more. */
  give(bytes: number, arena: Arena): void {
    arena.clear();
    const alike = this.free.get(bytes);
    if (alike) alike.push(arena);
    else this.free.set(bytes, [arena]);
  }
}
