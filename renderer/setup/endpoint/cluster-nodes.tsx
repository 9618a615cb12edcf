import { Table } from '@mantine/core';
import type { ReactElement } from 'react';
import { formatBytes } from '../../../shared/format/numbers.ts';
import type { ClusterSummary, NodeSummary } from '../../../shared/model/cluster-summary.ts';
import { formatRoundTrip, nodeTrouble } from '../connection/cluster-words.ts';
import classes from './cluster-nodes.module.css';

/** The nodes of a cluster, shard by shard, as a connection test found them. */
export const ClusterNodes = ({
  topology: { nodes },
  stale,
}: {
  readonly topology: ClusterSummary;
  readonly stale: boolean;
}): ReactElement => (
  <div className={classes.nodes} tabIndex={0} role="region" aria-label="Nodes of the cluster">
    <Table
      verticalSpacing={3}
      horizontalSpacing={6}
      className={classes.table}
      data-stale={stale || undefined}
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Node</Table.Th>
          <Table.Th scope="col">Slots</Table.Th>
          <Table.Th scope="col">Version</Table.Th>
          <Table.Th scope="col">Memory</Table.Th>
          <Table.Th scope="col">Round trip</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {nodes.map((node) => (
          <NodeRow key={node.id} node={node} />
        ))}
      </Table.Tbody>
    </Table>
  </div>
);

function NodeRow({ node }: { readonly node: NodeSummary }): ReactElement {
  const { address, reachedAt, role, slots, slotCount, version, usedMemoryBytes, roundTripMs } = node;
  const trouble = nodeTrouble(node);
  return (
    <Table.Tr data-role={role}>
      <Table.Th scope="row">
        <span className={classes.address}>{address}</span>
        {reachedAt !== address && <span className={classes.beside}>reached at {reachedAt}</span>}
        {trouble !== null && <span className={classes.trouble}>{trouble}</span>}
      </Table.Th>
      <Table.Td title={slotCount > 0 ? `${slotCount} slots` : undefined}>
        {role === 'replica' ? 'replica' : slots || 'none'}
      </Table.Td>
      <Table.Td>{version ?? '–'}</Table.Td>
      <Table.Td>{usedMemoryBytes === null ? '–' : formatBytes(usedMemoryBytes)}</Table.Td>
      <Table.Td>{roundTripMs === null ? '–' : formatRoundTrip(roundTripMs)}</Table.Td>
    </Table.Tr>
  );
}
