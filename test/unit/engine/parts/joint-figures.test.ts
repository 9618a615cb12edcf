import { describe, expect, it } from 'vitest';
import { jointMetrics, type PartFigures } from '../../../../electron/engine/parts/joint-metrics.ts';
import { jointPhase } from '../../../../electron/engine/parts/joint-phase.ts';
import { metricsSchema, PHASES, type Metrics } from '../../../../shared/model/metrics.ts';

const flow = (n: number): Metrics['read'] => ({
  commandsPerSecond: n,
  bytesPerSecond: n,
  commands: n,
  bytes: n,
});

function part(number: number, lagSeconds: number, some: Partial<Metrics> = {}): PartFigures {
  const metrics: Metrics = {
    atMs: 0,
    phase: 'in-step',
    copy: {
      bytesDone: 10,
      bytesTotal: 20,
      bytesReceived: 10,
      keysDone: 5,
      keysExpected: 9,
      remainingMs: 100 * number,
    },
    read: flow(1),
    applied: flow(2),
    offsets: { source: 100, received: 90, applied: 80 },
    lag: { bytes: 20, seconds: lagSeconds },
    spool: { bytes: 10, diskBytes: 5 },
    databases: [{ db: 0, sourceKeys: 10, sourceExpires: 1, targetKeys: 37, targetExpires: 3 }],
    countedAtMs: 1000 + number,
    evictedKeys: 4,
    librariesLeftOut: 0,
    faults: 1,
    rssBytes: 1,
    ...some,
  };
  return { number, slots: '0-5', at: '10.0.0.1:6379', phase: 'in-step', metrics, ownKeys: 2 };
}

describe('the figures of a task with several parts', () => {
  const joint = jointMetrics([part(1, 0), part(2, 7), part(3, 1)], 'catching-up', 5000);

  it('are those of all of them together, and the worst where they are times', () => {
    expect(joint).toMatchObject({
      atMs: 5000,
      phase: 'catching-up',
      copy: { bytesDone: 30, bytesTotal: 60, keysDone: 15, keysExpected: 27, remainingMs: 300 },
      offsets: { source: 300, received: 270, applied: 240 },
      lag: { bytes: 60, seconds: 7 },
      faults: 3,
      // One target, looked at three times.
      evictedKeys: 4,
      countedAtMs: 1001,
    });
    expect(joint.applied).toEqual(flow(6));
  });

  it('count the target once, without the own keys of any part, of which all have the index of tasks', () => {
    expect(joint.databases).toEqual([
      { db: 0, sourceKeys: 30, sourceExpires: 3, targetKeys: 35, targetExpires: 3 },
    ]);
  });

  it('count the index once where a part has not claimed its own yet', () => {
    const claimed = part(1, 0);
    const unclaimed: PartFigures = {
      ...part(2, 0, {
        databases: [{ db: 0, sourceKeys: 10, sourceExpires: 1, targetKeys: 39, targetExpires: 3 }],
      }),
      ownKeys: 0,
    };
    for (const order of [
      [claimed, unclaimed],
      [unclaimed, claimed],
    ])
      expect(jointMetrics(order, 'full-copy', 0).databases[0]?.targetKeys).toBe(37);
    const alone = jointMetrics([unclaimed, { ...unclaimed, number: 3 }], 'connecting', 0);
    expect(alone.databases[0]?.targetKeys).toBe(39);
  });

  it('count the target as it was counted last, whichever part did that', () => {
    const of = (targetKeys: number): Partial<Metrics> => ({
      databases: [{ db: 0, sourceKeys: 10, sourceExpires: 0, targetKeys, targetExpires: 0 }],
    });
    // The last one in order has ended in the midst of what the first one copied.
    const parts = [
      part(1, 0, { ...of(24), countedAtMs: 9000 }),
      part(2, 0, { ...of(15), countedAtMs: 2000 }),
    ];
    expect(jointMetrics(parts, 'ended', 9000).databases).toMatchObject([{ sourceKeys: 20, targetKeys: 23 }]);
  });

  it('are as old as what was told longest ago', () => {
    const parts = [part(1, 0, { sourceAtMs: 4000 }), part(2, 0, { sourceAtMs: 900 }), part(3, 0)];
    expect(jointMetrics(parts, 'in-step', 5000).sourceAtMs).toBe(900);
  });

  it('name each part', () => {
    expect(joint.feeds?.map(({ part: number, lag }) => [number, lag.seconds])).toEqual([
      [1, 0],
      [2, 7],
      [3, 1],
    ]);
    expect(metricsSchema.safeParse(joint).success).toBe(true);
  });

  it('leave out what is not known of all', () => {
    const { copy } = jointMetrics(
      [part(1, 0), part(2, 0, { copy: { bytesDone: 1, bytesReceived: 1, keysDone: 1 } })],
      'full-copy',
      0,
    );
    expect(copy.bytesTotal).toBeUndefined();
  });
});

describe('the phase of a task with several parts', () => {
  it('is that of the one that is furthest from being in step', () => {
    expect(jointPhase(['in-step', 'full-copy', 'catching-up'])).toBe('full-copy');
    expect(jointPhase(['in-step', 'reconnecting'])).toBe('reconnecting');
    expect(jointPhase(['ended', 'releasing'])).toBe('releasing');
    expect(jointPhase([])).toBe('connecting');
    for (const phase of PHASES) expect(jointPhase([phase, phase])).toBe(phase);
  });
});
