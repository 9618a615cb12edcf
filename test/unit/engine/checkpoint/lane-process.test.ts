import { expect, it } from 'vitest';
import { stillRuns } from '../../../../electron/engine/checkpoint/lane-process.ts';
import type { SlotNodes } from '../../../../electron/engine/control/cluster-nodes.ts';
import type { ClusterNode } from '../../../../electron/engine/router/cluster-node.ts';

/** A cluster with this node, whose process is `p`. */
const clusterWith = (node: Partial<ClusterNode>): SlotNodes =>
  ({
    topology: { nodes: [{ id: 'n', role: 'primary', health: 'well', ...node }] },
    onNode: async () => ({ info: async () => 'run_id:p' }),
  }) as unknown as SlotNodes;

it.each([
  ['is the process it was', {}, 'n p', true],
  ['has begun anew', {}, 'n q', false],
  ['follows another by now', { role: 'replica' }, 'n p', false],
  ['has failed', { health: 'failed' }, 'n p', false],
  ['is suspected by one', { health: 'suspected' }, 'n p', true],
  ['was taken out of the cluster', {}, 'other p', true],
] as const)('a node that %s', async (_, node, process, runs) => {
  expect(await stillRuns(clusterWith(node), process)).toBe(runs);
});
