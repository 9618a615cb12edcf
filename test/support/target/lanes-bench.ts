import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { parseEndpoint } from '../../../shared/model/endpoint.ts';
import { Arena } from '../../../electron/engine/arena/arena.ts';
import {
  checkpointFields,
  checkpointKey,
  parseCheckpoint,
  type Checkpoint,
} from '../../../electron/engine/checkpoint/checkpoint.ts';
import { CommandTable } from '../../../electron/engine/commands/command-table.ts';
import { CommandRouter } from '../../../electron/engine/router/command-router.ts';
import { keySlot, SLOTS } from '../../../electron/engine/router/key-slot.ts';
import { SlotSet } from '../../../electron/engine/router/slot-set.ts';
import { slotTag } from '../../../electron/engine/router/slot-tag.ts';
import { systemWorld } from '../../../electron/engine/world/system-world.ts';
import type { Damage } from '../../../electron/engine/writer/batch-writer.ts';
import { ClusterChannel } from '../../../electron/engine/writer/script/cluster-channel.ts';
import { LanesWriter, type Crossings } from '../../../electron/engine/writer/script/lanes-writer.ts';
import { allocateOutputs } from '../../../electron/engine/writer/target-connection.ts';
import type { ClusterMember, TestCluster } from '../cluster.ts';
import { checkpointWith } from './checkpoints.ts';

const TASK = 't';
const FENCE = `redis.call('HSET', KEYS[1], 'owner', ARGV[1], 'epoch', ARGV[2]) return redis.call('HGET', KEYS[1], 'offset')`;

interface Lane {
  readonly key: string;
  readonly node: number;
}

/** Where something else is done with commands across lanes in a test. */
export const NO_CROSSINGS: Crossings = {
  cross: () => Promise.reject(new Error('no command across lanes was expected')),
  everyNode: () => Promise.reject(new Error('no command for every node was expected')),
};

/** One run over the lanes of a cluster: a channel, and the writer on it. */
export interface LanesRun {
  readonly channel: ClusterChannel;
  readonly writer: LanesWriter;
  readonly checkpoint: Checkpoint;
  /** What the lanes stood at when it began. */
  readonly offsets: readonly number[];
  readonly committed: Checkpoint[];
  /** What all lanes had each time. */
  readonly whole: Checkpoint[];
  readonly errors: { readonly error: LockstepError; readonly damage: Damage }[];
}

/** The lanes of a task on a real cluster, which one run after another takes over. */
export class LanesBench {
  readonly lanes: readonly Lane[];
  readonly nodes: readonly ClusterMember[];
  readonly laneOfSlot = new Int16Array(SLOTS).fill(-1);
  private readonly arena = new Arena(16 * 1024 * 1024);
  private readonly outputs = allocateOutputs(this.arena, 14);
  private readonly table = new CommandTable([]);
  private epoch = 1;
  crossings: Crossings = NO_CROSSINGS;
  onProgress: () => void = () => {};
  /** Whether the others are to go on without a node. */
  onAway: (node: number) => boolean = () => false;

  private constructor(nodes: readonly ClusterMember[], lanesOfEach: number) {
    this.nodes = nodes;
    const count = nodes.length * lanesOfEach;
    this.lanes = Array.from({ length: count }, (_, lane) => {
      const [first, end] = [lane, lane + 1].map((n) => Math.floor((n * SLOTS) / count)) as [number, number];
      this.laneOfSlot.fill(lane, first, end);
      return { key: `lockstep:{${slotTag(first)}}:lane:${TASK}`, node: Math.floor(lane / lanesOfEach) };
    });
  }

  /** Writes the lanes, all at this offset. */
  static async create(cluster: TestCluster, lanesOfEach: number, offset: number): Promise<LanesBench> {
    const bench = new LanesBench(cluster.members, lanesOfEach);
    for (const { key, node } of bench.lanes)
      await bench.nodes[node]!.client.hset(key, { owner: '', epoch: '0', offset: String(offset) });
    return bench;
  }

  get home(): number {
    return this.lanes[this.laneOfSlot[keySlot(Buffer.from(checkpointKey(TASK)))]!]!.node;
  }

  /** The node that a lane is on. */
  nodeOf(lane: number): ClusterMember {
    return this.nodes[this.lanes[lane]!.node]!;
  }

  async offsets(): Promise<number[]> {
    return Promise.all(
      this.lanes.map(async ({ key }, lane) => Number(await this.nodeOf(lane).client.hget(key, 'offset'))),
    );
  }

  async main(): Promise<Checkpoint> {
    const hash = await this.nodes[this.home]!.client.hgetall(checkpointKey(TASK));
    return parseCheckpoint(hash)!;
  }

  /** A run that takes the lanes over from the one before. */
  async begin(): Promise<LanesRun> {
    const owner = `run-${++this.epoch}`;
    const offsets = await Promise.all(
      this.lanes.map(async ({ key }, lane) =>
        Number(await this.nodeOf(lane).client.eval(FENCE, 1, key, owner, String(this.epoch))),
      ),
    );
    const offset = Math.min(...offsets);
    const checkpoint = checkpointWith({ owner, epoch: this.epoch, offset });
    await this.nodes[this.home]!.client.hset(checkpointKey(TASK), ...checkpointFields(checkpoint));
    const errors: LanesRun['errors'] = [];
    const committed: Checkpoint[] = [];
    const whole: Checkpoint[] = [];
    const onProgress = (): void => this.onProgress();
    const channel = await ClusterChannel.open(
      {
        ...{ world: systemWorld, arena: this.arena, outputs: this.outputs, onProgress },
        nodes: this.nodes.map(({ server }) => parseEndpoint(server.url)),
        onError: (error) => {
          errors.push({ error, damage: 'none' });
          onProgress();
        },
      },
      'lockstep:t',
    );
    const writer = new LanesWriter(
      {
        task: TASK,
        channel,
        lanes: this.lanes.map((lane, i) => ({
          ...{ ...lane, offset: offsets[i]! },
          slots: SlotSet.where((slot) => this.laneOfSlot[slot] === i),
        })),
        router: new CommandRouter(this.table, this.laneOfSlot),
        crossings: this.crossings,
        home: this.home,
        onProgress,
        onCommitted: (one, all) => {
          committed.push(one);
          whole.push(all);
        },
        onAway: (node) => this.onAway(node),
        onError: (error, damage) => {
          errors.push({ error, damage });
          onProgress();
        },
      },
      checkpoint,
    );
    writer.start();
    return { channel, writer, checkpoint, offsets, committed, whole, errors };
  }
}

/** Writes whole commands into the writer's output, as they stand in the stream from this offset on. */
export function writeRun(
  { channel, writer }: LanesRun,
  offset: number,
  bytes: Buffer,
  commands: number,
): void {
  writer.prepare(0);
  writer.places.run(offset);
  writeBytes(channel, bytes, commands);
}

/** Writes commands for which `places` has been told. */
export function writeBytes({ output }: ClusterChannel, bytes: Buffer, commands: number): void {
  output.reserve(Math.min(bytes.length, 256 * 1024));
  output.beginMany(commands);
  output.copy(bytes, 0, bytes.length);
}
