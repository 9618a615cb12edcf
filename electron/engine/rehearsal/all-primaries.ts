import type { Redis } from 'ioredis';
import { formatAddress } from '../../../shared/format/address.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { coded, openForLook, type Side } from '../control/control-connection.ts';
import { readInfo } from '../control/info.ts';
import { ifRefused } from '../control/reply-error.ts';
import { identityOf } from '../control/server-facts.ts';
import { locate } from '../intake/resolver/resolver.ts';
import { KnownCluster } from '../source/known-cluster.ts';
import type { Topology } from '../router/topology.ts';
import type { World } from '../world/world.ts';

const COMMAND_TIMEOUT_MS = 5_000;
/** What the nodes of a cluster list the connections under. */
const NAME = 'lockstep:rehearsal';

/** The servers of one side, whatever state they are in. */
export interface OpenedSide {
  readonly cluster: KnownCluster | undefined;
  /** The one, or the primaries of a cluster. */
  readonly servers: readonly Redis[];
  /** Whether these are the primaries still. @throws LockstepError where nobody can be asked */
  isPresent(): Promise<boolean>;
  close(): void;
}

/**
 * Opens a side to look at it.
 * @throws LockstepError with a code of that side: unreachable, auth, TLS, permission, cluster down
 */
export async function openPrimaries(world: World, side: Side, given: Endpoint): Promise<OpenedSide> {
  const endpoint = await locate(world, side, given);
  const redis = await openForLook(world, side, endpoint, COMMAND_TIMEOUT_MS);
  try {
    await redis.call('CLIENT', 'SETNAME', NAME).catch(ifRefused(undefined));
    const info = await coded(side, endpoint, () => readInfo(redis, 'server', 'cluster'));
    if (!identityOf(info).cluster)
      return {
        ...{ cluster: undefined, servers: [redis], close: () => redis.disconnect() },
        isPresent: async () => formatAddress(await locate(world, side, given)) === formatAddress(endpoint),
      };
  } catch (error) {
    redis.disconnect();
    throw error;
  }
  redis.disconnect();
  const cluster = new KnownCluster(world, side, endpoint, NAME);
  await cluster.look();
  const primaryIds = idsOf(cluster.topology);
  return {
    ...{ cluster, servers: await cluster.nodes.primaries(), close: () => cluster.forget() },
    isPresent: async () => idsOf((await cluster.peek([])).topology) === primaryIds,
  };
}

const idsOf = (topology: Topology | undefined): string =>
  (topology?.shards ?? [])
    .map(({ primary }) => primary.id)
    .toSorted()
    .join();
