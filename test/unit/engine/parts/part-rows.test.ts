import { beforeEach, describe, expect, it } from 'vitest';
import { jointMetrics, type PartFigures } from '../../../../electron/engine/parts/joint-metrics.ts';
import { PartRows, type ShownPart } from '../../../../electron/engine/parts/part-rows.ts';
import { metricsSchema, type Metrics, type Phase } from '../../../../shared/model/metrics.ts';

const flow = (n: number): Metrics['read'] => ({
  commandsPerSecond: n,
  bytesPerSecond: n,
  commands: n,
  bytes: n,
});
const LANES = [{ at: '10.0.1.1:7000', slots: '0-99', behindBytes: 5, commands: 7, commandsPerSecond: 3 }];
const COUNTS = { db: 0, sourceKeys: 100, sourceExpires: 0, targetKeys: 103, targetExpires: 0 };

function figures(number: number, slots: string, phase: Phase, some: Partial<Metrics> = {}): PartFigures {
  const metrics: Metrics = {
    atMs: 0,
    phase,
    copy: { bytesDone: 0, bytesReceived: 0, keysDone: 0 },
    read: flow(0),
    applied: flow(0),
    offsets: { source: 0, received: 0, applied: 0 },
    lag: { bytes: 0, seconds: 0 },
    spool: { bytes: 0, diskBytes: 0 },
    databases: [],
    evictedKeys: 0,
    librariesLeftOut: 0,
    faults: 0,
    rssBytes: 1,
    ...some,
  };
  return { number, slots, at: `10.0.0.${number}:7000`, phase, metrics, ownKeys: 0 };
}

const full = (number: number, slots: string): PartFigures => ({
  ...figures(number, slots, 'in-step', {
    applied: flow(50),
    lag: { bytes: 9, seconds: 0.5 },
    databases: [COUNTS],
    countedAtMs: 900,
    lanes: LANES,
    faults: 2,
  }),
  ownKeys: 2,
});

const running = (its: PartFigures, some: Partial<ShownPart> = {}): ShownPart => ({
  ...{ number: its.number, phase: its.phase, underWay: true, goesOn: false, figures: its },
  ...some,
});

let rows: PartRows;
let first: ShownPart;
let second: ShownPart;
beforeEach(() => {
  rows = new PartRows();
  first = running(full(1, '0-49'));
  second = running(full(2, '50-99'));
});

