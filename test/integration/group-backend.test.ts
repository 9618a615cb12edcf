import { afterEach, beforeEach, expect, test } from 'vitest';
import { emptyEndpoint, type EndpointForm } from '../../shared/model/profile.ts';
import { BackendBench } from '../support/backend/backend-bench.ts';
import { fillDraft } from '../support/backend/fill-draft.ts';
import { ForkedEngines } from '../support/backend/forked-engines.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';

let source: RedisProcess;
let targets: RedisProcess[];
let engines: ForkedEngines;
let bench: BackendBench;

beforeEach(async () => {
  source = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
  targets = await Promise.all([startRedis(), startRedis(), startRedis()]);
  engines = new ForkedEngines();
  bench = await new BackendBench(engines.start).start();
});
afterEach(async () => {
  await bench.remove();
  await expect.poll(() => engines.running).toBe(0);
  await Promise.all([source, ...targets].map((server) => server.stop()));
});

const at = (id: string, { port }: RedisProcess): EndpointForm => ({
  ...emptyEndpoint(id),
  ...{ host: '127.0.0.1', port },
});
const inStep = (id: string): Promise<unknown> =>
  bench.until(id, 'in step', ({ state, phase }) => state === 'running' && phase === 'in-step');
const arrived = async (value: number, servers: readonly RedisProcess[]): Promise<void> => {
  for (const server of servers)
    await eventually(
      `${value} has arrived`,
      async () => (await server.client().get('count')) === String(value),
    );
};

test('the targets of a group run in one process, each for itself; one is away, one joins, one leaves, and all outlive the process', async () => {
  const [first, second, third] = targets as [RedisProcess, RedisProcess, RedisProcess];
  const from = source.client();
  const draft = await fillDraft(bench, {
    ...{ sourcePort: source.port, targetPort: first.port },
    changes: { targets: [at('target-1', first), at('target-2', second)] },
  });
  const { taskIds } = await bench.ask('task.create', { draftId: draft.id, start: false });
  const [a, b] = taskIds as [string, string];
  for (const id of taskIds) await bench.ask('task.start', { id });
  for (const id of taskIds) await inStep(id);
  expect(engines.running).toBe(1);
  await eventually('the source is read once', async () =>
    (await from.info('replication')).includes('connected_slaves:1'),
  );
  await arrived(await from.incr('count'), [first, second]);

  await second.kill();
  await bench.until(b, 'reconnecting', ({ phase }) => phase === 'reconnecting');
  await arrived(await from.incr('count'), [first]);
  expect(await bench.task(a)).toMatchObject({ state: 'running', phase: 'in-step', trouble: null });
  await second.restart();
  await inStep(b);
  await arrived(2, [second]);

  await bench.ask('task.pause', { id: b });
  await bench.until(b, 'paused', ({ phase }) => phase === 'paused');
  const joining = await bench.ask('draft.create', { beside: a });
  await bench.ask('draft.save', { draft: { ...joining, targets: [at('target-1', third)] }, secrets: {} });
  const made = await bench.ask('task.create', { draftId: joining.id, start: false });
  const c = made.taskIds[0]!;
  await bench.ask('task.start', { id: c });
  await inStep(c);
  expect(engines.running).toBe(1);
  await arrived(await from.incr('count'), [first, third]);
  expect(await second.client().get('count')).toBe('2');
  await bench.ask('task.resume', { id: b });
  await arrived(3, [second]);

  // One that was taken out has a process of its own from its next start on, here since the old one dies.
  await bench.ask('task.leaveGroup', { id: c });
  expect(engines.running).toBe(1);
  engines.killAll();
  for (const id of [a, b, c]) {
    await bench.until(id, 'restarting', ({ state }) => state === 'restarting');
    expect((await bench.log(id)).at(-1)).toMatch(/the engine of 3 targets: a signal ended it/);
  }
  await arrived(await from.incr('count'), targets);
  for (const id of [a, b, c]) await inStep(id);
  expect(engines.running).toBe(2);
  await bench.ask('task.stop', { id: a });
  await bench.until(a, 'stopped', ({ state }) => state === 'stopped');
  await arrived(await from.incr('count'), [second, third]);
});
