import { useWatch } from 'react-hook-form';
import { useStore } from 'zustand';
import type { Draft } from '../../../shared/model/profile.ts';
import type { ServerSummary } from '../../../shared/model/server-summary.ts';
import { useSetup } from '../draft/use-setup.ts';

/** Clusters of earlier ones, and those of Redis, have database 0 alone. */
const FIRST_MAJOR = 9;

export interface ClusterSides {
  readonly source: boolean;
  /** One of the targets at least. */
  readonly target: boolean;
  /** The targets that are clusters may have several databases, each of them. */
  readonly several: boolean;
  /** How many there are. */
  readonly targets: number;
}

/** `cluster-databases`; how many there are the precheck asks. */
const mayHaveSeveral = ({ product, version }: ServerSummary): boolean =>
  product === 'Valkey' && Number.parseInt(version, 10) >= FIRST_MAJOR;

/** Which sides are clusters, as far as their last test tells. */
export function useClusterSides(): ClusterSides {
  const [source, targets] = useWatch<Draft, ['source', 'targets']>({ name: ['source', 'targets'] });
  const known = useStore(useSetup().tests.store);
  const isCluster = (id: string): boolean => known[id]?.outcome?.summary?.cluster === true;
  const clusters = targets
    .flatMap(({ id }) => known[id]?.outcome?.summary ?? [])
    .filter(({ cluster }) => cluster);
  return {
    source: isCluster(source.id),
    target: targets.some(({ id }) => isCluster(id)),
    several: clusters.length > 0 && clusters.every(mayHaveSeveral),
    targets: targets.length,
  };
}
