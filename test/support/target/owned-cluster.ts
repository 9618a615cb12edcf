import { claimCheckpoint } from '../../../electron/engine/checkpoint/claim.ts';
import type { Checkpoint } from '../../../electron/engine/checkpoint/checkpoint.ts';
import type { LanePosition } from '../../../electron/engine/checkpoint/lane-plan.ts';
import { createLanes, type LaneGround, type OwnedLanes } from '../../../electron/engine/checkpoint/lanes.ts';
import { ClusterNodes, type SlotNodes } from '../../../electron/engine/control/cluster-nodes.ts';
import { discoverCluster } from '../../../electron/engine/control/discover-cluster.ts';
import { systemWorld } from '../../../electron/engine/world/system-world.ts';
import { connectionName } from '../../../electron/engine/writer/end-connection.ts';
import { parseEndpoint } from '../../../shared/model/endpoint.ts';
import type { ClusterMember, TestCluster } from '../cluster.ts';
import { checkpointWith } from './checkpoints.ts';

/** A test cluster as a run of one task finds and owns it. */
export class OwnedCluster {
  readonly task: string;
  private readonly cluster: TestCluster;
  private opened: ClusterNodes[] = [];

  constructor(cluster: TestCluster, task: string) {
    this.cluster = cluster;
    this.task = task;
  }

  /** As it is found now. `clear` closes its connections. */
  async look(): Promise<ClusterNodes> {
    const found = await discoverCluster(systemWorld, 'target', parseEndpoint(this.cluster.url));
    const nodes = new ClusterNodes(systemWorld, 'target', found, connectionName(this.task));
    this.opened.push(nodes);
    return nodes;
  }

  async claim(nodes: SlotNodes, owner: string, some: Partial<Checkpoint> = {}): Promise<Checkpoint> {
    const first = checkpointWith({ epoch: 0, ...some });
    return claimCheckpoint(await nodes.home(), this.task, owner, (present) => present ?? first);
  }

  /** Claimed, with one lane a primary. */
  async begin(
    position: LanePosition,
    owner = 'run-1',
    some: Partial<Checkpoint> = {},
  ): Promise<LaneGround & OwnedLanes> {
    const nodes = await this.look();
    const ground = { nodes, task: this.task, checkpoint: await this.claim(nodes, owner, some) };
    return { ...ground, ...(await createLanes(ground, position)) };
  }

  async primaries(): Promise<readonly ClusterMember[]> {
    const { members } = this.cluster;
    const roles = await Promise.all(members.map(({ client }) => client.call('ROLE')));
    return members.filter((_, i) => (roles[i] as unknown[])[0] === 'master');
  }

  /** Closes the connections of all that was found. */
  close(): void {
    for (const nodes of this.opened) nodes.close();
    this.opened = [];
  }

  async clear(): Promise<void> {
    this.close();
    for (const { client } of await this.primaries()) await client.flushall();
  }
}
