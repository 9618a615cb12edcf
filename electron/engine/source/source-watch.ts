import type { FoundCluster } from '../control/discover-cluster.ts';
import { sleep, type Timer } from '../world/clock.ts';
import type { World } from '../world/world.ts';
import type { SourceCluster } from './source-cluster.ts';

/**
 * How often the primaries are asked who has which slots. After a failover by hand the old primary takes writes until it is turned into a
 * replica, and each that comes from it until then is one that the new primary does not have.
 */
const INTERVAL_MS = 500;

const MOST_WAIT_MS = 1000;

/** Notices that a source cluster has changed, while the links to its nodes still stand. */
export class SourceWatch {
  private readonly world: World;
  private readonly cluster: SourceCluster;
  private readonly onFound: (found: FoundCluster) => Promise<boolean>;
  /** What was acted on last. Whoever follows a shard looks as well, so what the cluster was found as says nothing of that. */
  private taken: FoundCluster | undefined;
  private timer: Timer | undefined;
  private stopped = false;

  /**
   * `onFound`: told of each look that has found it changed, or that had to find its nodes anew. Resolves with whether that was acted on;
   * what was not is told of again. Never rejects.
   */
  constructor(world: World, cluster: SourceCluster, onFound: (found: FoundCluster) => Promise<boolean>) {
    this.world = world;
    this.cluster = cluster;
    this.onFound = onFound;
  }

  /** `taken`: what the source was found as, and is acted on. */
  start(taken: FoundCluster): void {
    this.taken = taken;
    this.lookSoon();
  }

  private lookSoon(): void {
    if (!this.stopped) this.timer = this.world.clock.setTimeout(() => void this.look(), INTERVAL_MS);
  }

  /** What was acted on last came to nothing: whatever is found next is told of. */
  again(): void {
    this.taken = undefined;
  }

  stop(): void {
    this.stopped = true;
    this.world.clock.clear(this.timer);
  }

  /**
   * Looks now, so that what has changed by this moment is acted on before anybody calls it done. Resolves within a second, whoever does not
   * answer. Never rejects.
   */
  async now(): Promise<void> {
    await Promise.race([this.lookOnce(), sleep(this.world.clock, MOST_WAIT_MS)]);
  }

  private async look(): Promise<void> {
    await this.lookOnce();
    this.lookSoon();
  }

  private async lookOnce(): Promise<void> {
    // A primary that does not answer may have been replaced.
    const same = this.taken && (await this.cluster.isAs(this.taken.topology).catch(() => false));
    if (!same && !this.stopped) {
      // Where nobody can be asked, the links tell of it.
      const found = await this.cluster.look().catch(() => undefined);
      if (found && !this.stopped) this.taken = (await this.onFound(found)) ? found : undefined;
    }
  }
}
