import { DatabaseChoice } from '../../../electron/engine/commands/database-choice.ts';
import { CommandTable } from '../../../electron/engine/commands/command-table.ts';
import type { Words } from '../../../electron/engine/commands/command-row.ts';
import { CommandReader } from '../../../electron/engine/protocol/resp/command-reader.ts';
import { CommandRouter, ROUTE } from '../../../electron/engine/router/command-router.ts';
import { keySlot, SLOTS } from '../../../electron/engine/router/key-slot.ts';
import { slotTag } from '../../../electron/engine/router/slot-tag.ts';
import { ClusterNodes } from '../../../electron/engine/control/cluster-nodes.ts';
import { discoverCluster } from '../../../electron/engine/control/discover-cluster.ts';
import { systemWorld } from '../../../electron/engine/world/system-world.ts';
import { ClusterCrossings } from '../../../electron/engine/writer/script/cluster-crossings.ts';
import type { StandingLanes } from '../../../electron/engine/writer/script/crossing.ts';
import { parseEndpoint } from '../../../shared/model/endpoint.ts';
import { runInLane } from '../../../electron/engine/writer/script/run-in-lane.ts';
import type { ClusterMember, TestCluster } from '../cluster.ts';
import type { StreamedCommand } from './stream-tap.ts';

const OWNER = 'a'.repeat(32);
const EPOCH = 7;
const WORDS_DROPPED = /^(ping|replconf|select|multi|exec)$/i;

/** The run ends here, as if its process had been killed. */
export class Killed extends Error {}

interface BenchLane {
  readonly key: string;
  readonly member: ClusterMember;
}

/** The lanes of a real cluster: one a node, and the first node has two of them. */
export class LaneBench implements StandingLanes {
  readonly lanes: readonly BenchLane[];
  readonly laneOfSlot = new Int16Array(SLOTS);
  readonly router: CommandRouter;
  readonly #reader = new CommandReader();
  readonly #nodes: ClusterNodes;
  readonly #crossings: ClusterCrossings;
  /** By lane, as it was when the run began, and as the nodes have answered since. */
  #offsets: number[] = [];
  /** Steps of nodes that are still done before the run is killed. */
  stepsLeft = Infinity;

  static async of(cluster: TestCluster): Promise<LaneBench> {
    const found = await discoverCluster(systemWorld, 'target', parseEndpoint(cluster.url));
    return new LaneBench(cluster, new ClusterNodes(systemWorld, 'target', found, 'lockstep:bench'));
  }

  private constructor({ members }: TestCluster, nodes: ClusterNodes) {
    this.#nodes = nodes;
    const third = (n: number): number => Math.floor((n * SLOTS) / 3);
    const firsts = [0, third(1), third(2), Math.floor(third(1) / 2)];
    for (let slot = 0; slot < SLOTS; slot++)
      this.laneOfSlot[slot] = slot < firsts[3]! ? 0 : slot < firsts[1]! ? 3 : slot < firsts[2]! ? 1 : 2;
    this.lanes = firsts.map((first, i) => ({
      key: `lockstep:{${slotTag(first)}}:lane:bench`,
      member: members[i % 3]!,
    }));
    this.router = new CommandRouter(new CommandTable([]), this.laneOfSlot);
    this.#crossings = new ClusterCrossings({
      nodes,
      lanes: this.lanes.map(({ key }) => key),
      owner: OWNER,
      task: 't',
      databases: new DatabaseChoice(undefined),
    });
  }

  close(): void {
    this.#nodes.close();
  }

  laneOf(key: string): number {
    return this.laneOfSlot[keySlot(Buffer.from(key))]!;
  }

  async start(offset: number): Promise<void> {
    for (const { key, member } of this.lanes)
      await member.client.hset(key, { owner: OWNER, epoch: EPOCH, offset });
    await this.resume();
  }

  /** A new run finds the lanes as they stand. */
  async resume(): Promise<void> {
    this.stepsLeft = Infinity;
    this.#offsets = await Promise.all(
      this.lanes.map(async ({ key, member }) => Number(await member.client.hget(key, 'offset'))),
    );
  }

  /** Applies what a lane does not have yet. @throws Killed */
  async apply(stream: readonly StreamedCommand[]): Promise<void> {
    for (const { bytes, endOffset } of stream) await this.#applyOne(bytes, endOffset);
  }

  offsetOf(lane: number): number {
    return this.#offsets[lane]!;
  }

  async run(lane: number, commands: readonly Words[], endOffset: number): Promise<void> {
    if (this.stepsLeft === 0) throw new Killed('killed');
    this.stepsLeft -= 1;
    const { key, member } = this.lanes[lane]!;
    await runInLane(member.client, {
      key,
      owner: OWNER,
      epoch: EPOCH,
      expected: this.#offsets[lane]!,
      end: endOffset,
      commands: commands.map((words) => ({ words, end: endOffset })),
    });
    this.#offsets[lane] = endOffset;
  }

  async #applyOne(bytes: Buffer, endOffset: number): Promise<void> {
    const reader = this.#reader;
    reader.read(bytes, 0, bytes.length);
    const words = Array.from({ length: reader.count }, (_, i) =>
      Buffer.from(bytes.subarray(reader.from[i]!, reader.to[i]!)),
    );
    if (WORDS_DROPPED.test(String(words[0]))) return;
    const route = this.router.route(bytes, reader);
    if (route === ROUTE.CROSSING)
      return this.#crossings.cross({ ...this.router.crossing!, db: 0 }, endOffset, this);
    if (route === ROUTE.EVERY_NODE) {
      const passed = this.lanes.every((_, lane) => this.offsetOf(lane) >= endOffset);
      return passed
        ? undefined
        : this.#crossings.everyNode({ words: this.router.words, db: 0 }, endOffset, this);
    }
    const parts = route >= 0 ? [{ lane: route, words }] : this.router.parts;
    for (const lane of new Set(parts.map((part) => part.lane)))
      if (this.offsetOf(lane) < endOffset)
        await this.run(
          lane,
          parts.filter((part) => part.lane === lane).map((part) => part.words),
          endOffset,
        );
  }
}
