import { Table, VisuallyHidden } from '@mantine/core';
import type { ReactElement } from 'react';
import { feedStatus } from '../../../shared/format/feed-words.ts';
import { formatBytes, formatCount, formatKeys } from '../../../shared/format/numbers.ts';
import { formatByteRate, formatLag } from '../../../shared/format/rates.ts';
import type { Feed } from '../../../shared/model/feed.ts';
import type { Phase } from '../../../shared/model/phase.ts';
import { isAtWork, type TaskView } from '../../../shared/model/task-view.ts';
import { StatusBadge } from '../../components/phase-badge.tsx';
import { ShardSlots } from './shard-slots.tsx';
import classes from './shards.module.css';

export type RowTask = Pick<TaskView, 'state' | 'phase' | 'trouble' | 'fullOnly'>;

const NONE = '–';
/** Nothing of the shard's stream is known yet, and 0 would be no lag. */
const BEFORE_STREAM: ReadonlySet<Phase> = new Set(['connecting', 'receiving', 'asking']);

export interface ShardRowProps {
  readonly task: RowTask;
  readonly feed: Feed;
  /** It is the one that the task's sentence names. */
  readonly furthest: boolean;
}

export function ShardRow({ task, feed, furthest }: ShardRowProps): ReactElement {
  const { part, slots, at, ofReplica, phase, lag, applied, keysDone, spool, anew } = feed;
  const active = isAtWork(task.state);
  return (
    <Table.Tr data-shard={part} data-furthest={furthest || undefined}>
      <Table.Th scope="row">{part}</Table.Th>
      <Table.Td className={classes.at}>
        {at}
        {ofReplica && <span className={classes.beside}> replica</span>}
      </Table.Td>
      <Table.Td>
        <ShardSlots slots={slots} />
      </Table.Td>
      <Table.Td>
        <StatusBadge status={feedStatus(task, feed)} />
        {active && phase === 'full-copy' && (
          <>
            {' '}
            <span className={classes.beside}>{formatKeys(keysDone)}</span>
          </>
        )}
        {active && anew && (
          <>
            {' '}
            <span className={classes.beside}>begins anew: slots have moved</span>
          </>
        )}
      </Table.Td>
      <Table.Td className={classes.lag}>
        {active && !BEFORE_STREAM.has(phase) ? (
          <>
            {formatLag(lag.seconds)} <span className={classes.beside}>{formatBytes(lag.bytes)}</span>
            {furthest && <VisuallyHidden>, furthest behind</VisuallyHidden>}
          </>
        ) : (
          NONE
        )}
      </Table.Td>
      <Table.Td>
        {active ? (
          <>
            {formatCount(applied.commandsPerSecond)}/s{' '}
            <span className={classes.beside}>{formatByteRate(applied.bytesPerSecond)}</span>
          </>
        ) : (
          NONE
        )}
      </Table.Td>
      <Table.Td>
        {active ? (
          <>
            {formatBytes(spool.bytes)}
            {spool.diskBytes > 0 && (
              <>
                {' '}
                <span className={classes.beside}>{formatBytes(spool.diskBytes)} on disk</span>
              </>
            )}
          </>
        ) : (
          NONE
        )}
      </Table.Td>
    </Table.Tr>
  );
}
