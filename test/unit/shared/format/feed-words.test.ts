import { expect, test } from 'vitest';
import { describeFurthest, describeStand } from '../../../../shared/format/feed-words.ts';
import type { Feed } from '../../../../shared/model/feed.ts';

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
    '10.0.0.2:7000 (slots 10-16383)',
  );
});

test('of many ranges some are named', () => {
  expect(describeFurthest([feed(1, '1,3,5,7', 9), feed(2, '8', 1)])).toBe('10.0.0.1:7000 (slots 1, 3, 5, …)');
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
