import type { Redis } from 'ioredis';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { HOME_SLOT } from '../control/cluster-nodes.ts';
import { coded, openControl } from '../control/control-connection.ts';
import { ownerOf } from '../router/topology.ts';
import { sleep } from '../world/clock.ts';
import type { World } from '../world/world.ts';
import { isStray, type SourceCluster } from './source-cluster.ts';

/** How long the index may be on its way from node to node, and how often it is looked for meanwhile. */
const MOVES_MS = 10_000;
const LOOK_AGAIN_MS = 250;

/**
 * Asks the node of a source that has the index of the tasks that write to it, over a connection of its own: what is found anew closes those
 * that all parts share. `otherwise`: where that is not known. @throws LockstepError, SOURCE_SLOTS_MOVED where it moves on and on
 */
export async function onIndexNode<T>(
  world: World,
  cluster: SourceCluster,
  otherwise: Endpoint,
  work: (redis: Redis) => Promise<T>,
): Promise<T> {
  const { clock } = world;
  const endMs = clock.monotonicMs() + MOVES_MS;
  let at = cluster.endpointOn(HOME_SLOT) ?? otherwise;
  for (;;) {
    const redis = await openControl(world, 'source', at);
    try {
      return await coded('source', at, () => work(redis));
    } catch (error) {
      if (!isStray(asLockstepError(error)) || clock.monotonicMs() >= endMs) throw error;
    } finally {
      redis.disconnect();
    }
    await sleep(clock, LOOK_AGAIN_MS);
    const { topology, endpointOf } = await cluster.peek([]);
    const owner = ownerOf(topology, HOME_SLOT);
    if (owner) at = endpointOf(owner);
  }
}
