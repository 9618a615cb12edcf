import type { ReactElement } from 'react';
import { furthestBehind } from '../../../shared/format/feed-words.ts';
import type { Feed } from '../../../shared/model/feed.ts';
import { TableFrame, type TableHead } from '../../components/table-frame.tsx';
import { ShardRow, type RowTask } from './shard-row.tsx';
import classes from './shards.module.css';

const HEADS: readonly TableHead[] = [
  { name: 'Shard' },
  { name: 'Read from' },
  { name: 'Slots' },
  { name: 'Phase' },
  { name: 'Lag' },
  { name: 'Applied' },
  { name: 'Waiting here' },
];

/** Shard by shard: where it is, what it has, and how far the target is behind it. */
export function ShardTable({
  task,
  feeds,
}: {
  readonly task: RowTask;
  readonly feeds: readonly Feed[];
}): ReactElement {
  const furthest = furthestBehind(feeds);
  return (
    <TableFrame
      label="Shards of the source"
      heads={HEADS}
      mostHeightRem={21}
      leastWidthRem={46}
      rowSpacingPx={4}
      className={classes.table}
    >
      {feeds.map((feed) => (
        <ShardRow key={feed.part} task={task} feed={feed} furthest={feed === furthest} />
      ))}
    </TableFrame>
  );
}
