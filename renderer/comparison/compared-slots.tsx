import { Table } from '@mantine/core';
import type { ReactElement } from 'react';
import { slotsThatDiffer } from '../../shared/format/differing-slots.ts';
import { formatCount } from '../../shared/format/numbers.ts';
import type { SlotReport } from '../../shared/model/comparison.ts';
import { CountCells, CountHeads } from './compared-counts.tsx';
import classes from './comparison.module.css';

/** Of more the first are shown; the file of the whole report has them. */
const MOST_SHOWN = 50;

/** Where keys differ: ranges of slots, each of one shard on either side. Nothing where none does, or neither side is a cluster. */
export function ComparedSlots({ report }: { readonly report: SlotReport | undefined }): ReactElement | null {
  const { ranges = [], rangesTotal = 0 } = report ?? {};
  const shown = ranges.slice(0, MOST_SHOWN);
  const bySource = ranges.some(({ source }) => source !== null);
  const byTarget = ranges.some(({ target }) => target !== null);
  if (!report || (!bySource && !byTarget)) return null;
  return (
    <div className={classes.slots}>
      <Table verticalSpacing={5} className={classes.table} aria-label="In which slots keys differ">
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Slots with keys that differ</Table.Th>
            {bySource && <Table.Th scope="col">Shard of the source</Table.Th>}
            {byTarget && <Table.Th scope="col">Node of the target</Table.Th>}
            <CountHeads />
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {shown.map((range) => (
            <Table.Tr key={range.slots}>
              <Table.Th scope="row">
                {range.slots} <span className={classes.inSlots}>in {slotsThatDiffer(range, report)}</span>
              </Table.Th>
              {bySource && <Table.Td>{range.source}</Table.Td>}
              {byTarget && <Table.Td>{range.target}</Table.Td>}
              <CountCells counts={range} />
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {rangesTotal > shown.length && (
        <p className={classes.inSlots}>
          The first {formatCount(shown.length)} of {formatCount(rangesTotal)} ranges.
        </p>
      )}
    </div>
  );
}
