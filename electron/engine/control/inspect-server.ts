import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import type { ServerSummary } from '../../../shared/model/server-summary.ts';
import { coded, openForLook, type Side } from './control-connection.ts';
import { inspectCluster } from './inspect-cluster.ts';
import { databasesOf, readInfo } from './info.ts';
import { moduleNames } from './module-names.ts';
import { measureRoundTrip } from './round-trip.ts';
import { identityOf, refuseSentinel } from './server-facts.ts';
import type { World } from '../world/world.ts';

const COMMAND_TIMEOUT_MS = 5_000;
const SECTIONS = ['server', 'replication', 'persistence', 'cluster', 'memory', 'keyspace'];

/**
 * What a connection test shows of a server. A cluster, a replica and a server that loads are reported, not refused.
 * Needs no more rights than INFO.
 * @throws LockstepError with a code of that side: unreachable, auth, TLS, permission; INTERRUPTED by the signal
 */
export async function inspectServer(
  world: World,
  side: Side,
  endpoint: Endpoint,
  signal?: AbortSignal,
): Promise<ServerSummary> {
  if (signal?.aborted) throw interrupted(endpoint);
  const opening = openForLook(world, side, endpoint, COMMAND_TIMEOUT_MS);
  const end = (): void => void opening.then((redis) => redis.disconnect()).catch(() => undefined);
  const abandoned = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(interrupted(endpoint)), { once: true });
  });
  try {
    const look = async (): Promise<ServerSummary> => {
      const summary = await summarise(world, side, endpoint, await opening);
      return summary.cluster ? await inspectCluster(world, side, endpoint, summary, signal) : summary;
    };
    return await Promise.race([look(), abandoned]);
  } finally {
    end();
  }
}

async function summarise(
  world: World,
  side: Side,
  endpoint: Endpoint,
  redis: Awaited<ReturnType<typeof openForLook>>,
): Promise<ServerSummary> {
  return coded(side, endpoint, async () => {
    const roundTripMs = await measureRoundTrip(world.clock, redis);
    const info = await readInfo(redis, ...SECTIONS);
    if (!info.has('redis_version') && !info.has('valkey_version'))
      throw new LockstepError(
        side === 'source' ? 'SOURCE_PROTOCOL' : 'TARGET_PROTOCOL',
        `${describeEndpoint(endpoint)}: INFO tells no version`,
      );
    refuseSentinel(side, endpoint, info);
    const modules = await moduleNames(redis);
    const identity = identityOf(info);
    const { valkeyVersion, role, primaryHost, primaryPort } = identity;
    return {
      product: valkeyVersion === undefined ? 'Redis' : 'Valkey',
      version: valkeyVersion ?? identity.redisVersion,
      foundAt: endpoint.sentinel ? describeEndpoint(endpoint) : null,
      role: role === 'master' ? 'primary' : 'replica',
      replicatesFrom: role === 'master' ? null : `${primaryHost}:${primaryPort}`,
      cluster: identity.cluster,
      loading: identity.loading,
      usedMemoryBytes: numberOf(info, 'used_memory'),
      maxMemoryBytes: numberOf(info, 'maxmemory'),
      modules,
      databases: [...databasesOf(info)].map(([db, counts]) => ({ db, ...counts })),
      roundTripMs,
      uptimeSeconds: numberOf(info, 'uptime_in_seconds'),
    };
  });
}

/** null where the server does not tell. */
function numberOf(info: ReadonlyMap<string, string>, field: string): number | null {
  const text = info.get(field);
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : null;
}

function interrupted(endpoint: Endpoint): LockstepError {
  return new LockstepError('INTERRUPTED', `the test of ${describeEndpoint(endpoint)} was ended`);
}
