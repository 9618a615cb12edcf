import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { TaskView } from '../../../../shared/model/task-view.ts';
import { BackendBench } from '../../../support/backend/backend-bench.ts';
import { createdTask } from '../../../support/backend/created-task.ts';
import { FakeEngines } from '../../../support/backend/fake-engine.ts';

let engines: FakeEngines;
let bench: BackendBench;
let id: string;

beforeEach(async () => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  engines = new FakeEngines();
  bench = await new BackendBench(engines.start).start();
  id = await createdTask(bench, {
    sourcePort: 7001,
    targetPort: 7002,
    password: 'of-the-target',
    changes: { retryForMinutes: 2 },
  });
});
afterEach(async () => {
  const closed = bench.remove();
  await vi.advanceTimersByTimeAsync(20_000);
  await closed;
  vi.useRealTimers();
});

const task = (): Promise<TaskView> => bench.task(id);
const settled = (): Promise<unknown> => vi.advanceTimersByTimeAsync(10);

async function inStep(): Promise<void> {
  await bench.ask('task.start', { id });
  engines.last.tell({ type: 'ready' }).report('connecting').report('catching-up').report('in-step');
}

/** It was stopped, and the engine ended before it had handed the target over. */
async function cutOff(): Promise<void> {
  await inStep();
  await bench.ask('task.stop', { id });
  engines.last.exit(null);
}

const OUTCOME = {
  reason: 'stopped',
  resumable: true,
  replid: 'a'.repeat(40),
  offset: 7,
  keysCopied: 0,
  commandsApplied: 0,
  fullCopies: 0,
  evictedKeys: 0,
} as const;

test('what a task leaves of its target is known: nothing, a part, or a whole that goes late', async () => {
  expect(await task()).toMatchObject({ targetStanding: 'exact' });
  await bench.ask('task.start', { id });
  engines.last.tell({ type: 'ready' }).report('connecting');
  expect(await task()).toMatchObject({ targetStanding: 'exact' });
  engines.last.report('full-copy');
  expect(await task()).toMatchObject({ targetStanding: 'part' });
  engines.last.report('in-step').report('reconnecting');
  expect(await task()).toMatchObject({ targetStanding: 'late' });
  engines.last.tell({ type: 'finished', outcome: OUTCOME }).exit(0);
  expect(await task()).toMatchObject({ state: 'stopped', targetStanding: 'exact' });
});

test('what a run has changed of its target by CONFIG is listed until the target is handed over, also over a restart', async () => {
  await inStep();
  const change = { setting: 'import-mode', from: 'no', to: 'yes', atMs: 5 } as const;
  engines.last.tell({ type: 'changed', change });
  // By another run of it: it stays the one change, since when it was made first.
  engines.last.tell({ type: 'changed', change: { ...change, atMs: 9 } });
  expect((await task()).changedSettings).toEqual([change]);
  await bench.ask('task.stop', { id });
  engines.last.exit(null);
  await bench.close();
  await bench.start();
  expect((await task()).changedSettings).toEqual([change]);
  await bench.ask('task.edit', { id, changes: {}, secrets: { target: { password: 'again' } } });
  await bench.ask('task.release', { id });
  engines.last.tell({ type: 'ready' });
  engines.last.tell({ type: 'released', released: { task: id, state: 'streaming', keys: 0 } });
  await settled();
  expect((await task()).changedSettings).toEqual([]);
});

test('a run that finds nothing changed any more says so', async () => {
  await inStep();
  const change = { setting: 'import-mode', from: 'no', to: 'yes', atMs: 5 } as const;
  engines.last.tell({ type: 'changed', change }).tell({ type: 'changed', change: null });
  expect((await task()).changedSettings).toEqual([]);
});

test.each([
  [true, 'exact'],
  [false, 'late'],
] as const)('a run that failed says whether it has handed its target over: %s', async (handedOver, left) => {
  await inStep();
  const failed = { type: 'failed', code: 'TARGET_REJECTED', fact: 'WRONGTYPE', resumable: true } as const;
  engines.last.tell({ ...failed, handedOver }).exit(0);
  expect(await task()).toMatchObject({ state: 'failed', targetStanding: left });
});

