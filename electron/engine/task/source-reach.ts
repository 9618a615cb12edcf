import { describeReach } from '../../../shared/format/backlog-words.ts';
import { readInfo } from '../control/info.ts';
import { identityOf, partsAt } from '../control/server-facts.ts';
import type { ShownPhase } from '../events/shown-phase.ts';
import type { TaskLog } from '../events/task-log.ts';
import type { StreamPosition } from '../intake/stream-position.ts';
import type { Servers } from '../target/servers.ts';
import { backlogReach, reachesBack } from '../watch/backlog-reach.ts';
import type { ReplicaReading } from './replica-reading.ts';
import type { Sampler } from './sampler.ts';
import type { TargetSide } from './target-side.ts';

export interface SourceReachOptions {
  readonly servers: Servers;
  readonly replicas: ReplicaReading | undefined;
  readonly events: ShownPhase;
  readonly log: TaskLog;
  readonly sampler: () => Sampler;
  readonly target: () => TargetSide;
}

/** From where on the source can still send its stream, as it tells itself. */
export class SourceReach {
  private readonly options: SourceReachOptions;

  constructor(options: SourceReachOptions) {
    this.options = options;
  }

  /** What the source tells of itself; undefined where it cannot be asked. */
  async ask(sections: readonly string[]): Promise<ReadonlyMap<string, string> | undefined> {
    try {
      return await readInfo(await this.options.servers.openSource(), ...sections);
    } catch {
      return undefined;
    }
  }

  /**
   * After a failover by hand the old primary serves on for a while, and what it sends until we leave it (at least the greetings
   * that Sentinels publish there) its successor never had. Where that changed nothing on the target, the stream goes on from
   * where the two parted, instead of a full copy.
   */
  async rejoin(from: StreamPosition): Promise<StreamPosition> {
    const info = await this.ask(['replication']);
    const fork = info && partsAt(identityOf(info), from.replid);
    if (fork === undefined || fork >= from.offset) return from;
    const to = await this.options.target().stepBack(fork);
    return to ?? from;
  }

  /** Before the source is asked to go on: a snapshot costs it something, and what it leads to had better be known by then. */
  async tellReach(position: StreamPosition): Promise<void> {
    const { replicas, log, events } = this.options;
    // Where the source cannot be asked, its answer to PSYNC tells.
    const reached = await (replicas?.choice.reach(position) ?? this.sourceReaches(position)).catch(
      () => undefined,
    );
    if (reached !== false) return log.goingOn(position.offset);
    events.warning(
      `The source no longer holds what follows offset ${position.offset}: a new full copy will be made. What the target holds stays as it is until the snapshot is here whole; then each key is replaced, and those that the source no longer has are removed`,
    );
  }

  private async sourceReaches(position: StreamPosition): Promise<boolean | undefined> {
    return reachesBack(await readInfo(await this.options.servers.openSource(), 'replication'), position);
  }

  async tellResumable(): Promise<void> {
    const { servers, sampler, events } = this.options;
    const redis = servers.source;
    if (!redis) return;
    try {
      const reach = backlogReach(await readInfo(redis, 'replication'), sampler().sourceBytesPerSecond);
      if (reach) events.info(describeReach(reach));
    } catch {
      // It has gone away meanwhile; that is told elsewhere when it matters.
    }
  }
}
