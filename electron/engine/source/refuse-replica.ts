import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { openForLook } from '../control/control-connection.ts';
import { refuseRelated } from '../control/relation.ts';
import { readIdentity } from '../control/server-facts.ts';
import { locate } from '../intake/resolver/resolver.ts';
import type { SourceCluster } from './source-cluster.ts';
import type { World } from '../world/world.ts';

const COMMAND_TIMEOUT_MS = 5_000;

/**
 * A target that follows a shard of its own source is told as that, before it is refused for taking no writes: its primary is no target
 * either. Whoever follows the shards looks at everything else. @throws LockstepError SOURCE_IS_TARGET; what opening a side may throw
 */
export async function refuseReplica(world: World, source: SourceCluster, given: Endpoint): Promise<void> {
  const at = await locate(world, 'target', given);
  const redis = await openForLook(world, 'target', at, COMMAND_TIMEOUT_MS);
  const identity = await readIdentity('target', at, redis).finally(() => redis.disconnect());
  if (identity.role === 'master' || identity.cluster) return;
  const nodes = await source.nodes.primaries();
  const shards = await Promise.all(
    source.primaries.map(async ({ endpoint }, i) => ({
      at: endpoint,
      identity: await readIdentity('source', endpoint, nodes[i]!),
    })),
  );
  refuseRelated({ source: shards, target: [{ identity, at }] });
}
