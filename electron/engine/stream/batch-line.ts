import { keepsExpired } from '../../../shared/model/expiry-machine.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import { laneKey } from '../checkpoint/lane-index.ts';
import type { OwnedLanes } from '../checkpoint/lanes.ts';
import { HOME_SLOT } from '../control/cluster-nodes.ts';
import { NO_REPLIES, type ReplyEvents } from '../protocol/resp/reply-scanner.ts';
import type { LaneStanding } from '../metrics/lane-meter.ts';
import { CommandRouter } from '../router/command-router.ts';
import { SLOTS } from '../router/key-slot.ts';
import { SlotSet } from '../router/slot-set.ts';
import type { Judgement } from '../writer/batch-judge.ts';
import type { BatchEvents, BatchWriter } from '../writer/batch-writer.ts';
import { ExecWriter } from '../writer/exec-writer.ts';
import { ClusterCrossings } from '../writer/script/cluster-crossings.ts';
import { codedCrossings } from '../writer/script/coded-crossings.ts';
import type { FailedCommand } from '../writer/script/failed-command.ts';
import { LanesWriter, type LaneStart } from '../writer/script/lanes-writer.ts';
import type { StreamLine } from './stream-line.ts';
import type { TargetCluster } from '../target/target-cluster.ts';
import type { TargetGround } from '../target/target-ground.ts';

/** A way to the target, and what writes the stream over it. */
export interface BatchLine {
  readonly line: StreamLine & { close(): void };
  makeWriter(events: BatchEvents): BatchWriter;
  /** Who takes the replies from here on. */
  hear(replies: ReplyEvents): void;
  /** See LanesWriter. */
  heldUpBy(): string | undefined;
  failedCommand(): FailedCommand | undefined;
  /** How far each node is, in the order of their slots; none where the target is one server. */
  standing(): readonly LaneStanding[];
}

/** One connection, over which batches and their checkpoint are run by EXEC. @throws LockstepError */
export async function openExecLine(
  { line, spec }: TargetGround,
  checkpoint: Checkpoint,
  judgement: Judgement,
): Promise<BatchLine> {
  const { task } = spec;
  const connection = await line.open(NO_REPLIES, keepsExpired(checkpoint.expiry));
  return {
    line: connection,
    makeWriter: (events) => new ExecWriter({ task, connection, judgement, ...events }, checkpoint),
    hear: (replies) => (connection.replies = replies),
    heldUpBy: () => undefined,
    failedCommand: () => undefined,
    standing: () => [],
  };
}

/** A connection to each node of a cluster, over which each lane has its own batches. @throws LockstepError */
export async function openLanesLine(
  { line, spec, servers, databases }: TargetGround,
  cluster: TargetCluster,
  checkpoint: Checkpoint,
  { lanes }: OwnedLanes,
  onProgress: () => void,
): Promise<BatchLine> {
  const { task } = spec;
  const { nodes, primaries } = cluster;
  const { shardOfSlot } = nodes.topology;
  const { generation } = checkpoint.lanes!;
  const laneOfSlot = new Int16Array(SLOTS).fill(-1);
  const starts = lanes.map(({ lane: { tag, slots }, offset }, number): LaneStart => {
    for (const { first, last } of slots) laneOfSlot.fill(number, first, last + 1);
    const node = shardOfSlot[slots[0]!.first]!;
    return { key: laneKey(task, { generation, tag }), node, offset, slots: SlotSet.of(slots) };
  });
  const withLanes = nodesWith(primaries, lanes, starts);
  const channel = await line.openChannel();
  let writer: LanesWriter | undefined;
  return {
    line: channel,
    makeWriter: (events) =>
      (writer = new LanesWriter(
        {
          ...{ task, channel, lanes: starts, onProgress, ...events },
          router: new CommandRouter(servers.table, laneOfSlot),
          crossings: codedCrossings(
            new ClusterCrossings({
              nodes,
              lanes: starts.map(({ key }) => key),
              owner: checkpoint.owner,
              task,
              databases,
              keptSlots: checkpoint.keptSlots,
            }),
            servers.at.target,
          ),
          home: shardOfSlot[HOME_SLOT]!,
        },
        checkpoint,
      )),
    hear: () => undefined,
    heldUpBy: () => writer?.heldUpBy,
    failedCommand: () => writer?.failedCommand,
    standing: () => (writer ? standingOf(withLanes, writer) : []),
  };
}

interface NodeLanes {
  /** `host:port` */
  readonly at: string;
  readonly slots: SlotSet;
  /** The numbers of its lanes. */
  readonly lanes: readonly number[];
}

/** The nodes that have any of the lanes, which stay where they are for as long as the line stands. */
const nodesWith = (
  primaries: TargetCluster['primaries'],
  lanes: OwnedLanes['lanes'],
  starts: readonly LaneStart[],
): NodeLanes[] =>
  primaries.flatMap(({ endpoint }, node) => {
    const here = starts.flatMap((start, i) => (start.node === node ? [i] : []));
    if (here.length === 0) return [];
    const slots = SlotSet.of(here.flatMap((i) => lanes[i]!.lane.slots));
    return [{ at: describeEndpoint(endpoint), slots, lanes: here }];
  });

/** A node may have several lanes, of which the one that is furthest behind counts. */
const standingOf = (nodes: readonly NodeLanes[], { offsets, commands }: LanesWriter): LaneStanding[] =>
  nodes.map(({ at, slots, lanes }) => ({
    ...{ at, slots },
    offset: Math.min(...lanes.map((i) => offsets[i]!)),
    commands: lanes.reduce((sum, i) => sum + commands[i]!, 0),
  }));
