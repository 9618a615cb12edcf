import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Address } from '../../../shared/model/address-map.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import type { ClusterNode, NodesView } from '../router/cluster-node.ts';
import { parseClusterNodes } from '../router/parse-cluster-nodes.ts';
import { parseClusterShards, type PreferredPlace } from '../router/parse-cluster-shards.ts';
import { mergeViews, nodesIn, type Topology } from '../router/topology.ts';
import { coded, controlError, openForLook, type Side } from './control-connection.ts';
import { eachAtOnce } from './each-at-once.ts';
import { announcedAddress, nodeEndpoint } from './node-place.ts';
import type { World } from '../world/world.ts';
import { ifRefused } from './reply-error.ts';

/** What a cluster may have at most, by the advice of its makers (cluster specification: up to 1,000 nodes). */
const MOST_NODES = 1024;
const AT_ONCE = 16;
const COMMAND_TIMEOUT_MS = 5_000;
const DISCOVERY_TIMEOUT_MS = 20_000;
/** A node that only another one knows is asked as well; after so many rounds whoever is still new is left to what the others say. */
const ROUNDS = 3;

/** A cluster as it was found, and the way to each of its nodes. */
export interface FoundCluster {
  readonly topology: Topology;
  /** What a node announces, before the address map. */
  announced(node: ClusterNode): Address;
  /** How a node is opened from here. */
  endpointOf(node: ClusterNode): Endpoint;
  /** Primaries that could not be asked, by id, with why. */
  readonly unreached: ReadonlyMap<string, LockstepError>;
  /** Those among them at whose address another node answers, by id. */
  readonly misplaced: ReadonlySet<string>;
  /** Nodes that find the cluster not well (`cluster_state` of CLUSTER INFO is not `ok`), by id. */
  readonly unwell: ReadonlySet<string>;
}

export interface DiscoveryOptions {
  readonly signal?: AbortSignal | undefined;
  /** Nodes whose turn has not come by then are left out, by name. */
  readonly timeoutMs?: number;
}

/**
 * Finds all of a cluster by the address of any of its nodes: asks that one, then every primary it knows, since only a node itself tells
 * which of its slots are under way, and makes one picture of what they say. Connections are closed again.
 * @throws LockstepError with a code of that side when the node that was given cannot be asked; of the others it is noted
 */
export async function discoverCluster(
  world: World,
  side: Side,
  endpoint: Endpoint,
  { signal, timeoutMs = DISCOVERY_TIMEOUT_MS }: DiscoveryOptions = {},
): Promise<FoundCluster> {
  const first = await onNode(world, side, endpoint, async (redis) => ({
    told: await ask(side, endpoint, redis),
    preferred: await readPreferred(redis),
  }));
  const preferred = new Map(first.preferred.map(({ id, endpoint: place }) => [id, place]));
  const announced = (node: ClusterNode): Address => announcedAddress(node, preferred.get(node.id), endpoint);
  // The one that has answered is there, whatever it announces. A name may lead to another node each time.
  const isOne = /^(localhost|\d+\.\d+\.\d+\.\d+|[0-9a-f:.]*:[0-9a-f:.]*)$/i.test(endpoint.host);
  const endpointOf = (node: ClusterNode): Endpoint =>
    isOne && node.id === first.told.view.teller
      ? { ...endpoint, db: 0 }
      : nodeEndpoint(endpoint, node, announced(node));

  const beganMs = world.clock.monotonicMs();
  const views: NodesView[] = [];
  const unwell = new Set<string>();
  const note = ({ view, isWell }: Told): void => {
    views.push(view);
    if (!isWell && view.teller !== undefined) unwell.add(view.teller);
  };
  note(first.told);
  const asked = new Set(first.told.view.teller === undefined ? [] : [first.told.view.teller]);
  const unreached = new Map<string, LockstepError>();
  const misplaced = new Set<string>();
  for (let round = 0; round < ROUNDS; round++) {
    const fresh = nodesIn(views).filter(
      ({ id, role, health }) => role === 'primary' && health !== 'lost' && !asked.has(id),
    );
    if (fresh.length === 0) break;
    for (const { id } of fresh) asked.add(id);
    await eachAtOnce(fresh, AT_ONCE, async (node) => {
      if (signal?.aborted) throw interrupted(endpoint);
      const at = endpointOf(node);
      if (world.clock.monotonicMs() - beganMs > timeoutMs) {
        unreached.set(node.id, outOfTime(side, at));
        return;
      }
      try {
        const told = await onNode(world, side, at, (redis) => ask(side, at, redis));
        if (told.view.teller !== undefined && told.view.teller !== node.id) {
          misplaced.add(node.id);
          unreached.set(node.id, anotherNode(side, at, node, announced(node)));
        } else note(told);
      } catch (error) {
        unreached.set(node.id, controlError(side, at, error));
      }
    });
  }
  return { topology: mergeViews(views), announced, endpointOf, unreached, misplaced, unwell };
}

