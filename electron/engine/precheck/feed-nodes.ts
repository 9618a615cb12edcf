import type { Topology } from '../router/topology.ts';
import { followsWell } from '../control/server-facts.ts';
import { ServerView } from './server-view.ts';

type Shard = Topology['shards'][number];

/** The node of which a task would read a shard, or the server that is its source. */
export interface FeedNode {
  readonly view: ServerView;
  /** Replicas are to be read, and this is the primary all the same. */
  readonly instead: boolean;
}

/**
 * What of a source a task would read, as far as that can be told before: itself, the primaries of its shards, or a replica of each, the
 * first by its id that has a link to its primary. @throws LockstepError where the nodes of a cluster cannot be found out
 */
export async function findFeedNodes(source: ServerView, replicas: boolean): Promise<readonly FeedNode[]> {
  const nodes = await source.nodes();
  const cluster = replicas ? await source.cluster() : undefined;
  if (!cluster || nodes[0] === source) return nodes.map((view) => ({ view, instead: false }));
  const viewOf = (shard: Shard): readonly ServerView[] =>
    shard.replicas
      .filter(({ health }) => health === 'well')
      .toSorted((a, b) => (a.id < b.id ? -1 : 1))
      .map((node) => new ServerView(source.world, source.side, cluster.endpointOf(node), true));
  return Promise.all(
    cluster.topology.shards.map(async (shard, i) => {
      for (const view of viewOf(shard)) {
        const identity = await view.identity().catch(() => undefined);
        if (identity && followsWell(identity)) return { view, instead: false };
        view.close();
      }
      return { view: nodes[i]!, instead: true };
    }),
  );
}
