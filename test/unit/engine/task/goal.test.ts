import { beforeEach, describe, expect, it } from 'vitest';
import { Deferred } from '../../../../electron/engine/pacing/deferred.ts';
import { Goal, type GoalOptions } from '../../../../electron/engine/task/goal.ts';

const did: string[] = [];
let looked: Deferred<void>;
let settled = true;

const goal = (confirm?: GoalOptions['confirm']): Goal =>
  new Goal({
    feed: { connected: true, receivedOffset: 100 },
    target: { streaming: true, progress: { appliedOffset: 100 }, hurry: () => undefined },
    sampler: {
      asked: 0,
      sampleSource: async () => 100,
      standing: { orphaned: false },
    } as unknown as GoalOptions['sampler'],
    pace: { paused: false },
    events: { phase: () => undefined },
    settled: () => settled,
    confirm,
    onInStep: () => did.push('in step'),
    onEnd: () => did.push('end'),
  });

const confirm = (): Promise<void> => {
  did.push('look');
  return looked.promise;
};

beforeEach(() => {
  did.length = 0;
  settled = true;
  looked = new Deferred();
});

describe('the goal of a run', () => {
  it('is reached at its offset', async () => {
    await goal().sample();
    expect(did).toEqual(['in step']);
  });

  it('is reached once somebody has looked whether it is the goal still', async () => {
    const one = goal(confirm);
    await one.sample();
    one.committed(100);
    expect(did).toEqual(['look']);
    looked.resolve();
    await looked.promise;
    await Promise.resolve();
    expect(did).toEqual(['look', 'in step']);
  });

  it('is not reached where that look has found otherwise, or nothing is wanted any more', async () => {
    for (const change of [() => (settled = false), (one: Goal) => one.drop()]) {
      settled = true;
      did.length = 0;
      looked = new Deferred();
      const one = goal(confirm);
      await one.sample();
      change(one);
      looked.resolve();
      await looked.promise;
      await Promise.resolve();
      expect(did).toEqual(['look']);
    }
  });

  it('ends a run after that look as well', async () => {
    const one = goal(confirm);
    await one.drain();
    expect(did).toEqual(['look']);
    looked.resolve();
    await looked.promise;
    await Promise.resolve();
    expect(did).toEqual(['look', 'end']);
  });
});
