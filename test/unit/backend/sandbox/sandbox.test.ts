import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Sandbox } from '../../../../electron/backend/ports.ts';
import type { SandboxKind } from '../../../../shared/contract/sandbox-messages.ts';
import { BackendBench } from '../../../support/backend/backend-bench.ts';
import { FakeEngines } from '../../../support/backend/fake-engine.ts';

class FakeSandbox implements Sandbox {
  readonly kind: SandboxKind;
  readonly source = endpoint(7001);
  readonly target = endpoint(7002);
  stopped = false;
  constructor(kind: SandboxKind) {
    this.kind = kind;
  }
  gone: () => void = () => undefined;
  onExit(listener: () => void): void {
    this.gone = listener;
  }
  stop(): Promise<void> {
    this.stopped = true;
    this.gone();
    return Promise.resolve();
  }
}
const endpoint = (port: number) => ({
  ...{ host: '127.0.0.1', port, user: undefined, password: 'sandbox-pass' },
  ...{ tls: false, db: 0 },
});

let engines: FakeEngines;
let bench: BackendBench;
let started: FakeSandbox[];

beforeEach(async () => {
  engines = new FakeEngines();
  started = [];
  const startSandbox = (kind: SandboxKind): Promise<Sandbox> => {
    const sandbox = new FakeSandbox(kind);
    started.push(sandbox);
    return Promise.resolve(sandbox);
  };
  bench = await new BackendBench(engines.start, { startSandbox }).start();
});
afterEach(() => bench.remove());

const run = async (): Promise<string> => {
  const { taskId } = await bench.ask('sandbox.start', { kind: 'servers' });
  engines.last.tell({ type: 'ready' }).report('in-step');
  return taskId;
};

test('two servers and a running task between them, once', async () => {
  const [first, second] = await Promise.all([
    bench.ask('sandbox.start', { kind: 'servers' }),
    bench.ask('sandbox.start', { kind: 'servers' }),
  ]);
  expect(second).toEqual(first);
  expect(await bench.ask('sandbox.start', { kind: 'servers' })).toEqual(first);
  expect(started).toHaveLength(1);
  engines.last.tell({ type: 'ready' });
  expect(engines.last.heard[0]).toMatchObject({ spec: { source: { port: 7001, password: 'sandbox-pass' } } });
  expect(await bench.task(first.taskId)).toMatchObject({ name: 'Sandbox', sandbox: true, state: 'starting' });
  engines.last.exit(0);
  await bench.ask('task.stop', { id: first.taskId });
});

test('a server and a cluster, of which the task takes what a cluster has', async () => {
  const { taskId } = await bench.ask('sandbox.start', { kind: 'cluster' });
  expect(started.map(({ kind }) => kind)).toEqual(['cluster']);
  engines.last.tell({ type: 'ready' });
  expect(engines.last.heard[0]).toMatchObject({ spec: { databases: [0] } });
  expect(await bench.log(taskId)).toContain('Started between a sandbox server and a sandbox cluster');
  engines.last.exit(0);
  await bench.ask('task.stop', { id: taskId });
});

test('a task whose servers are gone is stopped, says so, and cannot be started', async () => {
  const id = await run();
  started[0]!.gone();
  expect(await bench.task(id)).toMatchObject({ state: 'stopped' });
  expect(await bench.log(id)).toContain('The sandbox servers are gone, so the task is stopped');
  await expect(bench.ask('task.start', { id })).rejects.toMatchObject({ code: 'TASK_STATE' });
  const { taskId } = await bench.ask('sandbox.start', { kind: 'servers' });
  expect(taskId).not.toBe(id);
  engines.last.exit(0);
  await bench.ask('task.stop', { id: taskId });
});

test('a task that hands its target over while its servers go ends as that does', async () => {
  const id = await run();
  await bench.ask('task.stop', { id });
  engines.last.exit(null);
  expect(await bench.task(id)).toMatchObject({ state: 'stopped', targetStanding: 'late' });
  await bench.ask('task.release', { id });
  const releasing = engines.last.tell({ type: 'ready' });
  started[0]!.gone();
  expect(await bench.task(id)).toMatchObject({ state: 'stopped', targetStanding: 'exact' });
  expect(releasing.killed).toBe(true);
  expect(engines.last).toBe(releasing);
});

test('deleting its task stops the servers', async () => {
  const id = await run();
  await bench.ask('task.stop', { id });
  engines.last.exit(0);
  await bench.ask('task.delete', { id });
  expect(started[0]!.stopped).toBe(true);
});

test('the servers end with the application, and the task is gone when it starts again', async () => {
  await run();
  const closing = bench.close();
  engines.last.exit(0);
  await closing;
  expect(started[0]!.stopped).toBe(true);
  await bench.start();
  expect(await bench.ask('task.list', {})).toEqual([]);
});

test('without redis-server there is none', async () => {
  await bench.close();
  await bench.start({ startSandbox: undefined });
  expect((await bench.ask('app.info', {})).canSandbox).toBe(false);
  await expect(bench.ask('sandbox.start', { kind: 'servers' })).rejects.toMatchObject({
    code: 'SANDBOX_UNAVAILABLE',
  });
});
