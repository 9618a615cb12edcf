import { Table } from '@mantine/core';
import type { ReactElement } from 'react';
import { databaseName } from '../../shared/format/database-name.ts';
import { formatCount } from '../../shared/format/numbers.ts';
import { formatDifference } from '../../shared/format/rates.ts';
import type { CompareLevel, DatabaseReport } from '../../shared/model/comparison.ts';
import { CountCells, CountHeads } from './compared-counts.tsx';
import classes from './comparison.module.css';

/** What the comparison saw, database by database. */
export const ComparedDatabases = ({
  databases,
  level,
}: {
  readonly databases: readonly DatabaseReport[];
  readonly level: CompareLevel;
}): ReactElement => (
  <Table verticalSpacing={5} className={classes.table} aria-label="What was compared in each database">
    <Table.Thead>
      <Table.Tr>
        <Table.Th scope="col">Database</Table.Th>
        {level === 'count' ? <CountedHeads /> : <CountHeads />}
      </Table.Tr>
    </Table.Thead>
    <Table.Tbody>
      {databases.map((database) => (
        <Table.Tr key={database.db}>
          <Table.Th scope="row">{databaseName(database.db, database.sourceDb)}</Table.Th>
          {level === 'count' ? <CountedCells database={database} /> : <CountCells counts={database} />}
        </Table.Tr>
      ))}
    </Table.Tbody>
  </Table>
);

const CountedHeads = (): ReactElement => (
  <>
    <Table.Th scope="col">Keys on the source</Table.Th>
    <Table.Th scope="col">Keys on the target</Table.Th>
    <Table.Th scope="col">More on the target</Table.Th>
    <Table.Th scope="col">With an expiry, source</Table.Th>
    <Table.Th scope="col">With an expiry, target</Table.Th>
  </>
);

const CountedCells = ({
  database: { sourceKeys, targetKeys, expires },
}: {
  readonly database: DatabaseReport;
}): ReactElement => (
  <>
    <Table.Td>{formatCount(sourceKeys)}</Table.Td>
    <Table.Td>{formatCount(targetKeys)}</Table.Td>
    <Table.Td>{formatDifference(targetKeys - sourceKeys)}</Table.Td>
    <Table.Td>{formatCount(expires?.source ?? 0)}</Table.Td>
    <Table.Td>{formatCount(expires?.target ?? 0)}</Table.Td>
  </>
);
