import { describe, expect, it } from 'vitest';
import type { Evictions } from '../../../../electron/engine/control/evictions.ts';
import { EvictionWatch } from '../../../../electron/engine/watch/eviction-watch.ts';

const says = (evictedKeys: number, runId = 'one'): Evictions => ({
  counters: new Map([[runId, evictedKeys]]),
  policy: 'allkeys-lru',
});

describe('EvictionWatch', () => {
  it('counts from the copy on, whatever was evicted before', () => {
    const watch = new EvictionWatch();
    watch.begin(says(500));
    expect(watch.look(says(500))).toBe(0);
    expect(watch.look(says(512))).toBe(12);
    expect(watch.look(says(513))).toBe(1);
    expect(watch.count).toBe(13);
    expect(watch.policy).toBe('allkeys-lru');
  });

  it('goes on counting over a restart of the target, and over CONFIG RESETSTAT', () => {
    const watch = new EvictionWatch();
    watch.begin(says(500));
    watch.look(says(510));
    expect(watch.look(says(3, 'two'))).toBe(3);
    expect(watch.look(says(1, 'two'))).toBe(1);
    expect(watch.count).toBe(14);
  });

  it('counts what was evicted while the task was stopped', () => {
    const first = new EvictionWatch();
    first.begin(says(500));
    first.look(says(510));
    const next = new EvictionWatch();
    expect(next.goOn(first.marks, says(531))).toBe(21);
    expect(next.count).toBe(31);
    const restarted = new EvictionWatch();
    expect(restarted.goOn(first.marks, says(4, 'two'))).toBe(4);
    expect(restarted.count).toBe(14);
  });

  it('counts on each node of a cluster by itself', () => {
    const cluster = (...counters: readonly (readonly [string, number])[]): Evictions => ({
      ...{ counters: new Map(counters), policy: 'allkeys-lru' },
    });
    const first = new EvictionWatch();
    first.begin(cluster(['a', 10], ['b', 20]));
    expect(first.look(cluster(['a', 11], ['b', 22]))).toBe(3);
    const next = new EvictionWatch();
    // One was restarted meanwhile.
    expect(next.goOn(first.marks, cluster(['a', 15], ['c', 2]))).toBe(6);
    expect(next.count).toBe(9);
  });

  it('begins anew with a new copy', () => {
    const watch = new EvictionWatch();
    watch.begin(says(500));
    watch.look(says(510));
    watch.begin(says(510));
    expect(watch.count).toBe(0);
    expect(watch.look(says(510))).toBe(0);
  });
});
