import { beforeEach, expect, it } from 'vitest';
import { checkpointOf, differences } from '../../simulator/compare.ts';
import type { EngineProcess } from '../../simulator/engine-process.ts';
import { TASK } from '../../simulator/simulated-task.ts';
import { SlotMoves } from '../../simulator/slot-moves.ts';
import { slotOf } from '../../simulator/slots.ts';
import { SmallWorld } from '../../simulator/small-world.ts';

const KEYS = 60;
const LIVES_MS = 40_000;
/** Of the task's spec. */
const SMALL_MS = 10_000;

let world: SmallWorld;
let phases: string[];

beforeEach(() => {
  world = new SmallWorld('target-cluster');
  phases = [];
  world.source.keep(8 * 1024 ** 2);
  for (let i = 0; i < KEYS; i++) world.write('SET', `counter:${i}`, '5', 'PX', String(LIVES_MS));
});

const expiry = (): string | undefined => checkpointOf(world.sides.target, TASK)?.get('expiry');
const inStep = (): boolean => phases.at(-1) === 'in-step';

async function small(): Promise<EngineProcess> {
  const run = world.start((phase) => phases.push(phase));
  expect(await world.pass(30_000, () => inStep() && expiry() === 'small')).toBe(true);
  return run;
}

/** The source puts off that they expire, and counts them up, just in time; what has been late enough by then is gone on the target. */
async function putOff(): Promise<void> {
  await world.pass(LIVES_MS - 1000 - world.scheduler.nowMs);
  for (let i = 0; i < KEYS; i++) world.write('INCR', `counter:${i}`);
  for (let i = 0; i < KEYS; i++) world.write('PERSIST', `counter:${i}`);
  await world.pass(SMALL_MS + 3000);
}

async function equalInTheEnd(): Promise<void> {
  phases.length = 0;
  world.start((phase) => phases.push(phase));
  expect(await world.pass(60_000, inStep)).toBe(true);
  await world.pass(1000);
  expect(differences(world.source, world.sides.target, 'any')).toEqual([]);
}

it('a home that goes back to before times were small does not decide how late those of other nodes are', async () => {
  const { target } = world.sides;
  const home = target.ownerOf('lockstep:{tasks}');
  const first = world.start((phase) => phases.push(phase));
  expect(await world.pass(5000, () => inStep() && expiry() === 'long')).toBe(true);
  const before = home.keyspace.clone();
  expect(await world.pass(30_000, () => expiry() === 'small')).toBe(true);
  first.kill();
  world.restartNode(home, before);
  expect(expiry()).toBe('long');
  await putOff();
  await equalInTheEnd();
});

it('keys are mended that a lane has met gone, since its batch came late', async () => {
  const { target } = world.sides;
  const run = await small();
  const node = target.servers.find((server) => server !== target.ownerOf('lockstep:{tasks}'))!;
  world.network.stall(run.name, node.port, LIVES_MS + SMALL_MS + 5000 - world.scheduler.nowMs);
  await putOff();
  expect(await world.pass(60_000, () => world.history.lines.some((line) => line.includes('by ')))).toBe(true);
  await world.pass(60_000, inStep);
  await world.pass(1000);
  expect(differences(world.source, target, 'any')).toEqual([]);
});

it.each(['once', 'to and fro'] as const)(
  'times that were small when they were carried %s are late enough before the stream goes on',
  async (times) => {
    const { target } = world.sides;
    const cluster = target.cluster!;
    const run = await small();
    run.kill();
    const moves = new SlotMoves(cluster, 'target', world);
    const own = new Set(
      Array.from({ length: KEYS }, (_, i) => slotOf(`counter:${i}`)).filter(
        (slot) => cluster.owners[slot] === 0,
      ),
    );
    moves.move((slot) => own.has(slot), 0, 1);
    expect(await world.pass(5000, () => moves.underWay === 0)).toBe(true);
    if (times === 'to and fro') {
      moves.move((slot) => own.has(slot), 1, 0);
      expect(await world.pass(5000, () => moves.underWay === 0)).toBe(true);
    }
    world.start((phase) => phases.push(phase));
    expect(await world.pass(10_000, () => inStep() && expiry() === 'long')).toBe(true);
    await world.pass(20_000);
    // Not while what they are late by cannot be read.
    expect(expiry()).toBe('long');
    const nowMs = target.sole.nowMs;
    for (const [key, { expireAtMs }] of target.keyspace.db(0))
      if (expireAtMs !== undefined && own.has(slotOf(key)))
        expect(expireAtMs - nowMs).toBeGreaterThan(86_000_000);
    await putOff();
    expect(differences(world.source, target, 'any')).toEqual([]);
  },
);
