/** What a task tells of its parts while slots of its source move, and while one of its shards goes. */
import { afterEach, describe, expect, it } from 'vitest';
import type { Metrics, Phase } from '../../shared/model/metrics.ts';
import type { ClusterOptions } from '../support/cluster.ts';
import { ClusterSourceBench } from '../support/cluster-source/bench.ts';
import { eventually } from '../support/eventually.ts';
import type { EngineChild } from '../support/engine-child.ts';
import { atNight } from '../support/nightly.ts';

const KEYS = 600;

let bench: ClusterSourceBench;
let engine: EngineChild;

async function follow(source: ClusterOptions): Promise<void> {
  bench = await ClusterSourceBench.open({ target: 'a cluster of 2 shards', source });
  await Promise.all(Array.from({ length: KEYS }, (_, n) => bench.source.client.set(`key:${n}`, n)));
  engine = await bench.follow();
  await eventually('both sides were counted', () => sourceKeys(engine.metrics) === KEYS);
}
afterEach(() => bench?.close());

const sourceKeys = (metrics: Metrics | undefined): number | undefined => metrics?.databases[0]?.sourceKeys;
const slotsOf = (metrics: Metrics | undefined): string[] =>
  (metrics?.feeds ?? []).map(({ slots }) => slots).toSorted();

/** All reports since the first of these events. */
const reportsSince = (first: number): Metrics[] =>
  engine.events.slice(first).flatMap((event) => (event.type === 'metrics' ? [event.metrics] : []));

async function settledAs(...slots: string[]): Promise<void> {
  await eventually(
    'the task is in step, with each slot at its shard',
    () => engine.metrics?.phase === 'in-step' && slotsOf(engine.metrics).join() === slots.toSorted().join(),
    60_000,
  );
}

function expectWhole(reports: readonly Metrics[], parts: readonly number[], phases: readonly Phase[]): void {
  for (const report of reports) {
    expect(phases).toContain(report.phase);
    expect(report.feeds?.map(({ part }) => part)).toEqual(expect.arrayContaining([...parts]));
    for (const { part, phase } of report.feeds ?? [])
      if (parts.includes(part)) expect(phases).toContain(phase);
    // Each node of the target keeps its row.
    expect(report.lanes).toHaveLength(2);
    // A key that is carried may be counted on both of its shards, or on neither; a shard's worth is never missing.
    expect(sourceKeys(report)).toBeGreaterThan(KEYS - 100);
  }
}

describe('while slots of its source move', () => {
  it('every part keeps its row, and the task catches up', async () => {
    await follow({});
    const first = engine.events.length;
    await bench.source.moveSlots(
      Array.from({ length: 40 }, (_, slot) => slot),
      bench.source.members[2]!,
    );
    await settledAs('40-5460', '5461-10921', '0-39,10922-16383');
    const reports = reportsSince(first);
    expectWhole(reports, [1, 2, 3], ['in-step', 'catching-up']);
    const told = reports.flatMap(({ unsettled }) => unsettled?.source?.moves ?? []);
    const [from, , to] = bench.source.members.map(({ server }) => `127.0.0.1:${server.port}`);
    for (const move of told) expect(move).toMatchObject({ from, to });
    expect(reports.at(-1)?.unsettled).toBeUndefined();
  });

  it('tells which of them are under way, and from where to where', async () => {
    await follow({});
    const [from, , to] = bench.source.members;
    await bench.source.openMove(7, to!);
    await bench.source.openMove(8, to!);
    await eventually(
      'they are told',
      () => engine.metrics?.unsettled?.source?.moves.some(({ slots }) => slots === '7-8') === true,
    );
    expect(engine.metrics?.unsettled?.source).toEqual({
      moves: [{ slots: '7-8', from: `127.0.0.1:${from!.server.port}`, to: `127.0.0.1:${to!.server.port}` }],
      ofNobody: '-',
      ofSeveral: '-',
    });
    expect(engine.metrics?.phase).toBe('catching-up');
    for (const slot of [7, 8]) {
      await bench.source.carry(slot, to!);
      await bench.source.closeMove(slot, to!);
    }
    await eventually('they are settled', () => engine.metrics?.unsettled === undefined);
  });

  atNight('the others keep theirs while a shard comes, and when it goes', async () => {
    await follow({ spare: 1 });
    const first = engine.events.length;
    const moved = Array.from({ length: 20 }, (_, slot) => slot);
    await bench.source.moveSlots(moved, bench.source.members[2]!);
    await settledAs('20-8191', '8192-16383', '0-19');
    await bench.source.moveSlots(moved, bench.source.members[0]!);
    await settledAs('0-8191', '8192-16383');
    // A shard that comes is copied; the node that has lost its last slot follows another one, so the link to it breaks.
    const phases = ['in-step', 'catching-up', 'reconnecting', 'receiving', 'full-copy', 'clearing'] as const;
    expectWhole(reportsSince(first), [1, 2], phases);
  });
});
