import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { runTask, type RunningTask } from '../../../electron/backend/run-task.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { FakeEngines } from '../../support/backend/fake-engine.ts';

let engines: FakeEngines;
let task: RunningTask;

beforeEach(() => {
  vi.useFakeTimers();
  engines = new FakeEngines();
  task = runTask(engines.start, { task: 't' } as TaskSpec, () => undefined);
});
afterEach(() => {
  engines.last.exit(null);
  vi.useRealTimers();
});

it('a stop that comes before the engine is ready is told once it is', async () => {
  task.stop('drain');
  expect(engines.last.commands).toEqual([]);
  engines.last.tell({ type: 'ready' });
  expect(engines.last.commands).toEqual(['start', 'stop drain']);
  engines.last.tell({ type: 'failed', code: 'INTERRUPTED', fact: 'asked to stop', resumable: false });
  await expect(task.outcome).rejects.toMatchObject({ code: 'INTERRUPTED' });
});

it('an engine that is silent after a stop is killed, and one that ends says how', async () => {
  engines.last.tell({ type: 'ready' });
  task.stop('now');
  vi.advanceTimersByTime(3000);
  expect(engines.last.killed).toBe(true);
  await expect(task.outcome).rejects.toMatchObject({
    code: 'ENGINE_DIED',
    message: expect.stringContaining('though it was asked to stop') as string,
  });
});
