import type { ClusterSummary } from '../model/cluster-summary.ts';
import { formatCount } from './numbers.ts';

/** `Cluster of 3 shards, 6 nodes` */
export function describeCluster({ shards, nodes }: Pick<ClusterSummary, 'shards' | 'nodes'>): string {
  const count = (n: number, what: string): string => `${formatCount(n)} ${n === 1 ? what : `${what}s`}`;
  return `Cluster of ${count(shards, 'shard')}, ${count(nodes.length, 'node')}`;
}