async function onNode<T>(
  world: World,
  side: Side,
  endpoint: Endpoint,
  work: (redis: Redis) => Promise<T>,
): Promise<T> {
  const redis = await openForLook(world, side, endpoint, COMMAND_TIMEOUT_MS);
  try {
    return await coded(side, endpoint, () => work(redis));
  } finally {
    redis.disconnect();
  }
}

/** What one node tells. */
interface Told {
  readonly view: NodesView;
  readonly isWell: boolean;
}

async function ask(side: Side, endpoint: Endpoint, redis: Redis): Promise<Told> {
  const view = await readNodesView(side, endpoint, redis);
  return { view, isWell: !/^cluster_state:fail/m.test(String(await unlessRefused(redis, 'INFO'))) };
}

/** CLUSTER NODES of one node. @throws LockstepError *_PROTOCOL */
export async function readNodesView(side: Side, endpoint: Endpoint, redis: Redis): Promise<NodesView> {
  const view = parseClusterNodes(String(await redis.call('CLUSTER', 'NODES')));
  const name = side === 'source' ? 'SOURCE_PROTOCOL' : 'TARGET_PROTOCOL';
  const where = describeEndpoint(endpoint);
  if (view.nodes.length === 0) throw new LockstepError(name, `${where}: CLUSTER NODES names no node`);
  if (view.nodes.length > MOST_NODES)
    throw new LockstepError(name, `${where}: a cluster of more than ${MOST_NODES} nodes`);
  return view;
}

/** None before 7.0, or where it is refused: then the IP addresses hold. */
const readPreferred = async (redis: Redis): Promise<PreferredPlace[]> =>
  parseClusterShards(await unlessRefused(redis, 'SHARDS'));

/** undefined where the server refuses it. @throws what is no refusal */
const unlessRefused = (redis: Redis, subcommand: string): Promise<unknown> =>
  redis.call('CLUSTER', subcommand).catch(ifRefused(undefined));

/** A node whose turn did not come, since too many before it did not answer. */
export const outOfTime = (side: Side, at: Endpoint): LockstepError =>
  new LockstepError(
    side === 'source' ? 'SOURCE_UNREACHABLE' : 'TARGET_UNREACHABLE',
    `${describeEndpoint(at)}: not asked, since the nodes before it took too long`,
  );

/** A node that was sent elsewhere by its address would be answered MOVED there, to that very address, and never found. */
const anotherNode = (side: Side, at: Endpoint, { id }: ClusterNode, announced: Address): LockstepError => {
  const place = describeEndpoint(at);
  const said = describeEndpoint(announced);
  const way =
    said === place ? `announces ${said}` : `announces ${said}, which is ${place} by the address map`;
  return new LockstepError(
    side === 'source' ? 'SOURCE_UNREACHABLE' : 'TARGET_UNREACHABLE',
    `the node ${id.slice(0, 8)}… ${way}, and another node of the cluster answers there: look at its cluster-announce-ip and cluster-announce-port, or at the address map`,
  );
};

const interrupted = (endpoint: Endpoint): LockstepError =>
  new LockstepError('INTERRUPTED', `the look at ${describeEndpoint(endpoint)} was ended`);
