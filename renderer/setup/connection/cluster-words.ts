import { formatCount, formatDuration } from '../../../shared/format/numbers.ts';
import type { AddressRow } from '../../../shared/model/address-map.ts';
import type { ClusterSummary, NodeSummary } from '../../../shared/model/cluster-summary.ts';

const HEALTH_WORDS: Readonly<Record<NodeSummary['health'], string | null>> = {
  well: null,
  suspected: 'another node does not reach it',
  failed: 'failed, as the other nodes say',
  joining: 'still joining',
  lost: 'without an address',
};

/** What is wrong with a node, in a few words; null for one that is well. */
export function nodeTrouble({ health, fault }: NodeSummary): string | null {
  const said = HEALTH_WORDS[health];
  if (fault === null) return said;
  const unreachable = fault.code.endsWith('_UNREACHABLE') ? 'cannot be reached from here' : fault.fact;
  return said === null ? unreachable : `${unreachable}; ${said}`;
}

/** What a cluster lacks, as sentences; none for one that is well. */
export function clusterTroubles({ uncoveredSlots, movingSlots, nodes }: ClusterSummary): string[] {
  const unreached = nodes.filter(({ fault }) => fault?.code.endsWith('_UNREACHABLE'));
  const slots = (count: number): string => `${formatCount(count)} ${count === 1 ? 'slot' : 'slots'}`;
  return [
    ...(unreached.length === 0
      ? []
      : [
          `${formatCount(unreached.length)} of ${formatCount(nodes.length)} nodes cannot be reached from here, at the addresses that the cluster tells.`,
        ]),
    ...(uncoveredSlots === 0 ? [] : [`${slots(uncoveredSlots)} of 16,384 belong to no node.`]),
    ...(movingSlots === 0 ? [] : [`${slots(movingSlots)} on the way from one node to another.`]),
  ];
}

export const formatRoundTrip = (ms: number): string => (ms < 10 ? `${ms.toFixed(1)} ms` : formatDuration(ms));

/** What the nodes announce that cannot be reached and have no row of their own yet. */
export function unmappedNodes({ nodes }: ClusterSummary, rows: readonly AddressRow[]): string[] {
  const mapped = new Set(rows.map(({ announced }) => announced.trim().toLowerCase()));
  return nodes
    .filter(({ fault }) => fault?.code.endsWith('_UNREACHABLE'))
    .map(({ address }) => address)
    .filter((address) => !mapped.has(address.toLowerCase()));
}
