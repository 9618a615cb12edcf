import type { Redis } from 'ioredis';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import type { Side } from '../control/control-connection.ts';
import type { World } from '../world/world.ts';
import { openPrimaries, type OpenedSide } from './all-primaries.ts';

/** How often it is asked which servers are the primaries now: an old one may answer on as a replica. */
const FIND_EVERY_MS = 3000;

/** A side that is read again and again. */
export class WatchedSide {
  private readonly world: World;
  private readonly side: Side;
  private readonly endpoint: Endpoint;
  private opened: OpenedSide | undefined;
  private foundMs = 0;

  constructor(world: World, side: Side, endpoint: Endpoint) {
    this.world = world;
    this.side = side;
    this.endpoint = endpoint;
  }

  /** null while the side cannot be asked; it is opened anew for the next time. */
  async read<T>(look: (servers: readonly Redis[]) => Promise<T>): Promise<T | null> {
    try {
      return await look((await this.present()).servers);
    } catch {
      // Why is told by whoever works with that side.
      this.close();
      return null;
    }
  }

  close(): void {
    this.opened?.close();
    this.opened = undefined;
  }

  private async present(): Promise<OpenedSide> {
    const { world, side, endpoint } = this;
    const nowMs = world.clock.monotonicMs();
    if (this.opened && nowMs - this.foundMs >= FIND_EVERY_MS) {
      this.foundMs = nowMs;
      // Those that were found before are read on where nobody can be asked.
      if (!(await this.opened.isPresent().catch(() => true))) this.close();
    }
    if (!this.opened) {
      this.opened = await openPrimaries(world, side, endpoint);
      this.foundMs = nowMs;
    }
    return this.opened;
  }
}
