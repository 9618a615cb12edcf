import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { formatAddress } from '../../../shared/format/address.ts';
import type { Redis } from 'ioredis';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import type { FoundCluster } from '../control/discover-cluster.ts';
import { readNodesView } from '../control/discover-cluster.ts';
import type { SlotSet } from '../router/slot-set.ts';
import { describeSlots } from '../router/slot-ranges.ts';
import type { ClusterNode } from '../router/cluster-node.ts';
import { mergeViews, type Shard, type Topology } from '../router/topology.ts';
import type { World } from '../world/world.ts';
import { KnownCluster } from './known-cluster.ts';

/** What the nodes list our connections under: not as those of a task that writes to them. */
const NAME = 'lockstep-source';

/** The cluster that a source is. */
export class SourceCluster extends KnownCluster {
  /** Ids of replicas that are read, so that whoever follows their shards next reads them as well. */
  readonly read = new Set<string>();

  constructor(world: World, given: Endpoint) {
    super(world, 'source', given, NAME);
  }

  /** Whether its primaries tell the same of its slots as they did for `topology`, over connections that stand. */
  async isAs(topology: Topology): Promise<boolean> {
    const nodes = await this.nodes.primaries();
    const { primaries } = this;
    const views = await Promise.all(
      nodes.map((redis, i) => readNodesView('source', primaries[i]!.endpoint, redis)),
    );
    return slotsOf(mergeViews(views)) === slotsOf(topology);
  }
}

/** Who has which slots, which of them are under way, and which have several owners: that may end without anything else of it being changed. */
const slotsOf = ({ shards, moves, doubled }: Topology): string =>
  JSON.stringify([shards.map(({ primary, slots }) => [primary.id, primary.health, slots]), moves, doubled]);

/** Why a cluster cannot be divided into parts now; empty where every slot has one owner and none is under way. */
export function unsettledIn({ moves, uncovered, doubled }: Topology): string {
  if (uncovered.length > 0) return `slots ${describeSlots(uncovered)} belong to no node`;
  if (doubled.length > 0) return `slots ${describeSlots(doubled[0]!.slots)} have several owners`;
  if (moves.length === 0) return '';
  const [{ slot }] = moves as [(typeof moves)[number]];
  return moves.length === 1
    ? `slot ${slot} is under way`
    : `${moves.length} slots are under way, ${slot} first`;
}

/** Whether the shard that a part was to bring has given all its slots away: the next division of the source does without it. */
export const isStray = (error: LockstepError): boolean => error.code === 'SOURCE_SLOTS_MOVED';

/** A replica of a shard, and how it is opened. */
export interface ShardNode {
  readonly id: string;
  readonly endpoint: Endpoint;
}

/** Where the primary of one shard is, whoever that is after a failover. */
export class ShardSource {
  readonly cluster: SourceCluster;
  private readonly slots: SlotSet;
  /** The nodes of the shard as it was found last: one of them is its next primary. */
  private members: ReadonlySet<string>;
  private found: Endpoint;
  private endpointOf: FoundCluster['endpointOf'];
  /** Those that are well, as they were found last. */
  replicas: readonly ShardNode[];
  /** Told when the primary is another server than before. */
  onLocated: ((endpoint: Endpoint, before: Endpoint) => void) | undefined;

  /** `shard`: as it stands in what the cluster has found last. */
  constructor(
    cluster: SourceCluster,
    shard: Shard,
    slots: SlotSet,
    { endpointOf }: Pick<FoundCluster, 'endpointOf'>,
  ) {
    this.cluster = cluster;
    this.slots = slots;
    this.members = membersOf(shard);
    this.endpointOf = endpointOf;
    this.replicas = wellOf(shard.replicas, endpointOf);
    this.found = endpointOf(shard.primary);
  }

  /** Where it was found last. */
  get last(): Endpoint {
    return this.found;
  }

  /** @throws LockstepError SOURCE_SLOTS_MOVED when other nodes have its slots now */
  async find(): Promise<Endpoint> {
    return this.place(await this.cluster.look());
  }

  /** Follows the shard to where it is in what has been found. @throws LockstepError SOURCE_SLOTS_MOVED */
  place({ topology, endpointOf }: FoundCluster): Endpoint {
    const shard = topology.shards.find(({ primary }) => this.members.has(primary.id));
    if (!shard)
      throw new LockstepError(
        'SOURCE_SLOTS_MOVED',
        `slots ${describeSlots(this.slots.ranges)} have gone to other nodes`,
      );
    this.members = membersOf(shard);
    this.endpointOf = endpointOf;
    this.replicas = wellOf(shard.replicas, endpointOf);
    const [before, at] = [this.found, endpointOf(shard.primary)];
    if (formatAddress(before) === formatAddress(at)) return before;
    this.found = at;
    this.onLocated?.(at, before);
    return at;
  }

  /** Asks its primary for the replicas that it has by now; no other node is asked. @throws what a connection may */
  async lookForReplicas(primary: Redis): Promise<void> {
    const { teller, nodes } = await readNodesView('source', this.found, primary);
    if (teller === undefined || !this.members.has(teller)) return;
    const own = nodes.filter(({ role, primaryId }) => role === 'replica' && primaryId === teller);
    this.replicas = wellOf(own, this.endpointOf);
  }
}

const wellOf = (
  replicas: readonly ClusterNode[],
  endpointOf: FoundCluster['endpointOf'],
): readonly ShardNode[] =>
  replicas
    .filter(({ health }) => health === 'well')
    .map((node) => ({ id: node.id, endpoint: endpointOf(node) }));

const membersOf = ({ primary, replicas }: Shard): ReadonlySet<string> =>
  new Set([primary, ...replicas].map(({ id }) => id));
