import { Table } from '@mantine/core';
import type { ReactElement } from 'react';
import { furthestBehind } from '../../../shared/format/feed-words.ts';
import type { Feed } from '../../../shared/model/feed.ts';
import { ShardRow, type RowTask } from './shard-row.tsx';
import classes from './shards.module.css';

/** Shard by shard: where it is, what it has, and how far the target is behind it. Of many it scrolls. */
export function ShardTable({
  task,
  feeds,
}: {
  readonly task: RowTask;
  readonly feeds: readonly Feed[];
}): ReactElement {
  const furthest = furthestBehind(feeds);
  return (
    <div className={classes.box} tabIndex={0} role="group" aria-label="Shards of the source">
      <Table verticalSpacing={4} className={classes.table} highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Shard</Table.Th>
            <Table.Th scope="col">Read from</Table.Th>
            <Table.Th scope="col">Slots</Table.Th>
            <Table.Th scope="col">Phase</Table.Th>
            <Table.Th scope="col">Lag</Table.Th>
            <Table.Th scope="col">Applied</Table.Th>
            <Table.Th scope="col">Waiting here</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {feeds.map((feed) => (
            <ShardRow key={feed.part} task={task} feed={feed} furthest={feed === furthest} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}
