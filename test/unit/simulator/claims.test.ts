import { beforeEach, expect, it } from 'vitest';
import { checkpointOf } from '../../simulator/compare.ts';
import { SOURCE_PORT, TARGET_PORT, TASK } from '../../simulator/simulated-task.ts';
import { SmallWorld } from '../../simulator/small-world.ts';

let world: SmallWorld;

beforeEach(() => {
  world = new SmallWorld();
  world.write('INCR', 'counter');
});

/** What the target is known to have, when a run calls itself in step. */
function offsetsInStep(): number[] {
  const offsets: number[] = [];
  world.start((phase) => {
    if (phase === 'in-step') offsets.push(Number(checkpointOf(world.target, TASK)?.get('verified')));
  });
  return offsets;
}

const inStep = (offsets: readonly number[], times: number) => (): boolean => offsets.length >= times;

it('a run is not in step for having what it has received, while the source cannot say what it has', async () => {
  const offsets = offsetsInStep();
  expect(await world.pass(5000, inStep(offsets, 1))).toBe(true);
  // The link stands, and what is written stays on its way.
  world.network.stall('engine1', SOURCE_PORT, 60_000);
  for (let i = 0; i < 50; i++) world.write('INCR', 'counter');
  const written = world.source.offset;
  world.network.cut('engine1', TARGET_PORT);
  await world.pass(1000);
  // What the source was asked is not answered any more.
  world.source.listening = false;
  world.network.cut('engine1', SOURCE_PORT);
  await world.pass(3000);
  expect(offsets).toHaveLength(1);
  world.source.listening = true;
  expect(await world.pass(20_000, inStep(offsets, 2))).toBe(true);
  expect(offsets[1]).toBeGreaterThanOrEqual(written);
});

it('a run is not in step for having what was to be reached before its connection broke', async () => {
  let inStepTimes = 0;
  let written = 0;
  const missing: number[] = [];
  world.start((phase) => {
    if (phase === 'catching-up') {
      written = world.source.lastWriteOffset;
      // The source takes a while to say what it has.
      world.network.stall('engine1', SOURCE_PORT, 300);
    }
    if (phase !== 'in-step') return;
    inStepTimes += 1;
    missing.push(written - Number(checkpointOf(world.target, TASK)?.get('verified')));
  });
  const writing = (): void => {
    world.write('INCR', 'counter');
    if (world.scheduler.nowMs < 10_000) world.scheduler.after(5, writing);
  };
  expect(await world.pass(5000, () => inStepTimes === 1)).toBe(true);
  writing();
  for (let nth = 2; nth <= 4; nth++) {
    world.network.cut('engine1', TARGET_PORT);
    expect(await world.pass(5000, () => inStepTimes === nth)).toBe(true);
  }
  expect(Math.max(...missing)).toBeLessThanOrEqual(0);
});

it('a run is not in step by an answer that it asked for before its connection broke', async () => {
  const missing: number[] = [];
  for (let afterMs = 1; afterMs <= 30; afterMs++) {
    world = new SmallWorld();
    world.write('INCR', 'counter');
    let written = 0;
    let catchingUp = 0;
    let inStepTimes = 0;
    const disturb = (): void => {
      world.network.stall('engine1', SOURCE_PORT, 3000);
      for (let i = 0; i < 50; i++) world.write('INCR', 'counter');
      world.network.cut('engine1', TARGET_PORT);
    };
    const engine = world.start((phase) => {
      if (phase === 'catching-up') {
        catchingUp += 1;
        written = world.source.lastWriteOffset;
        // The source has told where it stands, or is about to, and it takes a while to get here.
        if (catchingUp === 2) world.scheduler.after(afterMs, disturb);
      }
      if (phase !== 'in-step') return;
      inStepTimes += 1;
      missing.push(written - Number(checkpointOf(world.target, TASK)?.get('offset')));
    });
    expect(await world.pass(5000, () => inStepTimes === 1)).toBe(true);
    world.network.cut('engine1', TARGET_PORT);
    expect(await world.pass(20_000, () => catchingUp >= 3 && inStepTimes >= 2)).toBe(true);
    await world.pass(2000);
    engine.kill();
  }
  expect(Math.max(...missing)).toBeLessThanOrEqual(0);
});

it('a connection of the target that breaks anywhere while a run makes ready is told as that', async () => {
  const codes = new Set<string>();
  for (let cutAtMs = 100; cutAtMs < 330; cutAtMs += 2) {
    world = new SmallWorld();
    world.write('INCR', 'counter');
    const engine = world.start();
    await world.pass(cutAtMs);
    world.network.cut('engine1', TARGET_PORT);
    await world.pass(2000, () => !engine.running || engine.phase === 'reconnecting');
    if (engine.end?.code !== undefined) codes.add(engine.end.code);
    engine.kill();
  }
  expect([...codes].toSorted()).toEqual(['TARGET_LINK_LOST', 'TARGET_UNREACHABLE']);
});

it('a target that goes back to before a failover of the source is followed up, by what the source kept', async () => {
  let inStepTimes = 0;
  world.target.startSaving();
  world.start((phase) => {
    if (phase === 'in-step') inStepTimes += 1;
  });
  expect(await world.pass(5000, () => inStepTimes === 1)).toBe(true);
  await world.pass(1000);
  world.source.listening = false;
  world.network.serverDies(SOURCE_PORT);
  world.source.failOver(0);
  expect(await world.pass(10_000, () => inStepTimes === 2)).toBe(true);
  world.write('INCR', 'counter');
  await world.pass(500);
  world.target.listening = false;
  world.network.serverDies(TARGET_PORT);
  world.target.restart(6);
  expect(checkpointOf(world.target, TASK)?.get('replid')).toBe(world.source.earlierReplid);
  expect(await world.pass(10_000, () => inStepTimes === 3)).toBe(true);
  expect(world.target.keyspace.db(0).get('counter')).toEqual(world.source.keyspace.db(0).get('counter'));
  expect(world.source.fullSyncs).toBe(1);
});
