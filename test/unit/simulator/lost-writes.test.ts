import { expect, it } from 'vitest';
import { checkpointOf } from '../../simulator/compare.ts';
import type { Keyspace } from '../../simulator/keyspace.ts';
import { TASK } from '../../simulator/simulated-task.ts';
import { SmallWorld } from '../../simulator/small-world.ts';

const namesOf = (keyspace: Keyspace): string[] =>
  [...keyspace.db(0).keys()].filter((key) => !key.startsWith('lockstep:')).toSorted();

it('a node of the target that goes back to within the full copy is copied to anew', async () => {
  const world = new SmallWorld('target-cluster');
  const { target } = world.sides;
  for (let i = 0; i < 60; i++) world.write('INCR', `counter:${i}`);
  let inStepTimes = 0;
  world.start((phase) => {
    if (phase === 'in-step') inStepTimes += 1;
  });
  const node = target.servers.find((server) => server !== target.ownerOf('lockstep:{tasks}'))!;
  const whole = (): number =>
    namesOf(world.source.keyspace).filter((key) => target.ownerOf(key) === node).length;
  let within: Keyspace | undefined;
  const look = (): void => {
    const keys = namesOf(node.keyspace).length;
    if (checkpointOf(target, TASK)?.get('state') === 'copying' && keys > 0 && keys < whole())
      within = node.keyspace.clone();
  };
  node.onStep = look;
  expect(await world.pass(5000, () => inStepTimes === 1)).toBe(true);
  expect(within).toBeDefined();
  world.restartNode(node, within!);
  expect(await world.pass(20_000, () => inStepTimes === 2)).toBe(true);
  expect(namesOf(target.keyspace)).toEqual(namesOf(world.source.keyspace));
});