describe('a part that is begun anew', () => {
  const anew = (its: Partial<ShownPart> = {}): ShownPart =>
    running(figures(2, '45-99', 'connecting'), { underWay: false, goesOn: true, ...its });

  it('is shown as it stands while it is ended', () => {
    rows.leaves(second, 1000);
    const { figures: its } = second;
    const ending = { ...its, metrics: { ...its.metrics, lanes: undefined } as unknown as Metrics };
    const part = Object.assign(second, { figures: ending });
    const [, row] = rows.figures([first, part], 2000);
    expect(row).toMatchObject({
      ...{ phase: 'catching-up', anew: true },
      metrics: { lanes: [{ ...LANES[0], commandsPerSecond: 0 }] },
    });
    // What it has done counts as its own until it has ended.
    expect(row?.metrics.applied.commands).toBe(50);
    expect(rows.phases([first, part])).toEqual(['in-step', 'catching-up']);
  });

  it('keeps its row before it is begun, and is behind by all of that time', () => {
    rows.leaves(second, 1000);
    const [, row] = rows.figures([first], 4000);
    expect(row).toMatchObject({ number: 2, slots: '50-99', anew: true, phase: 'catching-up', ownKeys: 2 });
    expect(row?.metrics).toMatchObject({
      lag: { bytes: 9, seconds: 3.5 },
      applied: flow(0),
      databases: [COUNTS],
      faults: 0,
      lanes: [{ ...LANES[0], commandsPerSecond: 0 }],
    });
  });

  it('keeps it until its next run has figures of its own, with the slots alone that it had and is to have', () => {
    rows.leaves(second, 1000);
    const [, connecting] = rows.figures([first, anew()], 2000);
    expect(connecting).toMatchObject({ slots: '50-99', anew: true, phase: 'catching-up' });
    expect(rows.phases([first, anew()])).toEqual(['in-step', 'catching-up']);
    const [, shrunk] = rows.figures([first, anew({ figures: figures(2, '60-99', 'connecting') })], 2000);
    expect(shrunk?.slots).toBe('60-99');

    const streaming = figures(2, '50-99', 'catching-up', { lag: { bytes: 1, seconds: 0.1 } });
    const [, uncounted] = rows.figures([first, running(streaming)], 3000);
    expect(uncounted?.anew).toBeUndefined();
    expect(uncounted).toMatchObject({ ownKeys: 2, metrics: { lag: { bytes: 1 }, databases: [COUNTS] } });
    expect(uncounted?.metrics.lanes).toEqual([{ ...LANES[0], commandsPerSecond: 0 }]);

    const known = { ...full(2, '45-99'), ownKeys: 1 };
    expect(rows.figures([first, running(known)], 4000)[1]).toEqual(known);
    const bare = figures(2, '45-99', 'catching-up');
    expect(rows.figures([first, running(bare)], 5000)[1]).toEqual(bare);
  });

  it('says that it is paused, or cannot reach its servers, if so', () => {
    rows.leaves(second, 1000);
    for (const phase of ['paused', 'reconnecting'] as const) {
      const part = anew({ phase });
      expect(rows.phases([part])).toEqual([phase]);
      expect(rows.figures([part], 2000)[0]).toMatchObject({ phase, anew: true });
    }
  });

  it('shows a full copy as one, without nodes that are not written to', () => {
    rows.leaves(second, 1000);
    const copying = figures(2, '45-99', 'full-copy', { databases: [COUNTS], countedAtMs: 1500 });
    expect(rows.figures([running(copying)], 2000)[0]).toEqual(copying);
  });

  it('is a copy still that was broken off: the target has a part of its keys alone', () => {
    const copying = running(figures(2, '50-99', 'full-copy'));
    rows.leaves(copying, 1000);
    for (const parts of [[first, copying], [first], [first, anew()]])
      expect(rows.phases(parts)).toEqual(['in-step', 'full-copy']);
  });

  it('keeps its figures where it is ended once more before it has any', () => {
    rows.leaves(second, 1000);
    const again = anew();
    rows.leaves(again, 2000);
    const [, row] = rows.figures([first, again], 3000);
    expect(row).toMatchObject({ anew: true, phase: 'catching-up', metrics: { databases: [COUNTS] } });
    expect(rows.figures([first], 3000)[1]?.metrics.lag.seconds).toBe(2.5);
  });

  it('has copied what it had copied before, until it copies anew', () => {
    const copy = { bytesDone: 900, bytesReceived: 900, keysDone: 30 };
    const copied = running(figures(2, '50-99', 'in-step', { copy, countedAtMs: 1 }));
    rows.leaves(copied, 1000);
    const streaming = running(figures(2, '45-99', 'in-step', { countedAtMs: 2 }));
    for (const parts of [[copied], [], [streaming], [streaming]])
      expect(rows.figures(parts, 2000)[0]?.metrics.copy.keysDone).toBe(30);
    const copying = running(figures(2, '45-99', 'full-copy', { countedAtMs: 2 }));
    expect(rows.figures([copying], 2000)[0]?.metrics.copy.keysDone).toBe(0);
  });

  it('goes with its shard', () => {
    rows.leaves(second, 1000);
    rows.forget(2);
    expect(rows.figures([first], 2000).map(({ number }) => number)).toEqual([1]);
  });
});

it('a task catches up while a part of it is begun, and connects at its own beginning alone', () => {
  const connecting = figures(3, '0-9', 'connecting');
  expect(rows.phases([running(connecting, { underWay: false, goesOn: true })])).toEqual(['catching-up']);
  expect(rows.phases([running(connecting, { underWay: false })])).toEqual(['connecting']);
});

it('figures of a task name what is begun anew, and which slots are not settled', () => {
  rows.leaves(second, 1000);
  const unsettled = { moves: [{ slots: '5', from: 'a:1', to: 'b:2' }], ofNobody: '-', ofSeveral: '-' };
  const joint = jointMetrics(rows.figures([first], 2000), 'catching-up', 2000, undefined, unsettled);
  expect(joint.feeds?.map(({ part, anew }) => [part, anew])).toEqual([
    [1, undefined],
    [2, true],
  ]);
  expect(joint.databases[0]?.sourceKeys).toBe(200);
  expect(joint.unsettled).toEqual({ source: unsettled, target: undefined });
  expect(metricsSchema.safeParse(joint).success).toBe(true);
});
