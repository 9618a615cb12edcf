import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { SourceFeed } from '../intake/source-feed.ts';
import type { World } from '../world/world.ts';
import { ReplicaChoice } from '../source/replica-choice.ts';
import { ReplicaWatch } from '../source/replica-watch.ts';
import type { Sampler } from './sampler.ts';
import type { Servers } from '../target/servers.ts';
import type { ShardSource } from '../source/source-cluster.ts';
import type { TaskEvents } from '../events/task-events.ts';

export interface ReplicaReadingOptions {
  readonly world: World;
  readonly shard: ShardSource;
  readonly servers: Servers;
  readonly events: TaskEvents;
  readonly feed: () => SourceFeed;
  readonly sampler: () => Sampler;
}

/** How a shard is read by way of its replicas, for one run of its part. */
export class ReplicaReading {
  private readonly watching: ReplicaWatch;
  readonly choice: ReplicaChoice;

  constructor({ world, shard, servers, events, feed, sampler }: ReplicaReadingOptions) {
    this.choice = new ReplicaChoice({ world, shard, events, primary: () => servers.openSource() });
    this.watching = new ReplicaWatch({
      clock: world.clock,
      choice: this.choice,
      feed,
      onAlone: (identity) => sampler().alone(identity),
    });
  }

  /** Undefined where the primary is to be read, or the source is no shard of a cluster. */
  static of(
    { readFrom }: Pick<TaskSpec, 'readFrom'>,
    shard: ShardSource | undefined,
    options: Omit<ReplicaReadingOptions, 'shard'>,
  ): ReplicaReading | undefined {
    return shard && readFrom === 'replicas' ? new ReplicaReading({ ...options, shard }) : undefined;
  }

  /** The primary is another node now: the link to it is left, but not one to a replica, which follows the next primary by itself. */
  get staysLinked(): boolean {
    return this.choice.replica !== undefined;
  }

  watch(): void {
    this.watching.start();
  }

  close(): void {
    this.watching.stop();
    this.choice.close();
  }
}
