import { Table, VisuallyHidden } from '@mantine/core';
import type { ReactElement } from 'react';
import { formatBytes, formatCount } from '../../../shared/format/numbers.ts';
import { awayWords, furthestNode } from '../../../shared/format/lane-words.ts';
import type { LaneFigures } from '../../../shared/model/lane.ts';
import { TableFrame, type TableHead } from '../../components/table-frame.tsx';
import { ShardSlots } from './shard-slots.tsx';
import classes from './shards.module.css';

const NONE = '–';

const HEADS: readonly TableHead[] = [
  { name: 'Node' },
  { name: 'Primary' },
  { name: 'Slots' },
  { name: 'Behind the source', align: 'end' },
  { name: 'Written' },
];

/** Node by node: where it is, which slots are written there, and how far it is behind the source. */
export function NodeTable({
  active,
  atMs,
  lanes,
}: {
  /** The task runs. */
  readonly active: boolean;
  /** When these were its figures. */
  readonly atMs: number;
  readonly lanes: readonly LaneFigures[];
}): ReactElement {
  const furthest = active ? furthestNode(lanes) : undefined;
  return (
    <TableFrame
      label="Nodes of the target"
      heads={HEADS}
      mostHeightRem={21}
      leastWidthRem={46}
      rowSpacingPx={4}
      className={classes.table}
    >
      {lanes.map((lane, i) => (
        <NodeRow key={lane.at} number={i + 1} {...{ active, atMs, lane }} furthest={lane === furthest} />
      ))}
    </TableFrame>
  );
}

interface NodeRowProps {
  readonly number: number;
  readonly active: boolean;
  readonly atMs: number;
  readonly lane: LaneFigures;
  readonly furthest: boolean;
}

const NodeRow = ({ number, active, atMs, lane, furthest }: NodeRowProps): ReactElement => (
  <Table.Tr
    data-node={lane.at}
    data-furthest={furthest || undefined}
    data-away={(active && lane.away !== undefined) || undefined}
  >
    <Table.Th scope="row">{number}</Table.Th>
    <Table.Td className={classes.at}>
      {lane.at}
      {active && lane.away && <div className={classes.away}>{awayWords(lane.away, atMs)}</div>}
    </Table.Td>
    <Table.Td>
      <ShardSlots slots={lane.slots} />
    </Table.Td>
    <Table.Td className={classes.lag} ta="end">
      {active ? formatBytes(lane.behindBytes) : NONE}
      {furthest && <VisuallyHidden>, furthest behind</VisuallyHidden>}
    </Table.Td>
    <Table.Td>
      {active ? (
        <>
          {formatCount(lane.commandsPerSecond)}/s{' '}
          <span className={classes.beside}>{formatCount(lane.commands)} commands</span>
        </>
      ) : (
        NONE
      )}
    </Table.Td>
  </Table.Tr>
);
