import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import { TASKS_PREFIX } from '../commands/own-keys.ts';
import type { ClusterNode } from '../router/cluster-node.ts';
import { keySlot } from '../router/key-slot.ts';
import { ownerOf, type Topology } from '../router/topology.ts';
import { openControl, type Side } from './control-connection.ts';
import type { FoundCluster } from './discover-cluster.ts';
import type { ReplyBounds } from './reply-bound.ts';
import type { World } from '../world/world.ts';

/** Where a cluster has what belongs to tasks. */
export const HOME_SLOT = keySlot(Buffer.from(TASKS_PREFIX));

/** The way to whoever has a slot. */
export interface SlotNodes {
  readonly topology: Topology;
  /** @throws LockstepError *_CLUSTER_DOWN when no node has the slot, or what opening a connection throws */
  onSlot(slot: number): Promise<Redis>;
  /** The same over a connection on which whole values may come. */
  forValues?(slot: number, bounds: ReplyBounds): Promise<Redis>;
  /** Whatever it has. @throws LockstepError */
  onNode(node: ClusterNode): Promise<Redis>;
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
  private readonly heldForValues = new Map<string, HeldConnection>();
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
    return this.onNode(this.ownerOf(slot));
  }

  async forValues(slot: number, bounds: ReplyBounds): Promise<Redis> {
    return this.connection(this.heldForValues, this.ownerOf(slot), bounds);
  }

  private ownerOf(slot: number): ClusterNode {
    const owner = ownerOf(this.topology, slot);
    if (owner) return owner;
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
    return this.connection(this.held, node);
  }

  close(): void {
    this.closed = true;
    for (const connections of [this.held, this.heldForValues]) {
      for (const { redis } of connections.values()) redis?.disconnect();
      connections.clear();
    }
  }

  private connection(
    connections: Map<string, HeldConnection>,
    node: ClusterNode,
    bounds?: ReplyBounds,
  ): Promise<Redis> {
    const present = connections.get(node.id);
    if (present && isUsable(present)) return present.opening;
    const endpoint = this.found.endpointOf(node);
    const opened = openControl(this.world, this.side, endpoint, this.name, bounds);
    const held: HeldConnection = { redis: undefined, opening: opened };
    held.opening = opened.then(
      (redis) => {
        held.redis = redis;
        if (!this.closed) return redis;
        redis.disconnect();
        throw new LockstepError('INTERRUPTED', `${describeEndpoint(endpoint)} was left while it was opened`);
      },
      (error: unknown) => {
        if (connections.get(node.id) === held) connections.delete(node.id);
        throw error;
      },
    );
    connections.set(node.id, held);
    return held.opening;
  }
}

interface HeldConnection {
  /** undefined while it is opened. */
  redis: Redis | undefined;
  opening: Promise<Redis>;
}

const isUsable = ({ redis }: HeldConnection): boolean => redis === undefined || redis.status === 'ready';
