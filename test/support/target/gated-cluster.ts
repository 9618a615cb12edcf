import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { parseEndpoint } from '../../../shared/model/endpoint.ts';
import { parseAddressRule } from '../../../shared/model/address-map.ts';
import { HOME_SLOT } from '../../../electron/engine/control/cluster-nodes.ts';
import { keySlot } from '../../../electron/engine/router/key-slot.ts';
import { startCluster, type ClusterMember, type ClusterOptions, type TestCluster } from '../cluster.ts';
import { Gate } from '../gate.ts';

/** A cluster, each node of which a task reaches through a gate of its own: shut, it is away for the task alone. */
export class GatedCluster {
  readonly cluster: TestCluster;
  readonly gates: readonly Gate[];

  private constructor(cluster: TestCluster, gates: readonly Gate[]) {
    this.cluster = cluster;
    this.gates = gates;
  }

  static async start(options?: ClusterOptions): Promise<GatedCluster> {
    const cluster = await startCluster(options);
    const gates = await Promise.all(cluster.members.map(({ server }) => Gate.to(server.port)));
    return new GatedCluster(cluster, gates);
  }

  /** As a task is to be given it. */
  get endpoint(): Endpoint {
    const rules = this.cluster.members.map(({ server }, i) =>
      parseAddressRule(`127.0.0.1:${server.port}`, `127.0.0.1:${this.gates[i]!.port}`),
    );
    return { ...parseEndpoint(`redis://127.0.0.1:${this.gates[0]!.port}`), addressMap: rules };
  }

  /** The index of the primary of a slot, of a cluster as it was made. */
  nodeOf(slot: number): number {
    const primaries = this.cluster.members.length;
    return Math.floor((slot * primaries) / 16_384);
  }

  get home(): number {
    return this.nodeOf(HOME_SLOT);
  }

  member(node: number): ClusterMember {
    return this.cluster.members[node]!;
  }

  /** Names that begin so and lie on a node. */
  namesOn(node: number, prefix: string, count: number): string[] {
    const names: string[] = [];
    for (let n = 0; names.length < count; n++) {
      const name = `${prefix}:${n}`;
      if (this.nodeOf(keySlot(Buffer.from(name))) === node) names.push(name);
    }
    return names;
  }

  async stop(): Promise<void> {
    await Promise.all(this.gates.map((gate) => gate.shut()));
    await this.cluster.stop();
  }
}
