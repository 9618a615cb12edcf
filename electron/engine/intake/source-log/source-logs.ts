import { CURSOR_CHUNKS } from '../../log/spool.ts';
import { PooledMemory, type LogMemory } from '../../log/log-memory.ts';
import type { World } from '../../world/world.ts';

/** Runs that read one log at most; a further one has a log of its own. */
export const MOST_READERS = 8;

/** The logs of the sources that the runs of one process follow. */
export class SourceLogs {
  readonly world: World;
  readonly memory: LogMemory;

  constructor(world: World, memory: LogMemory = new PooledMemory((MOST_READERS - 1) * CURSOR_CHUNKS)) {
    this.world = world;
    this.memory = memory;
  }
}
