import type { Feed } from '../../../shared/model/feed.ts';
import type { LaneFigures } from '../../../shared/model/lane.ts';
import { counter, gauge, type Figure } from './figure.ts';

/** What is told of each shard of a source that is a cluster; `shard` is the number that it has in the task. */
export const SHARD_FIGURES: readonly Figure<Feed>[] = [
  gauge('lockstep_shard_in_step', 'Whether the shard is in step.', ({ phase }) =>
    Number(phase === 'in-step'),
  ),
  gauge(
    'lockstep_shard_lag_seconds',
    'How long ago the shard was where the target is.',
    ({ lag }) => lag.seconds,
  ),
  gauge(
    'lockstep_shard_lag_bytes',
    'What of its stream the target does not have yet.',
    ({ lag }) => lag.bytes,
  ),
  gauge(
    'lockstep_shard_source_offset_bytes',
    'Where the shard is in its stream.',
    ({ offsets }) => offsets.source,
  ),
  gauge(
    'lockstep_shard_applied_offset_bytes',
    'What of it the target has.',
    ({ offsets }) => offsets.applied,
  ),
  counter(
    'lockstep_shard_applied_commands',
    'Commands of the shard applied.',
    ({ applied }) => applied.commands,
  ),
  counter('lockstep_shard_applied_bytes', 'Bytes of the shard applied.', ({ applied }) => applied.bytes),
  gauge(
    'lockstep_shard_copy_applied_keys',
    'Keys of its full copy on the target.',
    ({ keysDone }) => keysDone,
  ),
  gauge('lockstep_shard_buffer_bytes', 'What of it waits on this machine.', ({ spool }) => spool.bytes),
];

/** What is told of each node of a target that is a cluster; `node` is its address. */
export const NODE_FIGURES: readonly Figure<LaneFigures>[] = [
  gauge(
    'lockstep_node_behind_bytes',
    'Of what the source has written so far, how much the node has not answered for.',
    ({ behindBytes }) => behindBytes,
  ),
  counter(
    'lockstep_node_commands',
    'Commands given to the node since the stream was last taken up.',
    ({ commands }) => commands,
  ),
  gauge('lockstep_node_away', 'Whether the node is away while the others go on.', ({ away }) =>
    Number(away !== undefined),
  ),
];
