import type { Endpoint } from '../../../../shared/model/endpoint.ts';
import type { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import type { Arena } from '../../arena/arena.ts';
import { CommandOutput } from '../../protocol/resp/command-output.ts';
import type { World } from '../../world/world.ts';
import { allOrNone } from '../all-or-none.ts';
import { TargetConnection } from '../target-connection.ts';
import { NodeLine } from './node-line.ts';
import { SilentNodes } from './silent-nodes.ts';

/** Buffers of what is divided among the lanes; the others of a channel are those of its nodes. */
const STAGE_BUFFERS = 4;

export interface ClusterChannelOptions {
  readonly world: World;
  readonly arena: Arena;
  /** Buffers from `allocateOutputs` that no open connection uses. Where there are too few, more come from the heap. */
  readonly outputs: readonly number[];
  /** The primaries. */
  readonly nodes: readonly Endpoint[];
  /** Replies have come, or bytes have left: there may be room again. */
  readonly onProgress: () => void;
  /** Of the connection to the node with this index, unless the others go on without it (`lose`); then all are given up. */
  readonly onError: (error: LockstepError, node: number) => void;
}

type Receive = (buf: Buffer, from: number, to: number, done: () => void) => void;

/**
 * The data connections to the primaries of a cluster behind one output, which takes commands as a connection to one server does and
 * hands them to whoever divides them. One life, like a connection.
 */
export class ClusterChannel {
  readonly output: CommandOutput;
  readonly lines: readonly NodeLine[];
  /** Gets what is written to `output`; `done` when the bytes may be overwritten. */
  receive: Receive = (_buf, _from, _to, done) => done();
  /** Asked when the connection to a node is gone: whether the others go on without it. */
  lose: (node: number, error: LockstepError) => boolean = () => false;
  /** Nothing may be written any more: the buffers may be another's. */
  closed = false;
  private silent: SilentNodes | undefined;

  private constructor(output: CommandOutput, lines: readonly NodeLine[]) {
    this.output = output;
    this.lines = lines;
  }

  /** Connects to all nodes. @throws LockstepError of the first that fails */
  static async open(options: ClusterChannelOptions, name: string): Promise<ClusterChannel> {
    const { world, arena, outputs, nodes, onProgress, onError } = options;
    const lines = nodes.map(() => new NodeLine());
    let channel: ClusterChannel | undefined = undefined;
    const rest = outputs.slice(STAGE_BUFFERS);
    const each = Math.floor(rest.length / nodes.length);
    const opening = nodes.map(async (endpoint, node) => {
      const replies = lines[node]!;
      const connection = await TargetConnection.open(
        {
          ...{ world, endpoint, arena, replies, onProgress },
          outputs: rest.slice(node * each, (node + 1) * each),
          onError: (error) => {
            if (!channel || channel.closed || !channel.lose(node, error)) onError(error, node);
          },
        },
        name,
      );
      replies.use(connection);
      return connection;
    });
    await allOrNone(opening);
    const stage: CommandOutput = new CommandOutput({
      mem: arena.mem,
      addresses: outputs.slice(0, STAGE_BUFFERS),
      send: (buf, from, to, done) =>
        opened.receive(buf, from, to, () => {
          // Nobody answers for them: who takes them keeps what is needed of them.
          stage.answer(stage.commands - stage.answered);
          done();
        }),
    });
    const opened = new ClusterChannel(stage, lines);
    channel = opened;
    opened.silent = new SilentNodes({
      ...{ world, nodes },
      connectionOf: (node) => (lines[node]!.away ? undefined : lines[node]!.connection),
    });
    return opened;
  }

  /** True while nothing more should be written: what was waits to be divided, or a node has not taken its part. */
  get busy(): boolean {
    return this.output.inFlightBytes > 0 || this.lines.some(({ busy }) => busy);
  }

  /** The ids of the connections on their nodes, in the order of these; undefined where a server does not tell it. */
  get clientIds(): readonly (string | undefined)[] {
    return this.lines.map(({ connection }) => connection.clientId);
  }

  close(): void {
    this.closed = true;
    this.silent?.close();
    for (const { connection } of this.lines) connection.close();
  }
}
