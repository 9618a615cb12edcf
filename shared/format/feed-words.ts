import type { Feed, FeedEnd } from '../model/feed.ts';

/** Below that it is the way of things that one shard is behind another. */
const MOST_APART_SECONDS = 5;
/** Of more ranges a sentence says that there are more. */
const MOST_RANGES = 3;

/** The shard that holds up a task, where the source is a cluster: `10.0.0.1:7000 (slots 0-5460)`. Empty while none is far behind. */
export function describeFurthest(feeds: readonly Feed[] | undefined): string {
  if (!feeds || feeds.length < 2) return '';
  const { lag, at, slots } = feeds.reduce((most, one) => (one.lag.seconds > most.lag.seconds ? one : most));
  return lag.seconds > MOST_APART_SECONDS ? `${at} (slots ${describeSlots(slots)})` : '';
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