test('a target that was left late is handed over by an engine of its own, also after a restart', async () => {
  await cutOff();
  expect(await task()).toMatchObject({ state: 'stopped', targetStanding: 'late' });
  expect((await bench.log(id)).at(-1)).toContain('may still be late');
  await bench.close();
  await bench.start();
  expect(await task()).toMatchObject({ targetStanding: 'late', missingSecrets: ['source', 'target'] });

  await expect(bench.ask('task.release', { id })).rejects.toMatchObject({ code: 'SECRET_NEEDED' });
  await bench.ask('task.edit', { id, changes: {}, secrets: { target: { password: 'again' } } });
  expect(await bench.ask('task.release', { id })).toMatchObject({
    state: 'releasing',
    missingSecrets: ['source'],
  });
  await expect(bench.ask('task.start', { id })).rejects.toMatchObject({ code: 'TASK_STATE' });
  await expect(bench.ask('task.delete', { id })).rejects.toMatchObject({ code: 'TASK_STATE' });
  engines.last.tell({ type: 'ready' });
  expect(engines.last.heard).toMatchObject([
    { type: 'release', task: id, target: { port: 7002, password: 'again' } },
  ]);
  engines.last.tell({ type: 'released', released: { task: id, state: 'streaming', keys: 12_345 } });
  await settled();
  expect(await task()).toMatchObject({ state: 'stopped', targetStanding: 'exact', failure: null });
  expect((await bench.log(id)).at(-1)).toMatch(/12,345 keys .* exact expiry/);
});

test('what keeps it from being handed over is shown, while it is tried and when it is not', async () => {
  await cutOff();
  await bench.ask('task.release', { id });
  const giveUpAtMs = Date.now() + 60_000;
  engines.last.tell({ type: 'ready' }).tell({
    ...{ type: 'event', atMs: Date.now(), severity: 'warning', code: 'TARGET_OUT_OF_MEMORY', giveUpAtMs },
    text: 'Expiry on the target could not be made exact yet (OOM); trying again',
  });
  expect(await task()).toMatchObject({
    state: 'releasing',
    trouble: { code: 'TARGET_OUT_OF_MEMORY', giveUpAtMs },
  });
  engines.last.tell({ type: 'failed', code: 'EXPIRY_STILL_LATE', fact: 'OOM', resumable: false }).exit(0);
  await settled();
  expect(await task()).toMatchObject({
    state: 'failed',
    trouble: null,
    targetStanding: 'late',
    failure: { code: 'EXPIRY_STILL_LATE', fact: 'OOM' },
  });
  expect(await bench.ask('task.release', { id })).toMatchObject({ state: 'releasing', failure: null });
});

test('a task that runs is stopped first, which hands its target over', async () => {
  await inStep();
  expect(await bench.ask('task.release', { id })).toMatchObject({ state: 'stopping' });
  expect(engines.last.commands).toEqual(['start', 'stop drain']);
  engines.last.tell({ type: 'finished', outcome: OUTCOME }).exit(0);
  await settled();
  expect(await task()).toMatchObject({ state: 'stopped', targetStanding: 'exact' });
  expect(engines.all).toHaveLength(1);
});

test('where its engine ends without having done so, another one does it', async () => {
  await inStep();
  engines.last.exit(1);
  expect(await task()).toMatchObject({ state: 'restarting' });
  expect(await bench.ask('task.release', { id })).toMatchObject({ state: 'releasing' });
  engines.last.tell({ type: 'ready' });
  expect(engines.last.commands).toEqual(['release']);
});

test('the end of the application leaves it to the next time', async () => {
  await cutOff();
  await bench.ask('task.release', { id });
  engines.last.tell({ type: 'ready' });
  await bench.close();
  expect(engines.last.killed).toBe(true);
  await bench.start();
  expect(await task()).toMatchObject({ state: 'stopped', targetStanding: 'late' });
});
