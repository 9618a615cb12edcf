import { Table } from '@mantine/core';
import type { ReactElement } from 'react';
import type { ShardReport } from '../../shared/model/comparison.ts';
import { CountCells, CountHeads } from './compared-counts.tsx';
import classes from './comparison.module.css';

/** What is followed of a source, and what a target is made of, in the words of a task's page. */
const ONE = { source: 'Shard', target: 'Node' };

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
      aria-label={`What was compared in each ${ONE[side].toLowerCase()} of the ${side}`}
    >
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">
            {ONE[side]} of the {side}
          </Table.Th>
          <Table.Th scope="col">Slots</Table.Th>
          <CountHeads />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {shards.map((shard) => (
          <Table.Tr key={shard.primary}>
            <Table.Th scope="row">{shard.primary}</Table.Th>
            <Table.Td>{shard.slots}</Table.Td>
            <CountCells counts={shard} />
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
