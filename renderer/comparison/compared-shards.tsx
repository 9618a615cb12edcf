import { Table } from '@mantine/core';
import type { ReactElement } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import type { ShardReport } from '../../shared/model/comparison.ts';
import classes from './comparison.module.css';

/** What the comparison saw, by the shards of one side; nothing for a standalone server. */
export function ComparedShards({
  side,
  shards,
}: {
  readonly side: 'source' | 'target';
  readonly shards: readonly ShardReport[];
}): ReactElement | null {
  if (shards.length === 0) return null;
  return (
    <Table
      verticalSpacing={5}
      className={classes.table}
      aria-label={`What was compared in each shard of the ${side}`}
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">Shard of the {side}</Table.Th>
          <Table.Th scope="col">Slots</Table.Th>
          <Table.Th scope="col">Keys seen on the source</Table.Th>
          <Table.Th scope="col">Keys seen on the target</Table.Th>
          <Table.Th scope="col">Compared</Table.Th>
          <Table.Th scope="col">Differing</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {shards.map(({ primary, slots, sourceKeys, targetKeys, compared, differing }) => (
          <Table.Tr key={primary}>
            <Table.Th scope="row">{primary}</Table.Th>
            <Table.Td>{slots}</Table.Td>
            <Table.Td>{formatCount(sourceKeys)}</Table.Td>
            <Table.Td>{formatCount(targetKeys)}</Table.Td>
            <Table.Td>{formatCount(compared)}</Table.Td>
            <Table.Td>{formatCount(differing)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
