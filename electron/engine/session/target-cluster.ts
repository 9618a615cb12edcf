import { HOME_SLOT, type ClusterNodes } from '../control/cluster-nodes.ts';
import type { FoundCluster } from '../control/discover-cluster.ts';
import { readInfo } from '../control/info.ts';
import { formatAddress } from '../../../shared/format/address.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { ownerOf } from '../router/topology.ts';
import type { World } from '../world/world.ts';
import type { TargetServers } from './handed-over.ts';
import { KnownCluster } from './known-cluster.ts';

/** The cluster that a target is. */
export class TargetCluster extends KnownCluster {
  /** The node that has what belongs to tasks; while none is known to have it, the one that was given. */
  home: Endpoint;

  /** The process behind each primary, and the history that it writes: another text where one of them was replaced or restarted. */
  processes = '';

  constructor(world: World, given: Endpoint, name: string) {
    super(world, 'target', given, name);
    this.home = given;
  }

  protected override async note(found: FoundCluster): Promise<void> {
    const owner = ownerOf(found.topology, HOME_SLOT);
    const at = owner ? found.endpointOf(owner) : this.given;
    // The same object while it is the same node.
    if (formatAddress(at) !== formatAddress(this.home)) this.home = at;
    this.processes = await this.readProcesses();
  }

  private async readProcesses(): Promise<string> {
    const nodes = await this.nodes.primaries();
    const told = await Promise.all(nodes.map((redis) => readInfo(redis, 'server', 'replication')));
    const { primaries } = this;
    return told
      .map((info, i) => `${primaries[i]!.id} ${info.get('run_id')} ${info.get('master_replid')}`)
      .sort()
      .join(' ');
  }
}

/** The primaries of a cluster, first the one that has what belongs to tasks. @throws LockstepError */
export async function homeFirst(nodes: ClusterNodes): Promise<TargetServers> {
  const home = await nodes.home();
  return [home, ...(await nodes.primaries()).filter((node) => node !== home)];
}
