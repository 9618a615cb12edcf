import type { Feed, FeedEnd } from '../model/feed.ts';
import type { TaskView } from '../model/task-view.ts';
import { isLate } from '../model/judgement.ts';
import { activityOf, statusOfPhase, type TaskStatus } from '../model/task-status.ts';

/** Below that it is the way of things that one shard is behind another. */
const MOST_APART_SECONDS = 5;
/** Of more ranges a sentence says that there are more. */
const MOST_RANGES = 3;

/** The shard that holds up a task, where the source is a cluster; undefined while none is far behind. */
export function furthestBehind(feeds: readonly Feed[] | undefined): Feed | undefined {
  if (!feeds || feeds.length < 2) return undefined;
  const furthest = feeds.reduce((most, one) => (one.lag.seconds > most.lag.seconds ? one : most));
  return furthest.lag.seconds > MOST_APART_SECONDS ? furthest : undefined;
}

/** That shard in a sentence: `shard 2 at 10.0.0.1:7000 (slots 0-5460)`; empty while none is far behind. */
export function describeFurthest(feeds: readonly Feed[] | undefined): string {
  const furthest = furthestBehind(feeds);
  return furthest ? `shard ${furthest.part} at ${furthest.at} (slots ${describeSlots(furthest.slots)})` : '';
}

/** What is done about one shard. A task that is not at work does the same about all of them: nothing. */
export function feedStatus(
  task: Pick<TaskView, 'state' | 'phase' | 'trouble' | 'fullOnly'>,
  { phase, lag }: Pick<Feed, 'phase' | 'lag'>,
): TaskStatus {
  switch (task.state) {
    case 'running':
    case 'stopping':
    case 'paused':
      // Others may go on behind it.
      if (phase === 'ended') return task.fullOnly ? 'completed' : 'stopped';
      return phase === 'in-step' && isLate({ lag }) ? 'catching-up' : statusOfPhase(phase);
    default:
      return activityOf(task);
  }
}

/** Where the target stands at the end of a run. */
export const describeStand = (offset: number, feeds: readonly FeedEnd[] | undefined): string =>
  feeds === undefined
    ? `the target stands at offset ${offset}`
    : `the target stands at an offset of its own for each of ${feeds.length} ${feeds.length === 1 ? 'shard' : 'shards'}`;

function describeSlots(slots: string): string {
  const ranges = slots.split(',');
  return ranges.length > MOST_RANGES ? `${ranges.slice(0, MOST_RANGES).join(', ')}, …` : ranges.join(', ');
}
