import { useWatch } from 'react-hook-form';
import { useStore } from 'zustand';
import type { Draft } from '../../../shared/model/profile.ts';
import { useSetup } from '../draft/use-setup.ts';

export interface ClusterSides {
  readonly source: boolean;
  /** One of the targets at least. */
  readonly target: boolean;
  /** How many there are. */
  readonly targets: number;
}

/** Which sides are clusters, as far as their last test tells. */
export function useClusterSides(): ClusterSides {
  const [source, targets] = useWatch<Draft, ['source', 'targets']>({ name: ['source', 'targets'] });
  const known = useStore(useSetup().tests.store);
  const isCluster = (id: string): boolean => known[id]?.outcome?.summary?.cluster === true;
  return {
    source: isCluster(source.id),
    target: targets.some(({ id }) => isCluster(id)),
    targets: targets.length,
  };
}
