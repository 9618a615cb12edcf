import type { KeptGround } from '../checkpoint/note-kept.ts';
import { HOME_SLOT, type ClusterNodes } from '../control/cluster-nodes.ts';
import { coded } from '../control/control-connection.ts';
import { countClusterDatabases } from '../control/database-count.ts';
import { wholenessOf, type Wholeness } from '../control/whole-cluster.ts';
import type { KnownServer } from '../control/relation.ts';
import { readIdentity } from '../control/server-facts.ts';
import { formatAddress } from '../../../shared/format/address.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import type { World } from '../world/world.ts';
import type { TargetServers } from './handed-over.ts';
import { KnownCluster } from '../source/known-cluster.ts';

/** The cluster that a target is. */
export class TargetCluster extends KnownCluster {
  /** The node that has what belongs to tasks; while none is known to have it, the one that was given. */
  home: Endpoint;

  /** Its primaries as they were asked last. */
  servers: readonly KnownServer[] = [];

  /** How many databases each of them has. */
  databases = 1;

  /** The process behind each primary, and the history that it writes: another text where one of them was replaced or restarted. */
  processes = '';

  constructor(world: World, given: Endpoint, name: string) {
    super(world, 'target', given, name);
    this.home = given;
  }

  /** For noting what keys of its own it has under a task. */
  keptGround(task: string): KeptGround {
    return { nodes: this.nodes, task, lookAgain: async () => (await this.peek([])).topology };
  }

  protected override async note(): Promise<void> {
    const at = this.endpointOn(HOME_SLOT) ?? this.given;
    // The same object while it is the same node.
    if (formatAddress(at) !== formatAddress(this.home)) this.home = at;
    await this.lookAtServers();
    this.databases = await this.countDatabases();
    this.processes = this.primaries
      .map(({ id }, i) => `${id} ${this.servers[i]!.identity.runId} ${this.servers[i]!.identity.replid}`)
      .sort()
      .join(' ');
  }

  /** Whether it answers for all of its slots at the moment; see `peek`. @throws LockstepError when no node of it can be asked */
  async wholeness(last: readonly string[]): Promise<Wholeness> {
    return wholenessOf(this.world, 'target', await this.peek(last));
  }

  private async countDatabases(): Promise<number> {
    const nodes = await this.nodes.primaries();
    const counting = this.servers.map(({ at, identity }, i) =>
      coded('target', at, () => countClusterDatabases(nodes[i]!, identity.valkeyVersion)),
    );
    return Math.min(...(await Promise.all(counting)));
  }

  /** Asks its primaries anew, over connections that stand. @throws LockstepError */
  async lookAtServers(): Promise<void> {
    const { primaries } = this;
    const nodes = await this.nodes.primaries();
    this.servers = await Promise.all(
      primaries.map(async ({ endpoint: at }, i) => ({
        at,
        identity: await readIdentity('target', at, nodes[i]!),
      })),
    );
  }
}

/** The primaries of a cluster, first the one that has what belongs to tasks. @throws LockstepError */
export async function homeFirst(nodes: ClusterNodes): Promise<TargetServers> {
  const home = await nodes.home();
  return [home, ...(await nodes.primaries()).filter((node) => node !== home)];
}
