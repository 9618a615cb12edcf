import { countClusterDatabases, countDatabases, mayHaveSeveral } from '../control/database-count.ts';
import type { ServerView } from './server-view.ts';

/** How many databases a target has: of a cluster as many as each of its primaries. @throws LockstepError */
export async function databasesOfTarget(target: ServerView): Promise<number> {
  const given = await target.identity();
  // No other one is asked, nor has to answer: the node of an earlier release has one, and so has its cluster.
  if (given.cluster && !mayHaveSeveral(given.valkeyVersion)) return 1;
  const counts = (await target.nodes()).map(async (node) => {
    const { cluster, valkeyVersion } = await node.identity();
    return node.inDatabases((redis) =>
      cluster ? countClusterDatabases(redis, valkeyVersion) : countDatabases(redis),
    );
  });
  return Math.min(...(await Promise.all(counts)));
}
