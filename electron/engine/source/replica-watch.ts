import { followsWell, identityOf, type ServerIdentity } from '../control/server-facts.ts';
import type { SourceFeed } from '../intake/source-feed.ts';
import type { Clock, Timer } from '../world/clock.ts';
import type { ReplicaChoice } from './replica-choice.ts';

const INTERVAL_MS = 1000;
/** A replica that has lost its primary mostly has it again by then. */
const PATIENCE_MS = 3000;
/** How often a replica is looked for while the primary is read. */
const SEEK_MS = 5000;

export interface ReplicaWatchOptions {
  readonly clock: Clock;
  readonly choice: Pick<ReplicaChoice, 'replica' | 'ask' | 'better' | 'linkedTo'>;
  readonly feed: () => Pick<
    SourceFeed,
    'connected' | 'snapshotPending' | 'replid' | 'receivedOffset' | 'linkedAt' | 'relocated'
  >;
  /** The replica that is read has lost its primary, and nobody else can be read. */
  readonly onAlone: (identity: ServerIdentity) => void;
}

/** Leaves what is read of a shard for another node while the link to it still stands: a replica that is cut off, or the primary. */
export class ReplicaWatch {
  private readonly options: ReplicaWatchOptions;
  private timer: Timer | undefined;
  private stopped = false;
  /** Since when the replica that is read has not been well. */
  private unwellSinceMs: number | undefined;
  private seekAtMs = 0;

  constructor(options: ReplicaWatchOptions) {
    this.options = options;
  }

  start(): void {
    if (this.stopped) return;
    this.timer = this.options.clock.setTimeout(() => void this.look(), INTERVAL_MS);
  }

  stop(): void {
    this.stopped = true;
    this.options.clock.clear(this.timer);
  }

  private async look(): Promise<void> {
    try {
      await this.lookOnce();
    } catch {
      // Whoever cannot be found now is looked for again.
    }
    this.start();
  }

  private async lookOnce(): Promise<void> {
    const { clock, choice, onAlone } = this.options;
    const feed = this.options.feed();
    // A snapshot that is on its way comes from where it was begun.
    if (!feed.connected || feed.snapshotPending) return;
    choice.linkedTo(feed.linkedAt);
    const { replica } = choice;
    let identity: ServerIdentity | undefined;
    if (replica) {
      const info = await choice.ask('server', 'replication', 'persistence');
      identity = info && identityOf(info);
      if (identity && followsWell(identity)) {
        this.unwellSinceMs = undefined;
        return;
      }
      this.unwellSinceMs ??= clock.monotonicMs();
      if (clock.monotonicMs() - this.unwellSinceMs < PATIENCE_MS) return;
    } else {
      if (clock.monotonicMs() < this.seekAtMs) return;
      this.seekAtMs = clock.monotonicMs() + SEEK_MS;
    }
    const { replid, receivedOffset: offset } = feed;
    const to = await choice.better({ replid, offset });
    if (to && !this.stopped && choice.replica === replica && feed.connected && !feed.snapshotPending) {
      this.unwellSinceMs = undefined;
      return feed.relocated(to);
    }
    if (!to && identity) onAlone(identity);
  }
}
