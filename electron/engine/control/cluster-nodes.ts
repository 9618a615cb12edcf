import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import { TASKS_PREFIX } from '../commands/own-keys.ts';
import type { ClusterNode } from '../router/cluster-node.ts';
import { keySlot } from '../router/key-slot.ts';
import { ownerOf, type Topology } from '../router/topology.ts';
import { openControl, type Side } from './control-connection.ts';
import type { FoundCluster } from './discover-cluster.ts';
import type { World } from '../world/world.ts';

/** Where a cluster has what belongs to tasks. */
export const HOME_SLOT = keySlot(Buffer.from(TASKS_PREFIX));

/** The way to whoever has a slot. */
export interface SlotNodes {
  readonly topology: Topology;
  /** @throws LockstepError *_CLUSTER_DOWN when no node has the slot, or what opening a connection throws */
  onSlot(slot: number): Promise<Redis>;
  /** The node with the index of tasks and their checkpoints. */
  home(): Promise<Redis>;
  /** All that have slots, in the order of the topology. */
  primaries(): Promise<readonly Redis[]>;
}

/**
 * Control connections to the primaries of a cluster as it was found, one to a node, opened when it is first asked for and again after
 * it broke. Where slots have moved since, their nodes answer MOVED: then another one is made of what is found anew.
 */
export class ClusterNodes implements SlotNodes {
  private readonly world: World;
  private readonly side: Side;
  private readonly found: FoundCluster;
  private readonly name: string;
  private readonly held = new Map<string, HeldConnection>();
  private closed = false;

  /** `name`: what the nodes list the connections under. */
  constructor(world: World, side: Side, found: FoundCluster, name: string) {
    this.world = world;
    this.side = side;
    this.found = found;
    this.name = name;
  }

  get topology(): Topology {
    return this.found.topology;
  }

  async onSlot(slot: number): Promise<Redis> {
    const owner = ownerOf(this.topology, slot);
    if (owner) return this.onNode(owner);
    throw new LockstepError(
      this.side === 'source' ? 'SOURCE_CLUSTER_DOWN' : 'TARGET_CLUSTER_DOWN',
      `slot ${slot} belongs to no node`,
    );
  }

  home(): Promise<Redis> {
    return this.onSlot(HOME_SLOT);
  }

  primaries(): Promise<readonly Redis[]> {
    return Promise.all(this.topology.shards.map(({ primary }) => this.onNode(primary)));
  }

  onNode(node: ClusterNode): Promise<Redis> {
    const present = this.held.get(node.id);
    return present && isUsable(present) ? present.opening : this.begin(node);
  }

  close(): void {
    this.closed = true;
    for (const { redis } of this.held.values()) redis?.disconnect();
    this.held.clear();
  }

  private begin(node: ClusterNode): Promise<Redis> {
    const endpoint = this.found.endpointOf(node);
    const opened = openControl(this.world, this.side, endpoint, this.name);
    const held: HeldConnection = { redis: undefined, opening: opened };
    held.opening = opened.then(
      (redis) => {
        held.redis = redis;
        if (!this.closed) return redis;
        redis.disconnect();
        throw new LockstepError('INTERRUPTED', `${describeEndpoint(endpoint)} was left while it was opened`);
      },
      (error: unknown) => {
        if (this.held.get(node.id) === held) this.held.delete(node.id);
        throw error;
      },
    );
    this.held.set(node.id, held);
    return held.opening;
  }
}

interface HeldConnection {
  /** undefined while it is opened. */
  redis: Redis | undefined;
  opening: Promise<Redis>;
}

const isUsable = ({ redis }: HeldConnection): boolean => redis === undefined || redis.status === 'ready';
