import { expect, it } from 'vitest';
import { laneKey, laneNames, parseLaneIndex } from '../../../electron/engine/checkpoint/lane-index.ts';
import { partName } from '../../../electron/engine/checkpoint/task-parts.ts';
import { SlotSet } from '../../../electron/engine/router/slot-set.ts';
import { checkpointOf, checkpointsOf } from '../../simulator/compare.ts';
import { TASK } from '../../simulator/simulated-task.ts';
import { SmallWorld } from '../../simulator/small-world.ts';

it('slots that have come while lanes stood apart are brought where nothing follows that a lane has to apply', async () => {
  const world = new SmallWorld('both');
  const { source, target } = world.sides;
  const cluster = source.cluster!;
  const phases: string[] = [];
  const inStep = (): boolean => phases.at(-1) === 'in-step';
  const part = partName({ task: TASK, number: 1 });
  const offsets = (): number[] =>
    laneNames(parseLaneIndex(checkpointOf(target, part)!.get('lanes')!, SlotSet.of([]))!).map((name) => {
      const key = laneKey(part, name);
      const value = target.ownerOf(key).keyspace.db(0).get(key)?.value;
      return value?.kind === 'hash' ? Number(value.fields.get('offset')) : NaN;
    });
  // Of the first shard's slots each node of the target has some.
  target.cluster!.assign([{ first: 0, last: 2000 }], 0, 1);
  await world.pass(1000);
  const first = world.start((phase) => phases.push(phase));
  expect(await world.pass(10_000, inStep)).toBe(true);
  // One node has come past a PING, and the other does not hear of it any more.
  const [last] = offsets();
  expect(await world.pass(5000, () => offsets().every((offset) => offset === last))).toBe(true);
  world.network.stall('engine1', target.servers[1]!.port, 60_000);
  const apart = (): boolean => new Set(offsets()).size > 1;
  expect(await world.pass(10_000, apart)).toBe(true);
  first.kill();
  await world.pass(6000);
  expect(apart()).toBe(true);
  cluster.assign([{ first: cluster.owners.indexOf(1), last: cluster.owners.indexOf(1) + 9 }], 1, 0);
  await world.pass(1000);
  phases.length = 0;
  world.start((phase) => phases.push(phase));
  // All that there is has come before the target answers.
  expect(await world.pass(2000, () => source.servers[0]!.followers === 1)).toBe(true);
  for (const { port } of target.servers) world.network.stall('engine2', port, 300);
  expect(await world.pass(30_000, inStep)).toBe(true);
  const vouched = checkpointsOf(target, TASK).map((checkpoint) => checkpoint.get('slots'));
  expect(vouched).toContain(cluster.slotsOf(0));
});
