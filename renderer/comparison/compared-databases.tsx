import { Table } from '@mantine/core';
import type { ReactElement } from 'react';
import { databaseName } from '../../shared/format/database-name.ts';
import type { DatabaseReport } from '../../shared/model/comparison.ts';
import { CountCells, CountHeads } from './compared-counts.tsx';
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
        <CountHeads />
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {databases.map((database) => (
        <Table.Tr key={database.db}>
          <Table.Th scope="row">{databaseName(database.db, database.sourceDb)}</Table.Th>
          <CountCells counts={database} />
        </Table.Tr>
      ))}
    </Table.Tbody>
  </Table>
);
