import { expect, it } from 'vitest';
import { differences } from '../../simulator/compare.ts';
import { SmallWorld } from '../../simulator/small-world.ts';

const KEYS = 40;
const LIVES_MS = 20_000;

it('a cluster whose home goes back to before a hand-over is known to have been handed over', async () => {
  const world = new SmallWorld('target-cluster');
  const { target } = world.sides;
  const phases: string[] = [];
  const inStep = (): boolean => phases.at(-1) === 'in-step';
  for (let i = 0; i < KEYS; i++) world.write('SET', `counter:${i}`, '5', 'PX', String(LIVES_MS));
  const first = world.start((phase) => phases.push(phase));
  expect(await world.pass(5000, inStep)).toBe(true);
  await world.pass(3000);
  const home = target.ownerOf('lockstep:{tasks}');
  const before = home.keyspace.clone();
  first.stop('drain');
  expect(await world.pass(5000, () => first.end !== undefined)).toBe(true);
  // Times are exact on every node, and the home does not know it any more.
  world.restartNode(home, before);
  await world.pass(LIVES_MS / 3);
  for (let i = 0; i < KEYS; i++) {
    world.write('PERSIST', `counter:${i}`);
    world.write('INCR', `counter:${i}`);
  }
  await world.pass(LIVES_MS);
  world.start((phase) => phases.push(phase));
  expect(await world.pass(60_000, inStep)).toBe(true);
  expect(differences(world.source, target, 'any')).toEqual([]);
});
