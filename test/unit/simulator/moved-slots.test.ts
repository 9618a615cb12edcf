import { expect, it } from 'vitest';
import { checkpointsOf } from '../../simulator/compare.ts';
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
