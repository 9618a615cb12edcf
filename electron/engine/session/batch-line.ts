import { keepsExpired } from '../../../shared/model/expiry-machine.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { laneKey } from '../checkpoint/lane-index.ts';
import type { OwnedLanes } from '../checkpoint/lanes.ts';
import { HOME_SLOT } from '../control/cluster-nodes.ts';
import type { ReplyEvents } from '../protocol/resp/reply-scanner.ts';
import { CommandRouter } from '../router/command-router.ts';
import { SLOTS } from '../router/key-slot.ts';
import type { Judgement } from '../writer/batch-judge.ts';
import type { BatchEvents, BatchWriter } from '../writer/batch-writer.ts';
import { ExecWriter } from '../writer/exec-writer.ts';
import { ClusterCrossings } from '../writer/script/cluster-crossings.ts';
import { LanesWriter, type LaneStart } from '../writer/script/lanes-writer.ts';
import type { StreamLine } from './stream-run.ts';
import type { TargetCluster } from './target-cluster.ts';
import type { TargetGround } from './target-ground.ts';

const NO_REPLIES: ReplyEvents = { reply: () => undefined, error: () => undefined };

/** A way to the target, and what writes the stream over it. */
export interface BatchLine {
  readonly line: StreamLine & { close(): void };
  makeWriter(events: BatchEvents): BatchWriter;
  /** Who takes the replies from here on. */
  hear(replies: ReplyEvents): void;
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
  };
}

/** A connection to each node of a cluster, over which each lane has its own batches. @throws LockstepError */
export async function openLanesLine(
  { line, spec, servers }: TargetGround,
  cluster: TargetCluster,
  checkpoint: Checkpoint,
  { lanes }: OwnedLanes,
  onProgress: () => void,
): Promise<BatchLine> {
  const { task } = spec;
  const { nodes } = cluster;
  const { shardOfSlot } = nodes.topology;
  const { generation } = checkpoint.lanes!;
  const laneOfSlot = new Int16Array(SLOTS).fill(-1);
  const starts = lanes.map(({ lane: { tag, slots }, offset }, number): LaneStart => {
    for (const { first, last } of slots) laneOfSlot.fill(number, first, last + 1);
    return { key: laneKey(task, { generation, tag }), node: shardOfSlot[slots[0]!.first]!, offset };
  });
  const channel = await line.openChannel();
  return {
    line: channel,
    makeWriter: (events) =>
      new LanesWriter(
        {
          ...{ task, channel, lanes: starts, onProgress, ...events },
          router: new CommandRouter(servers.table, laneOfSlot),
          crossings: new ClusterCrossings({
            nodes,
            lanes: starts.map(({ key }) => key),
            owner: checkpoint.owner,
          }),
          home: shardOfSlot[HOME_SLOT]!,
        },
        checkpoint,
      ),
    hear: () => undefined,
  };
}
