import { expect, it } from 'vitest';
import { checkpointsOf } from '../../simulator/compare.ts';
import { byDay } from '../../support/nightly.ts';
import { TASK } from '../../simulator/simulated-task.ts';
import { SmallWorld } from '../../simulator/small-world.ts';

it('slots that two nodes of the source take for their own are taken up once the one has heard of the other', async () => {
  const world = new SmallWorld('source-cluster');
  const { source, target } = world.sides;
  const cluster = source.cluster!;
  const phases: string[] = [];
  world.start((phase) => phases.push(phase));
  const inStep = (): boolean => phases.at(-1) === 'in-step';
  expect(await world.pass(10_000, inStep)).toBe(true);
  cluster.giverHearsMs = () => 3000;
  cluster.assign([{ first: 0, last: 9 }], 0, 1);
  expect(await world.pass(2500, () => !inStep())).toBe(true);
  await world.pass(1000);
  expect(await world.pass(10_000, inStep)).toBe(true);
  const vouched = checkpointsOf(target, TASK).map((checkpoint) => checkpoint.get('slots'));
  expect(vouched).toContain(cluster.slotsOf(1));
});

it('a shard that gives its last slots away while its part is begun anew ends no task', async () => {
  // Before its part has claimed what it is to bring, and before the link of that stands.
  for (let laterMs = 50; laterMs <= 250; laterMs += 50) {
    const world = new SmallWorld('source-cluster');
    const cluster = world.sides.source.cluster!;
    const all = cluster.shards.length;
    const had = [...cluster.owners.keys()].filter((slot) => cluster.owners[slot] === 1);
    const [first, last] = [had[0]!, had.at(-1)!];
    let phase = '';
    const engine = world.start((now) => (phase = now));
    const inStep = (): boolean => phase === 'in-step';
    expect(await world.pass(10_000, inStep)).toBe(true);
    cluster.assign([{ first, last: last - 1 }], 1, 0);
    await world.pass(laterMs);
    cluster.assign([{ first: last, last }], 1, 0);
    await world.pass(5000);
    expect({ laterMs, inStep: await world.pass(20_000, inStep), fault: engine.end?.fact }).toEqual({
      ...{ laterMs, inStep: true, fault: undefined },
    });
    expect(checkpointsOf(world.target, TASK)).toHaveLength(all - 1);
    engine.kill();
  }
});

it('a shard that gives its last slots away while a task begins ends none', async () => {
  for (const afterMs of byDay(4, [240, 250, 100, 200, ...Array.from({ length: 31 }, (_, n) => n * 10)])) {
    const world = new SmallWorld('source-cluster');
    const cluster = world.sides.source.cluster!;
    const all = cluster.shards.length;
    const had = [...cluster.owners.keys()].filter((slot) => cluster.owners[slot] === 1);
    for (let n = 0; n < 20; n++) world.write('INCR', `counter:${n}`);
    let phase = '';
    const engine = world.start((now) => (phase = now));
    const inStep = (): boolean => phase === 'in-step';
    await world.pass(afterMs);
    cluster.assign([{ first: had[0]!, last: had.at(-1)! }], 1, 0);
    await world.pass(5000);
    expect({ afterMs, inStep: await world.pass(20_000, inStep), fault: engine.end?.fact }).toEqual({
      ...{ afterMs, inStep: true, fault: undefined },
    });
    expect(checkpointsOf(world.target, TASK)).toHaveLength(all - 1);
    engine.kill();
  }
});
