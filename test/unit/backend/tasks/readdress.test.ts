import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RequestName } from '../../../../shared/contract/api.ts';
import type { Outcome } from '../../../../shared/contract/engine-messages.ts';
import type { TaskView } from '../../../../shared/model/task-view.ts';
import { BackendBench } from '../../../support/backend/backend-bench.ts';
import { createdTask } from '../../../support/backend/created-task.ts';
import { FakeEngines } from '../../../support/backend/fake-engine.ts';

let engines: FakeEngines;
let bench: BackendBench;
let id: string;

const outcome: Outcome = {
  reason: 'stopped',
  resumable: true,
  replid: 'a'.repeat(40),
  offset: 7,
  keysCopied: 0,
  commandsApplied: 0,
  fullCopies: 0,
  evictedKeys: 0,
};

beforeEach(async () => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  engines = new FakeEngines();
  bench = await new BackendBench(engines.start).start();
  id = await createdTask(bench, { sourcePort: 7001, targetPort: 7002 });
});
afterEach(async () => {
  const closed = bench.remove();
  await vi.advanceTimersByTimeAsync(20_000);
  await closed;
  vi.useRealTimers();
});

const ask = (name: Extract<RequestName, `task.${'start' | 'stop' | 'pause' | 'resume'}`>) =>
  bench.ask(name, { id });
const task = (): Promise<TaskView> => bench.task(id);

describe('with other servers while it is paused', () => {
  let readdressed: { id: string; changes: { source: TaskView['source'] }; secrets: Record<string, never> };
  beforeEach(async () => {
    await ask('task.start');
    engines.last.tell({ type: 'ready' }).report('connecting').report('in-step');
    await ask('task.pause');
    engines.last.report('paused');
    readdressed = { id, changes: { source: { ...(await task()).source, port: 7009 } }, secrets: {} };
  });

  test('its engine ends at its checkpoint, and the next one waits there', async () => {
    expect(await bench.ask('task.edit', readdressed)).toMatchObject({
      state: 'restarting',
      source: { port: 7009 },
    });
    expect(engines.all).toHaveLength(1);
    expect(engines.last.commands.at(-1)).toBe('stop now');
    engines.last.tell({ type: 'finished', outcome }).exit(0);
    expect(engines.all).toHaveLength(2);
    engines.last.tell({ type: 'ready' });
    expect(engines.last.heard[0]).toMatchObject({ spec: { task: id, source: { port: 7009 } } });
    expect(engines.last.commands).toEqual(['start', 'pause']);
    engines.last.report('connecting').report('paused');
    expect((await task()).state).toBe('paused');
    await ask('task.resume');
    expect(engines.last.commands.at(-1)).toBe('resume');
  });

  test('a fault of the new ones ends it, and nothing is tried behind its user', async () => {
    await bench.ask('task.edit', readdressed);
    engines.last.tell({ type: 'finished', outcome }).exit(0);
    engines.last
      .tell({ type: 'ready' })
      .report('connecting')
      .tell({ type: 'failed', code: 'SOURCE_UNREACHABLE', fact: 'refused', resumable: true })
      .exit(1);
    expect(await task()).toMatchObject({ state: 'failed', failure: { code: 'SOURCE_UNREACHABLE' } });
    vi.advanceTimersByTime(60_000);
    expect(engines.all).toHaveLength(2);
  });

  test('a stop meanwhile is its end', async () => {
    await bench.ask('task.edit', readdressed);
    expect(await ask('task.stop')).toMatchObject({ state: 'stopping' });
    engines.last.tell({ type: 'finished', outcome }).exit(0);
    expect(await task()).toMatchObject({ state: 'stopped', source: { port: 7009 } });
    expect(engines.all).toHaveLength(1);
  });

  test('what that comes to is looked at with what is not stored yet', async () => {
    const looking = bench.ask('task.outlook', readdressed);
    await vi.advanceTimersByTimeAsync(0);
    engines.last.tell({ type: 'ready' });
    expect(engines.last.heard[0]).toMatchObject({ type: 'look-ahead', spec: { source: { port: 7009 } } });
    engines.last.exit(1);
    await expect(looking).rejects.toMatchObject({ code: 'ENGINE_DIED' });
    expect((await task()).source.port).toBe(7001);
  });
});
