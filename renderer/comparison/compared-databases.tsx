import { Table } from '@mantine/core';
import type { ReactElement } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import type { DatabaseReport } from '../../shared/model/comparison.ts';
import classes from './comparison.module.css';

/** What the comparison saw, database by database. */
export const ComparedDatabases = ({
  databases,
}: {
  readonly databases: readonly DatabaseReport[];
}): ReactElement => (
  <Table verticalSpacing={5} className={classes.table} aria-label="What was compared in each database">
    <Table.Thead>
      <Table.Tr>
        <Table.Th scope="col">Database</Table.Th>
        <Table.Th scope="col">Keys seen on the source</Table.Th>
        <Table.Th scope="col">Keys seen on the target</Table.Th>
        <Table.Th scope="col">Compared</Table.Th>
        <Table.Th scope="col">Differing</Table.Th>
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {databases.map(({ db, sourceKeys, targetKeys, compared, differing }) => (
        <Table.Tr key={db}>
          <Table.Th scope="row">{db}</Table.Th>
          <Table.Td>{formatCount(sourceKeys)}</Table.Td>
          <Table.Td>{formatCount(targetKeys)}</Table.Td>
          <Table.Td>{formatCount(compared)}</Table.Td>
          <Table.Td>{formatCount(differing)}</Table.Td>
        </Table.Tr>
      ))}
    </Table.Tbody>
  </Table>
);
