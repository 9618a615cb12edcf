import { expect, it } from 'vitest';
import { checkpointOf } from '../../simulator/compare.ts';
import type { Keyspace } from '../../simulator/keyspace.ts';
import { TASK } from '../../simulator/simulated-task.ts';
import { SlotMoves } from '../../simulator/slot-moves.ts';
import { slotOf } from '../../simulator/slots.ts';
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

it.each(['has lost', 'has'] as const)(
  'a target is copied to anew where a node that slots have gone to %s what was carried there, and only there',
  async (kept) => {
    const world = new SmallWorld('target-cluster');
    const { source, target } = world.sides;
    const cluster = target.cluster!;
    for (let i = 0; i < 60; i++) world.write('INCR', `counter:${i}`);
    let inStepTimes = 0;
    world.start((phase) => {
      if (phase === 'in-step') inStepTimes += 1;
    });
    expect(await world.pass(5000, () => inStepTimes === 1)).toBe(true);
    const moves = new SlotMoves(cluster, 'target', world);
    // Nobody is there to see it come.
    world.network.stall('engine1', undefined, 3000);
    const before = target.servers.map((server) => server.keyspace.clone());
    const slot = slotOf('counter:0');
    const from = cluster.owners[slot]!;
    const to = (from + 1) % target.servers.length;
    moves.move((one) => one === slot, from, to);
    expect(await world.pass(2000, () => moves.underWay === 0)).toBe(true);
    if (kept === 'has lost') world.restartNode(target.servers[to]!, before[to]!);
    world.write('INCR', 'counter:0');
    expect(await world.pass(30_000, () => inStepTimes === 2)).toBe(true);
    await world.pass(500);
    expect(target.keyspace.db(0).get('counter:0')).toEqual(source.keyspace.db(0).get('counter:0'));
    expect(namesOf(target.keyspace)).toEqual(namesOf(source.keyspace));
    expect(world.source.fullSyncs).toBe(kept === 'has lost' ? 2 : 1);
  },
);
