import { Table } from '@mantine/core';
import type { ReactElement } from 'react';
import { databaseName } from '../../shared/format/database-name.ts';
import { formatCount } from '../../shared/format/numbers.ts';
import { formatDifference } from '../../shared/format/rates.ts';
import { formatAge } from '../../shared/format/times.ts';
import { Panel } from '../components/panel.tsx';
import { useJudged } from '../state/judgement.ts';
import { databaseTable } from './database-rows.ts';
import classes from './drift.module.css';

/** The keys of either side, database by database. */
export function DatabaseCounts({ id }: { readonly id: string }): ReactElement {
  const judged = useJudged(id);
  const { rows, sums, signs } = databaseTable(judged?.task.metrics?.databases ?? []);
  const age = judged?.judgement.ages.counts;
  const old = age?.kind === 'old';
  return (
    <Panel
      title="Keys per database"
      flush
      actions={old && <span className={classes.caption}>counted {formatAge(age.forMs)}</span>}
    >
      <Table.ScrollContainer
        minWidth={640}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': 'Keys per database', role: 'group' } }}
      >
        <Table verticalSpacing={5} className={classes.table} highlightOnHover data-old={old || undefined}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th rowSpan={2} scope="col">
                Database
              </Table.Th>
              <Table.Th colSpan={2} scope="colgroup">
                Keys
              </Table.Th>
              <Table.Th colSpan={2} scope="colgroup">
                Of them with expiry
              </Table.Th>
              <Table.Th colSpan={2} scope="colgroup">
                Difference, source minus target
              </Table.Th>
            </Table.Tr>
            <Table.Tr>
              <Table.Th scope="col">Source</Table.Th>
              <Table.Th scope="col">Target</Table.Th>
              <Table.Th scope="col">Source</Table.Th>
              <Table.Th scope="col">Target</Table.Th>
              <Table.Th scope="col">Without expiry</Table.Th>
              <Table.Th scope="col">With expiry</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.length === 0 && (
              <Table.Tr>
                <Table.Td colSpan={7} className={classes.nothing}>
                  Nothing is counted yet, or both sides are empty.
                </Table.Td>
              </Table.Tr>
            )}
            {rows.map((row) => (
              <Table.Tr key={row.db}>
                <Table.Th scope="row">{databaseName(row.db, row.sourceDb)}</Table.Th>
                <Table.Td>{formatCount(row.sourceKeys)}</Table.Td>
                <Table.Td>{formatCount(row.targetKeys)}</Table.Td>
                <Table.Td>{formatCount(row.sourceExpires)}</Table.Td>
                <Table.Td>{formatCount(row.targetExpires)}</Table.Td>
                <Table.Td className={classes.watched} data-zero={row.permanentDifference === 0}>
                  {formatDifference(row.permanentDifference)}
                </Table.Td>
                <Table.Td>{formatDifference(row.expiringDifference)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
          {rows.length > 1 && (
            <Table.Tfoot>
              <Table.Tr>
                <Table.Th
                  scope="row"
                  title="Differences are added up without their sign, so that databases do not cancel each other out."
                >
                  All
                </Table.Th>
                <Table.Td>{formatCount(sums.sourceKeys)}</Table.Td>
                <Table.Td>{formatCount(sums.targetKeys)}</Table.Td>
                <Table.Td>{formatCount(sums.sourceExpires)}</Table.Td>
                <Table.Td>{formatCount(sums.targetExpires)}</Table.Td>
                <Table.Td className={classes.watched} data-zero={sums.permanentDifference === 0}>
                  {signed(sums.permanentDifference, signs.permanent)}
                </Table.Td>
                <Table.Td>{signed(sums.expiringDifference, signs.expiring)}</Table.Td>
              </Table.Tr>
            </Table.Tfoot>
          )}
        </Table>
      </Table.ScrollContainer>
    </Panel>
  );
}

/** A sum of differences; `±` where databases differ in both directions. */
const signed = (sum: number, sign: -1 | 0 | 1): string =>
  sign === 0 ? `±${formatCount(sum)}` : formatDifference(sign * sum);
