import type { BacklogReach } from '../model/backlog-reach.ts';
import { formatBytes, formatDuration } from './numbers.ts';

/** For how long a task that stops can be resumed; without a full stop. */
export function describeReach({ bytes, ms }: BacklogReach): string {
  const kept = `The source keeps ${formatBytes(bytes)} of its stream: at the rate at which it wrote meanwhile, the task can be resumed for`;
  return ms === null
    ? `${kept} more than a week`
    : `${kept} about ${formatDuration(ms)}; after that a new full copy is made`;
}
