import { Table } from '@mantine/core';
import type { ReactElement } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import type { DatabaseReport } from '../../shared/model/comparison.ts';

/** What was compared of a part of the two sides. */
export type ComparedCounts = Pick<DatabaseReport, 'sourceKeys' | 'targetKeys' | 'compared' | 'differing'>;

/** The heads of the columns of `CountCells`. */
export const CountHeads = (): ReactElement => (
  <>
    <Table.Th scope="col">Keys seen on the source</Table.Th>
    <Table.Th scope="col">Keys seen on the target</Table.Th>
    <Table.Th scope="col">Compared</Table.Th>
    <Table.Th scope="col">Differing</Table.Th>
  </>
);

export const CountCells = ({
  counts: { sourceKeys, targetKeys, compared, differing },
}: {
  readonly counts: ComparedCounts;
}): ReactElement => (
  <>
    <Table.Td>{formatCount(sourceKeys)}</Table.Td>
    <Table.Td>{formatCount(targetKeys)}</Table.Td>
    <Table.Td>{formatCount(compared)}</Table.Td>
    <Table.Td>{formatCount(differing)}</Table.Td>
  </>
);
