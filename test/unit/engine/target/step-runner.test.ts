import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Deferred } from '../../../../electron/engine/pacing/deferred.ts';
import { StepRunner } from '../../../../electron/engine/target/step-runner.ts';
import type { Still } from '../../../../electron/engine/target/target-ground.ts';
import { systemWorld } from '../../../../electron/engine/world/system-world.ts';

interface Step {
  readonly still: Still;
  readonly end: Deferred<void>;
}

/** A runner whose steps end when the test says so. */
function makeRunner() {
  const steps: Step[] = [];
  const faults: unknown[] = [];
  const hold = { held: false };
  const runner = new StepRunner({
    clock: systemWorld.clock,
    step: (still) => {
      const end = new Deferred<void>();
      steps.push({ still, end });
      return end.promise;
    },
    held: () => hold.held,
    onFault: (error) => faults.push(error),
  });
  const end = async (): Promise<void> => {
    steps.at(-1)!.end.resolve();
    await sleep(0);
  };
  return { runner, steps, faults, hold, end };
}

it('does what is wanted during a step after it, once', async () => {
  const { runner, steps, end } = makeRunner();
  runner.run();
  runner.run();
  runner.run();
  expect(steps).toHaveLength(1);
  await end();
  expect(steps).toHaveLength(2);
  await end();
  expect(steps).toHaveLength(2);
  expect(runner.working).toBe(false);
});

it('keeps quiet about the fault of a step whose ground was taken away', async () => {
  const { runner, steps, faults } = makeRunner();
  runner.run();
  expect(steps[0]!.still()).toBe(true);
  runner.supersede();
  expect(steps[0]!.still()).toBe(false);
  runner.run();
  steps[0]!.end.reject(new Error('of the old ground'));
  await sleep(0);
  expect(steps).toHaveLength(2);
  steps[1]!.end.reject(new Error('of the new one'));
  await sleep(0);
  expect(faults).toEqual([new Error('of the new one')]);
});

it('holds a step back until it is resumed, and forgets none that comes while one ends', async () => {
  const { runner, steps, hold, end } = makeRunner();
  runner.run();
  hold.held = true;
  runner.run();
  await end();
  expect(steps).toHaveLength(1);
  hold.held = false;
  runner.resume();
  expect(steps).toHaveLength(2);
  await end();
  runner.resume();
  expect(steps).toHaveLength(2);
});

it('waits for the later of two moments, and not at all once something else begins a step', async () => {
  const { runner, steps, end } = makeRunner();
  runner.runAfter(1);
  runner.runAfter(30);
  await sleep(15);
  expect(steps).toHaveLength(0);
  runner.run();
  await end();
  await sleep(40);
  expect(steps).toHaveLength(1);
});

it('begins nothing after its end', async () => {
  const { runner, steps, end } = makeRunner();
  runner.run();
  runner.run();
  runner.runAfter(1);
  runner.close();
  expect(steps[0]!.still()).toBe(false);
  await end();
  await sleep(10);
  runner.run();
  expect(steps).toHaveLength(1);
});
