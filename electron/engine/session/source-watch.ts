import type { FoundCluster } from '../control/discover-cluster.ts';
import type { Timer } from '../world/clock.ts';
import type { World } from '../world/world.ts';
import type { SourceCluster } from './source-cluster.ts';

/**
 * How often the primaries are asked who has which slots. After a failover by hand the old primary takes writes until it is turned into a
 * replica, and each that comes from it until then is one that the new primary does not have.
 */
const INTERVAL_MS = 500;

/** Notices that a source cluster has changed, while the links to its nodes still stand. */
export class SourceWatch {
  private readonly world: World;
  private readonly cluster: SourceCluster;
  private readonly onFound: (found: FoundCluster) => Promise<void>;
  private timer: Timer | undefined;
  private stopped = false;

  /** `onFound`: told of each look that has found it changed, or that had to find its nodes anew. Never rejects. */
  constructor(world: World, cluster: SourceCluster, onFound: (found: FoundCluster) => Promise<void>) {
    this.world = world;
    this.cluster = cluster;
    this.onFound = onFound;
  }

  start(): void {
    if (!this.stopped) this.timer = this.world.clock.setTimeout(() => void this.look(), INTERVAL_MS);
  }

  stop(): void {
    this.stopped = true;
    this.world.clock.clear(this.timer);
  }

  private async look(): Promise<void> {
    // A primary that does not answer may have been replaced.
    const same = await this.cluster.isAsFound().catch(() => false);
    if (!same && !this.stopped) {
      // Where nobody can be asked, the links tell of it.
      const found = await this.cluster.look().catch(() => undefined);
      if (found && !this.stopped) await this.onFound(found);
    }
    this.start();
  }
}
