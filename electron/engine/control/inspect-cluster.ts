import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { NodeSummary } from '../../../shared/model/cluster-summary.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import type { ServerSummary } from '../../../shared/model/server-summary.ts';
import type { ClusterNode } from '../router/cluster-node.ts';
import { countSlots, describeSlots } from '../router/slot-ranges.ts';
import { coded, openForLook, type Side } from './control-connection.ts';
import { discoverCluster, outOfTime, type FoundCluster } from './discover-cluster.ts';
import { eachAtOnce } from './each-at-once.ts';
import { databasesOf, readInfo, type DatabaseKeys } from './info.ts';
import { measureRoundTrip } from './round-trip.ts';
import { identityOf } from './server-facts.ts';
import type { World } from '../world/world.ts';

const AT_ONCE = 16;
const COMMAND_TIMEOUT_MS = 5_000;
/** With what is open by then it ends before whoever has asked gives up: a connection test may take 40 s. */
const DISCOVERY_TIMEOUT_MS = 8_000;
const NODES_TIMEOUT_MS = 16_000;

/** What a node tells of itself. */
interface Told {
  readonly version: string;
  readonly usedMemoryBytes: number | null;
  readonly maxMemoryBytes: number | null;
  readonly databases: ReadonlyMap<number, DatabaseKeys>;
  readonly roundTripMs: number;
}

/**
 * A connection test of a cluster: what was told of the one node, with all nodes, and the memory and the keys of all primaries.
 * Nodes that cannot be asked are told with why; `summary` is as it was where the user may not run CLUSTER NODES.
 * @throws LockstepError with a code of that side; INTERRUPTED by the signal
 */
export async function inspectCluster(
  world: World,
  side: Side,
  endpoint: Endpoint,
  summary: ServerSummary,
  signal?: AbortSignal,
): Promise<ServerSummary> {
  const beganMs = world.clock.monotonicMs();
  const options = { signal, timeoutMs: DISCOVERY_TIMEOUT_MS };
  const cluster = await discoverCluster(world, side, endpoint, options).catch((error: unknown) => {
    if (error instanceof LockstepError && error.code.endsWith('_NO_PERMISSION')) return undefined;
    throw error;
  });
  if (!cluster) return summary;
  const { topology } = cluster;
  const told = new Map<string, Told>();
  const faults = new Map<string, LockstepError>(cluster.unreached);
  const asked = topology.nodes.filter(({ id, health }) => health !== 'lost' && !faults.has(id));
  await eachAtOnce(asked, AT_ONCE, async (node) => {
    const at = cluster.endpointOf(node);
    const late = signal?.aborted === true || world.clock.monotonicMs() - beganMs > NODES_TIMEOUT_MS;
    try {
      if (late) throw outOfTime(side, at);
      told.set(node.id, await askNode(world, side, at));
    } catch (error) {
      faults.set(node.id, asLockstepError(error));
    }
  });
  const primaries = topology.nodes.flatMap(({ id, role }) =>
    role === 'primary' && told.has(id) ? [told.get(id)!] : [],
  );
  return {
    ...summary,
    usedMemoryBytes: sumOf(primaries.map(({ usedMemoryBytes }) => usedMemoryBytes)),
    maxMemoryBytes: limitOf(primaries.map(({ maxMemoryBytes }) => maxMemoryBytes)),
    databases: databasesOfAll(primaries),
    topology: {
      shards: topology.shards.length,
      uncoveredSlots: countSlots(topology.uncovered),
      movingSlots: topology.moves.length,
      nodes: topology.nodes.map((node) => summaryOf(node, cluster, told.get(node.id), faults.get(node.id))),
    },
  };
}

async function askNode(world: World, side: Side, at: Endpoint): Promise<Told> {
  const redis = await openForLook(world, side, at, COMMAND_TIMEOUT_MS);
  try {
    return await coded(side, at, async () => {
      const roundTripMs = await measureRoundTrip(world.clock, redis);
      const info = await readInfo(redis, 'server', 'memory', 'keyspace');
      const { valkeyVersion, redisVersion } = identityOf(info);
      return {
        version: valkeyVersion ?? redisVersion,
        usedMemoryBytes: numberOf(info.get('used_memory')),
        maxMemoryBytes: numberOf(info.get('maxmemory')),
        databases: databasesOf(info),
        roundTripMs,
      };
    });
  } finally {
    redis.disconnect();
  }
}

function summaryOf(
  node: ClusterNode,
  { topology, announced, endpointOf }: FoundCluster,
  told: Told | undefined,
  fault: LockstepError | undefined,
): NodeSummary {
  const slots = topology.shards.find(({ primary }) => primary.id === node.id)?.slots ?? [];
  const primary = topology.nodes.find(({ id }) => id === node.primaryId);
  return {
    id: node.id,
    address: describeEndpoint(announced(node)),
    reachedAt: describeEndpoint(endpointOf(node)),
    role: node.role,
    replicatesFrom: primary ? describeEndpoint(announced(primary)) : null,
    slots: describeSlots(slots),
    slotCount: countSlots(slots),
    health: node.health,
    version: told?.version ?? null,
    usedMemoryBytes: told?.usedMemoryBytes ?? null,
    roundTripMs: told?.roundTripMs ?? null,
    fault: fault ? { code: fault.code, fact: fault.message } : null,
  };
}

/** null where none of them tells. */
function sumOf(figures: readonly (number | null)[]): number | null {
  const known = figures.filter((figure) => figure !== null);
  return known.length === 0 ? null : known.reduce((sum, figure) => sum + figure, 0);
}

/** Without a limit where one of them has none. */
const limitOf = (figures: readonly (number | null)[]): number | null =>
  figures.includes(0) ? 0 : sumOf(figures);

function databasesOfAll(primaries: readonly Told[]): ServerSummary['databases'] {
  const all = new Map<number, { db: number; keys: number; expires: number }>();
  for (const { databases } of primaries) {
    for (const [db, { keys, expires }] of databases) {
      const before = all.get(db) ?? { db, keys: 0, expires: 0 };
      all.set(db, { db, keys: before.keys + keys, expires: before.expires + expires });
    }
  }
  return [...all.values()].toSorted((a, b) => a.db - b.db);
}

const numberOf = (text: string | undefined): number | null =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
