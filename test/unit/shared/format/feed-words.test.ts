import { expect, test } from 'vitest';
import {
  describeFurthest,
  describeStand,
  feedStatus,
  furthestBehind,
} from '../../../../shared/format/feed-words.ts';
import type { Feed } from '../../../../shared/model/feed.ts';
import type { TaskView } from '../../../../shared/model/task-view.ts';

const flow = { commandsPerSecond: 0, bytesPerSecond: 0, commands: 0, bytes: 0 };
const feed = (part: number, slots: string, seconds: number): Feed => ({
  part,
  slots,
  at: `10.0.0.${part}:7000`,
  phase: 'in-step',
  lag: { bytes: 0, seconds },
  offsets: { source: 0, received: 0, applied: 0 },
  read: flow,
  applied: flow,
  keysDone: 0,
  spool: { bytes: 0, diskBytes: 0 },
});

test('the shard that is furthest behind is named with its slots, once it is far behind', () => {
  expect(describeFurthest([feed(1, '0-9', 5), feed(2, '10-16383', 1)])).toBe('');
  expect(describeFurthest([feed(1, '0-9', 9), feed(2, '10-16383', 12)])).toBe(
    'shard 2 at 10.0.0.2:7000 (slots 10-16383)',
  );
});

test('a table marks the one that the sentence names', () => {
  const feeds = [feed(1, '0-9', 9), feed(2, '10-16383', 12)];
  expect(furthestBehind(feeds)).toBe(feeds[1]);
  expect(furthestBehind([feed(1, '0-9', 1), feed(2, '10-16383', 2)])).toBeUndefined();
});

test.each<[Partial<TaskView>, Feed['phase'], string]>([
  [{}, 'full-copy', 'full-copy'],
  [{}, 'reconnecting', 'retrying'],
  [{}, 'ended', 'stopped'],
  [{ fullOnly: true }, 'ended', 'completed'],
  [{ state: 'stopping' }, 'catching-up', 'catching-up'],
  [{ state: 'stopping' }, 'releasing', 'stopping'],
  [{ state: 'paused', phase: 'paused' }, 'paused', 'paused'],
  // The last report of a run is no news of what is done now.
  [{ state: 'stopped', phase: 'ended' }, 'in-step', 'stopped'],
  [{ state: 'failed', phase: 'ended' }, 'in-step', 'failed'],
  [{ state: 'starting', phase: 'connecting' }, 'in-step', 'starting'],
])('of a task %j whose shard is in %s it says %s', (change, phase, status) => {
  const task = { state: 'running', phase: 'in-step', trouble: null, fullOnly: false, ...change } as const;
  expect(feedStatus(task, { phase, lag: { bytes: 0, seconds: 1 } })).toBe(status);
});

test('a shard that is far behind is not called in step', () => {
  const task = { state: 'running', phase: 'in-step', trouble: null, fullOnly: false } as const;
  expect(feedStatus(task, feed(1, '0-5', 4 * 86_400))).toBe('catching-up');
});

test('of many ranges some are named', () => {
  expect(describeFurthest([feed(1, '1,3,5,7', 9), feed(2, '8', 1)])).toBe(
    'shard 1 at 10.0.0.1:7000 (slots 1, 3, 5, …)',
  );
});

test('one that is alone is not named, as the figures are its own', () => {
  expect(describeFurthest([feed(1, '0-16383', 99)])).toBe('');
  expect(describeFurthest(undefined)).toBe('');
});

test('offsets of several streams are no one offset', () => {
  expect(describeStand(7, undefined)).toBe('the target stands at offset 7');
  const end = { slots: '0', replid: 'a', offset: 3 };
  expect(describeStand(6, [end, end])).toBe('the target stands at an offset of its own for each of 2 shards');
});
