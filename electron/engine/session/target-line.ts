import type { Redis } from 'ioredis';
import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { Arena } from '../arena/arena.ts';
import type { ReplyEvents } from '../protocol/resp/reply-scanner.ts';
import { connectionName, endConnection, endTaskConnections } from '../writer/end-connection.ts';
import { allocateOutputs, TargetConnection } from '../writer/target-connection.ts';
import type { World } from '../world/world.ts';

export interface TargetLineOptions {
  readonly world: World;
  readonly spec: TaskSpec;
  /** Where the target was found when its control connection was opened. */
  readonly at: () => Endpoint;
  readonly arena: Arena;
  readonly onProgress: () => void;
  readonly onError: (error: LockstepError) => void;
}

/** The data connections of a task to its target, one after another, over the same output buffers. */
export class TargetLine {
  private readonly options: TargetLineOptions;
  private readonly outputs: readonly number[];
  private connection: TargetConnection | undefined;
  private lastClientId: string | undefined;

  constructor(options: TargetLineOptions) {
    this.options = options;
    this.outputs = allocateOutputs(options.arena);
  }

  /** Opens a connection instead of the one before. It is the caller's to close until `use`. See EarlyReplies. */
  async open(replies: ReplyEvents, importSource: boolean): Promise<TargetConnection> {
    const { world, spec, at, arena, onProgress, onError } = this.options;
    this.drop();
    const connection = await TargetConnection.open(
      {
        world,
        endpoint: at(),
        arena,
        outputs: this.outputs,
        replies,
        onProgress,
        onError,
        importSource,
      },
      connectionName(spec.task),
    );
    this.lastClientId = connection.clientId;
    return connection;
  }

  use(connection: TargetConnection): void {
    this.connection = connection;
  }

  /** What the last connection still has under way must not come after what is sent again. */
  async endLast(redis: Redis): Promise<void> {
    const { clock } = this.options.world;
    if (this.lastClientId !== undefined) return endConnection(clock, redis, this.lastClientId);
    // A server before 5.0 does not tell the id.
    return endTaskConnections(clock, redis, this.options.spec.task);
  }

  drop(): void {
    this.connection?.close();
    this.connection = undefined;
  }
}
