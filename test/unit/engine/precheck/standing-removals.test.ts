import { describe, expect, it } from 'vitest';
import type { NodeStanding } from '../../../../electron/engine/precheck/standing-keys.ts';
import { databaseRemovals, nodeRemovals } from '../../../../electron/engine/precheck/standing-removals.ts';
import { parseEndpoint } from '../../../../shared/model/endpoint.ts';

const node = (number: number, keys: number, ownKeys = 0): NodeStanding => ({
  endpoint: parseEndpoint(`redis://app:s3cret@10.0.0.${number}:7000`),
  databases: keys > 0 ? [{ db: 0, keys, ownKeys, names: ['k'] }] : [],
  ownKeys,
  libraries: [],
});

describe('keys that are in the way on a cluster', () => {
  it('are removed node by node, at its own address, where it holds any', () => {
    const mends = nodeRemovals([node(1, 20), node(2, 0), node(3, 1)]);
    expect(mends.map(({ command }) => command)).toEqual([
      'redis-cli -h 10.0.0.1 -p 7000 --user app --askpass -n 0 FLUSHDB',
      'redis-cli -h 10.0.0.3 -p 7000 --user app --askpass -n 0 FLUSHDB',
    ]);
    expect(mends[1]).toMatchObject({
      where: 'target',
      toll: 'removes',
      text: 'Or remove all that the node 10.0.0.3:7000 holds, 1 key: they are gone for good, so make a backup first.',
    });
  });

  it('are never flushed where other tasks keep something, and of many nodes the first are told', () => {
    const [first, ...others] = nodeRemovals([1, 2, 3, 4, 5, 6, 7].map((n) => node(n, 5, n === 1 ? 2 : 0)));
    expect(first!.command).toBeUndefined();
    expect(first!.text).toContain('but not with FLUSHDB');
    expect(others.filter(({ command }) => command !== undefined)).toHaveLength(4);
    expect(others.at(-1)!.text).toBe('2 more nodes hold keys: run the precheck again for them.');
  });
});

it('of one server they are removed database by database', () => {
  const target = parseEndpoint('10.0.0.1:6379');
  const [three, zero] = databaseRemovals(
    [
      { db: 3, keys: 2, ownKeys: 0, names: [] },
      { db: 0, keys: 2, ownKeys: 1, names: [] },
    ],
    target,
  );
  expect(three!.command).toBe('redis-cli -h 10.0.0.1 -p 6379 -n 3 FLUSHDB');
  expect(zero!.command).toBeUndefined();
});
