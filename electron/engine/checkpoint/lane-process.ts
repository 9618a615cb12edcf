import { onChange } from '../control/cluster-change.ts';
import type { SlotNodes } from '../control/cluster-nodes.ts';
import { readInfo } from '../control/info.ts';
import type { ClusterNode } from '../router/cluster-node.ts';
import { ownerOf } from '../router/topology.ts';
import { laneSlot, type Lane } from './lane-index.ts';

/**
 * The ids of a node and of its process, as a lane's checkpoint keeps them of where all of its slots lay last. A lane goes back together
 * with the data of its node; one of which a part has moved away meanwhile does not, and no offset says how far its parts are then.
 */
export type LaneProcess = string;

/** That of the node which has a lane's checkpoint. @throws LockstepError */
export async function processOf({ nodes, lane }: { nodes: SlotNodes; lane: Lane }): Promise<LaneProcess> {
  const slot = laneSlot(lane);
  const redis = await nodes.onSlot(slot);
  const info = await onChange(() => readInfo(redis, 'server'));
  return formatProcess(ownerOf(nodes.topology, slot)!, info.get('run_id') ?? '');
}

/** Whether that node has not gone back since, as far as anybody can tell: it is not another process, and nobody has taken its place. */
export async function stillRuns(nodes: SlotNodes, process: LaneProcess): Promise<boolean> {
  const [id] = process.split(' ');
  const node = nodes.topology.nodes.find((one) => one.id === id);
  // A node that is taken out of a cluster had given all of its slots away before.
  if (!node) return true;
  if (node.role !== 'primary' || node.health === 'failed' || node.health === 'lost') return false;
  const redis = await nodes.onNode(node);
  const info = await onChange(() => readInfo(redis, 'server'));
  return formatProcess(node, info.get('run_id') ?? '') === process;
}

const formatProcess = ({ id }: ClusterNode, runId: string): LaneProcess => `${id} ${runId}`;
