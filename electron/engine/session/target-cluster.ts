import { ClusterNodes, HOME_SLOT } from '../control/cluster-nodes.ts';
import { discoverCluster, type FoundCluster } from '../control/discover-cluster.ts';
import { readInfo } from '../control/info.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import { formatAddress } from '../../../shared/format/address.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { ownerOf } from '../router/topology.ts';
import type { TargetServers } from './handed-over.ts';
import type { World } from '../world/world.ts';

/** The cluster that a target is, as it was found last; found anew by whichever of its nodes still answers. */
export class TargetCluster {
  private readonly world: World;
  private readonly given: Endpoint;
  private readonly name: string;
  private looking: Promise<FoundCluster> | undefined;
  private found: FoundCluster | undefined;
  private opened: ClusterNodes | undefined;

  /** The node that has what belongs to tasks; while none is known to have it, the one that was given. */
  home: Endpoint;

  /** `name`: what the nodes list our connections under. */
  constructor(world: World, given: Endpoint, name: string) {
    this.world = world;
    this.given = given;
    this.name = name;
    this.home = given;
  }

  /** The process behind each primary, and the history that it writes: another text where one of them was replaced or restarted. */
  processes = '';

  /** Several that look at once see the same. @throws LockstepError when no node of it can be asked */
  look(): Promise<FoundCluster> {
    this.looking ??= this.ask().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  /** Which node has what belongs to tasks. The same object while it is the same node. */
  private noteHome(found: FoundCluster): void {
    const owner = ownerOf(found.topology, HOME_SLOT);
    const at = owner ? found.endpointOf(owner) : this.given;
    if (formatAddress(at) !== formatAddress(this.home)) this.home = at;
  }

  /** Of what was found last. */
  get topology(): FoundCluster['topology'] | undefined {
    return this.found?.topology;
  }

  /** Each primary that has slots, and how it is opened. */
  get primaries(): readonly { readonly id: string; readonly endpoint: Endpoint }[] {
    const { found } = this;
    return found
      ? found.topology.shards.map(({ primary }) => ({ id: primary.id, endpoint: found.endpointOf(primary) }))
      : [];
  }

  /** Control connections to the nodes of what was found last. They are closed with it. */
  get nodes(): ClusterNodes {
    if (!this.found) throw new LockstepError('TARGET_CLUSTER_DOWN', 'it has not been looked at');
    return (this.opened ??= new ClusterNodes(this.world, 'target', this.found, this.name));
  }

  /** What was found may not be so any more. */
  forget(): void {
    this.opened?.close();
    this.opened = undefined;
  }

  private async ask(): Promise<FoundCluster> {
    let fault: LockstepError | undefined;
    for (const seed of this.seeds()) {
      try {
        const found = await discoverCluster(this.world, 'target', seed);
        this.forget();
        this.found = found;
        this.noteHome(found);
        this.processes = await this.readProcesses();
        return found;
      } catch (error) {
        fault ??= asLockstepError(error);
      }
    }
    throw fault!;
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

  /** The one that was given first, since an operator knows that one; then those that it was found with. */
  private seeds(): Endpoint[] {
    const seeds = new Map([[formatAddress(this.given), this.given]]);
    for (const { endpoint } of this.primaries) seeds.set(formatAddress(endpoint), endpoint);
    for (const node of this.found?.topology.nodes ?? []) {
      const endpoint = this.found!.endpointOf(node);
      seeds.set(formatAddress(endpoint), endpoint);
    }
    return [...seeds.values()];
  }
}

/** The primaries of a cluster, first the one that has what belongs to tasks. @throws LockstepError */
export async function homeFirst(nodes: ClusterNodes): Promise<TargetServers> {
  const home = await nodes.home();
  return [home, ...(await nodes.primaries()).filter((node) => node !== home)];
}
