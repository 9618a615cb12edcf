import type { Redis } from 'ioredis';
import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { Arena } from '../arena/arena.ts';
import { NO_REPLIES, type ReplyEvents } from '../protocol/resp/reply-scanner.ts';
import { OUTPUT_BYTES } from '../protocol/resp/command-output.ts';
import { allOrNone } from '../writer/all-or-none.ts';
import { CopyLines } from '../writer/copy/copy-lines.ts';
import { ClusterChannel } from '../writer/script/cluster-channel.ts';
import type { MemoryShare } from '../pacing/memory-share.ts';
import type { TargetCluster } from './target-cluster.ts';
import { connectionName, endConnection, endTaskConnections } from '../writer/end-connection.ts';
import { allocateOutputs, TargetConnection } from '../writer/target-connection.ts';
import type { World } from '../world/world.ts';

export interface TargetLineOptions {
  readonly world: World;
  readonly spec: TaskSpec;
  /** Where the target was found when its control connection was opened. */
  readonly at: () => Endpoint;
  /** See Servers. */
  readonly cluster: () => TargetCluster | undefined;
  readonly arena: Arena;
  readonly memory: Pick<MemoryShare, 'outputs' | 'nodeOutputs'>;
  readonly makeArena: (bytes: number) => Arena;
  readonly onProgress: () => void;
  readonly onError: (error: LockstepError) => void;
}

/** Output buffers of what is divided among the nodes; what is in flight beside these and their own comes from the heap. */
const STAGE_OUTPUTS = 4;

interface Memory {
  readonly arena: Arena;
  readonly outputs: readonly number[];
}

/** The data connections of a task to its target, one after another, over the same output buffers. */
export class TargetLine {
  private readonly options: TargetLineOptions;
  private readonly outputs: readonly number[];
  private connection: { close(): void } | undefined;
  private nodeMemory: Memory | undefined;
  private lastClientId: string | undefined;

  constructor(options: TargetLineOptions) {
    this.options = options;
    this.outputs = allocateOutputs(options.arena, options.memory.outputs);
  }

  /** Opens a connection instead of the one before. It is the caller's to close until `use`. See EarlyReplies. */
  async open(replies: ReplyEvents, importSource: boolean): Promise<TargetConnection> {
    const { at, arena } = this.options;
    this.drop();
    const connection = await this.connect(at(), { arena, outputs: this.outputs }, replies, importSource);
    this.lastClientId = connection.clientId;
    return connection;
  }

  /** For a full copy: one, or one to each node of a cluster. They are the caller's to close until `use`. */
  async openCopy(importSource: boolean): Promise<CopyLines> {
    const cluster = this.options.cluster();
    if (!cluster) return CopyLines.sole(await this.open(NO_REPLIES, importSource));
    const { shardOfSlot } = cluster.topology!;
    return new CopyLines(await this.openNodes(), (slot) => shardOfSlot[slot]!);
  }

  /** For the stream: to each primary of the cluster, in the order of its shards. It is the caller's to close until `use`. */
  openChannel(): Promise<ClusterChannel> {
    const { world, spec, onProgress, onError } = this.options;
    this.drop();
    const nodes = this.options.cluster()!.primaries.map(({ endpoint }) => endpoint);
    const options = { world, ...this.clusterMemory(nodes.length), nodes, onProgress, onError };
    return ClusterChannel.open(options, connectionName(spec.task));
  }

  /** One to each primary of the cluster, in the order of its shards. They are the caller's to close until `use`. */
  private openNodes(): Promise<TargetConnection[]> {
    this.drop();
    const { primaries } = this.options.cluster()!;
    const { arena, outputs } = this.clusterMemory(primaries.length);
    const { nodeOutputs } = this.options.memory;
    const opening = primaries.map(({ endpoint }, i) => {
      const own = outputs.slice(STAGE_OUTPUTS + i * nodeOutputs, STAGE_OUTPUTS + (i + 1) * nodeOutputs);
      return this.connect(endpoint, { arena, outputs: own }, NO_REPLIES, false);
    });
    return allOrNone(opening);
  }

  private connect(
    endpoint: Endpoint,
    memory: Memory,
    replies: ReplyEvents,
    importSource: boolean,
  ): Promise<TargetConnection> {
    const { world, spec, onProgress, onError } = this.options;
    return TargetConnection.open(
      { world, endpoint, ...memory, replies, onProgress, onError, importSource },
      connectionName(spec.task),
    );
  }

  /** Nothing is under way any more when it is asked for. */
  private clusterMemory(nodes: number): Memory {
    const wanted = STAGE_OUTPUTS + this.options.memory.nodeOutputs * nodes;
    if (!this.nodeMemory || this.nodeMemory.outputs.length < wanted) {
      const arena = this.options.makeArena(wanted * OUTPUT_BYTES);
      const outputs = Array.from({ length: wanted }, () => arena.allocate(OUTPUT_BYTES));
      this.nodeMemory = { arena, outputs };
    }
    return this.nodeMemory;
  }

  use(connection: { close(): void }): void {
    this.connection = connection;
  }

  /** What the last connection still has under way must not come after what is sent again. */
  async endLast(redis: Redis): Promise<void> {
    const { clock } = this.options.world;
    if (this.lastClientId !== undefined) return endConnection(clock, redis, this.lastClientId);
    // A server before 5.0 does not tell the id.
    return endTaskConnections(clock, [redis], this.options.spec.task);
  }

  drop(): void {
    this.connection?.close();
    this.connection = undefined;
  }
}
