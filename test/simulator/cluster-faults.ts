import type { Breakable } from './breakable.ts';
import type { Shards } from './shards.ts';
import type { SourceModel } from './source-model.ts';
import type { TargetModel } from './target-model.ts';

interface Ground {
  readonly sim: Breakable;
  readonly shards: {
    readonly source: Shards<SourceModel> | undefined;
    readonly target: Shards<TargetModel> | undefined;
  };
  /** Unless the world is well by then. */
  soon(waitMs: number, run: () => void): void;
}

interface ClusterFault {
  readonly name: string;
  readonly weight: number;
  readonly run: (ground: Ground) => void;
}

/** What happens to a side that is a cluster; nothing where it is none. */
export const CLUSTER_FAULTS: readonly ClusterFault[] = [
  { name: 'move slots of the target', weight: 9, run: ({ shards }) => shards.target?.moves.begin() },
  { name: 'move slots of the source', weight: 9, run: ({ shards }) => shards.source?.moves.begin() },
  { name: 'fail over target', weight: 5, run: ({ shards }) => shards.target?.failOver() },
  { name: 'target node away', weight: 3, run: ({ shards }) => shards.target?.away() },
  { name: 'source node away', weight: 2, run: ({ shards }) => shards.source?.away() },
  { name: 'move slots and fail over', weight: 3, run: moveAndFailOver },
];

/** Slots have just come to a node, or are about to, when one is replaced. */
function moveAndFailOver(faults: Ground): void {
  const { shards, sim } = faults;
  const side = sim.random.pick([shards.source, shards.target]) ?? shards.source ?? shards.target;
  side?.moves.begin();
  faults.soon(sim.random.between(20, 1500), () => side?.failOver());
}
