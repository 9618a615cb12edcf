import { describe, expect, it } from 'vitest';
import { copyProgress, finishedCopy } from '../../../../renderer/task/copy-model.ts';
import type { Metrics, Phase } from '../../../../shared/model/metrics.ts';

const applied = { commands: 0, bytes: 0, commandsPerSecond: 0, bytesPerSecond: 77 };
const progress = (copy: Metrics['copy']) => copyProgress({ copy, applied });

describe('the progress of a full copy', () => {
  it('has a share where the total is known', () => {
    expect(
      progress({
        bytesDone: 25,
        bytesTotal: 100,
        bytesReceived: 60,
        keysDone: 3,
        keysExpected: 12,
        remainingMs: 9,
      }),
    ).toEqual({
      bytes: { done: 25, total: 100, share: 0.25 },
      keys: { done: 3, total: 12, share: 0.25 },
      receivedBytes: 60,
      bytesPerSecond: 77,
      remainingMs: 9,
    });
  });

  it('has none where the source does not tell', () => {
    expect(progress({ bytesDone: 25, bytesReceived: 60, keysDone: 3 })).toMatchObject({
      bytes: { done: 25, total: null, share: null },
      keys: { done: 3, total: null, share: null },
      remainingMs: null,
    });
  });

  it('never looks done while it is not, even when there is more than was expected', () => {
    const { keys } = progress({ bytesDone: 0, bytesReceived: 0, keysDone: 15, keysExpected: 12 });
    expect(keys.total).toBe(15);
    expect(keys.share).toBeLessThan(1);
  });
});

describe('a full copy that has ended', () => {
  const timeline = (...phases: readonly [Phase, number][]) =>
    phases.map(([phase, atMs]) => ({ phase, atMs }));

  it('has a duration', () => {
    expect(
      finishedCopy(timeline(['connecting', 0], ['full-copy', 10], ['catching-up', 500], ['in-step', 900])),
    ).toEqual({ tookMs: 490, endedAtMs: 500 });
  });

  it('counts its interruptions', () => {
    expect(
      finishedCopy(timeline(['full-copy', 10], ['reconnecting', 20], ['full-copy', 30], ['catching-up', 90])),
    ).toEqual({ tookMs: 80, endedAtMs: 90 });
  });

  it('is the last one', () => {
    expect(
      finishedCopy(
        timeline(
          ['full-copy', 0],
          ['catching-up', 5],
          ['reconnecting', 6],
          ['clearing', 7],
          ['full-copy', 8],
          ['in-step', 20],
        ),
      ),
    ).toEqual({ tookMs: 12, endedAtMs: 20 });
  });

  it.each([
    ['none', timeline(['connecting', 0], ['catching-up', 5])],
    ['one under way', timeline(['connecting', 0], ['full-copy', 5])],
    ['one that is interrupted', timeline(['full-copy', 5], ['reconnecting', 8])],
  ])('is not there for %s', (_, phases) => {
    expect(finishedCopy(phases)).toBeUndefined();
  });
});
