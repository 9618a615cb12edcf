import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import { asLockstepError, plainReason } from '../../../shared/errors/plain-reason.ts';
import type { World } from '../world/world.ts';
import { openForLook, type Side } from './control-connection.ts';
import type { FoundCluster } from './discover-cluster.ts';
import { eachAtOnce } from './each-at-once.ts';
import { ifRefused } from './reply-error.ts';

const AT_ONCE = 16;
const COMMAND_TIMEOUT_MS = 5_000;

/** Whether a cluster answers for all of its slots, each at one node. */
export interface Wholeness {
  readonly whole: boolean;
  /** Why a primary could not be asked, by where it is (`host:port`). */
  readonly unreached: ReadonlyMap<string, string>;
}

/**
 * What was found of a cluster a moment ago, with those asked as well whom the others take for lost: one that has come back may be taken
 * for that for a while.
 */
export async function wholenessOf(world: World, side: Side, found: FoundCluster): Promise<Wholeness> {
  const { shards, uncovered, moves, nodes } = found.topology;
  const unreached = new Map<string, string>();
  const note = (id: string, error: unknown): void => {
    const node = nodes.find((one) => one.id === id);
    if (node) unreached.set(describeEndpoint(found.endpointOf(node)), plainReason(error));
  };
  const primaries = shards.map(({ primary }) => primary);
  for (const { id } of primaries) if (found.unreached.has(id)) note(id, found.unreached.get(id));
  let unwell = primaries.some(({ id }) => found.unwell.has(id));
  const lost = primaries.filter(({ id, health }) => health === 'lost' && !found.unreached.has(id));
  await eachAtOnce(lost, AT_ONCE, async (node) => {
    try {
      const redis = await openForLook(world, side, found.endpointOf(node), COMMAND_TIMEOUT_MS);
      try {
        const info = await redis.call('CLUSTER', 'INFO').catch(ifRefused(''));
        if (String(info).includes('cluster_state:fail')) unwell = true;
      } finally {
        redis.disconnect();
      }
    } catch (error) {
      note(node.id, asLockstepError(error));
    }
  });
  const whole = unreached.size === 0 && !unwell && uncovered.length === 0 && moves.length === 0;
  return { whole, unreached };
}
