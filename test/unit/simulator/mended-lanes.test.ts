import { expect, it } from 'vitest';
import { laneKey, laneNames, parseLaneIndex } from '../../../electron/engine/checkpoint/lane-index.ts';
import { checkpointOf, differences } from '../../simulator/compare.ts';
import { TASK } from '../../simulator/simulated-task.ts';
import { SmallWorld } from '../../simulator/small-world.ts';

const KEYS = 40;
const TEXTS = 500;
const LIVES_MS = 20_000;
/** More than a lane takes in one batch, so that lanes stand in the middle of what is mended. */
const WRITES = 100_000;

it('a run that is killed while keys are mended that had expired on a cluster is followed by one that knows of it', async () => {
  const world = new SmallWorld('target-cluster');
  const { target } = world.sides;
  world.source.keep(8 * 1024 ** 2);
  const phases: string[] = [];
  const inStep = (): boolean => phases.at(-1) === 'in-step';
  for (let i = 0; i < KEYS; i++) world.write('SET', `counter:${i}`, '0', 'PX', String(LIVES_MS));
  for (let i = 0; i < TEXTS; i++) world.write('APPEND', `text:${i}`, 'x');
  const first = world.start((phase) => phases.push(phase));
  expect(await world.pass(5000, inStep)).toBe(true);
  first.stop('drain');
  expect(await world.pass(5000, () => first.end !== undefined)).toBe(true);
  // Put off on the source before they expire there, and not on the target.
  await world.pass(LIVES_MS / 2);
  for (let i = 0; i < KEYS; i++) {
    world.write('INCR', `counter:${i}`);
    world.write('PERSIST', `counter:${i}`);
  }
  await world.pass(LIVES_MS);
  for (let i = 0; i < WRITES; i++) world.write('APPEND', `text:${i % TEXTS}`, 'x');

  const checkpoint = (): ReadonlyMap<string, string> => checkpointOf(target, TASK)!;
  const lanes = (): number[] => {
    const index = parseLaneIndex(checkpoint().get('lanes') ?? '');
    return laneNames(index!).map((name) => {
      const key = laneKey(TASK, name);
      const value = target.ownerOf(key).keyspace.db(0).get(key)?.value;
      return value?.kind === 'hash' ? Number(value.fields.get('offset')) : NaN;
    });
  };
  const began = Math.max(...lanes());
  const end = world.source.offset;
  let killed = false;
  const second = world.start((phase) => phases.push(phase));
  const look = (): void => {
    if (killed || !second.running) return;
    const at = lanes();
    // All of them have come as far, and nobody has noted yet that what they have left out is still to be mended.
    if (at.some((offset) => offset !== at[0]) || at[0]! <= began || at[0]! >= end) return;
    killed = true;
    second.kill();
  };
  for (const server of target.servers) server.onStep = look;
  await world.pass(20_000, () => killed || inStep());
  expect(killed).toBe(true);
  world.start((phase) => phases.push(phase));
  expect(await world.pass(60_000, inStep)).toBe(true);
  expect(differences(world.source, target, 'any')).toEqual([]);
});
