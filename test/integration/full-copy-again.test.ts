import { afterEach, beforeEach, expect, test } from 'vitest';
import { BackendBench } from '../support/backend/backend-bench.ts';
import { fillDraft } from '../support/backend/fill-draft.ts';
import { ForkedEngines } from '../support/backend/forked-engines.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';

let source: RedisProcess;
let target: RedisProcess;
let engines: ForkedEngines;
let bench: BackendBench;

beforeEach(async () => {
  source = await startRedis();
  target = await startRedis();
  engines = new ForkedEngines();
  bench = await new BackendBench(engines.start).start();
});

afterEach(async () => {
  await bench.remove();
  await Promise.all([source.stop(), target.stop()]);
});

const inStep = (id: string, what: string): Promise<unknown> =>
  bench.until(id, what, ({ state, phase }) => state === 'running' && phase === 'in-step');
const copies = async (id: string): Promise<number> => (await bench.ask('task.activity', { id })).copies;
const aDay = { spanMs: 86_400_000, endMs: null, db: null };

test('a full copy is made again once when it is asked for, while the task runs and while it rests, and is part of its past', async () => {
  const from = source.client();
  const to = target.client();
  await from.mset('a', '1', 'b', '2');
  const draft = await fillDraft(bench, { sourcePort: source.port, targetPort: target.port });
  const where = { draftId: draft.id, targetId: 'target-1' };
  await bench.ask('precheck.run', where);
  await eventually('checked', async () => !(await bench.ask('precheck.state', where)).running, 60_000);
  for (const { id: check, status } of (await bench.ask('precheck.state', where)).results)
    if (status === 'warning') await bench.ask('precheck.ignore', { ...where, check, ignored: true });
  const { taskIds } = await bench.ask('task.create', { draftId: draft.id, start: true });
  const id = taskIds[0]!;
  await inStep(id, 'in step');
  expect(await copies(id)).toBe(1);

  // What nobody repairs by itself: a value that another client has changed, and one that it has removed.
  await to.set('a', 'changed');
  await to.del('b');
  const outlook = await bench.ask('task.outlook', { id, copyAgain: true });
  expect(outlook).toMatchObject({ start: 'new-copy', reason: 'a new full copy was asked for' });
  expect(await bench.ask('task.outlook', { id })).toMatchObject({ start: 'resume' });
  await bench.ask('task.copyAgain', { id });
  await eventually('the second copy has been made', async () => (await copies(id)) === 2);
  await inStep(id, 'in step after the second copy');
  expect(await to.mget('a', 'b')).toEqual(['1', '2']);

  // The engine that comes after it is told of the same request, which was done.
  engines.killAll();
  await bench.until(id, 'restarting', ({ state }) => state === 'restarting');
  await inStep(id, 'in step after a kill');
  expect(await copies(id)).toBe(2);

  await bench.ask('task.stop', { id });
  await bench.until(id, 'stopped', ({ state }) => state === 'stopped');
  await bench.ask('task.copyAgain', { id });
  await eventually('the third copy has been made', async () => (await copies(id)) === 3);
  await inStep(id, 'in step after the third copy');

  const before = await bench.ask('task.activity', { id });
  const points = await bench.ask('task.history', { id, ...aDay });
  await bench.close();
  await bench.start();
  const after = await bench.ask('task.activity', { id });
  expect(after.bands.slice(0, before.bands.length - 1)).toEqual(before.bands.slice(0, -1));
  expect(after.bands.at(-1)).toMatchObject({ status: 'stopped', toMs: null });
  expect(after.bands.map(({ status }) => status)).not.toContain('closed');
  expect(after.copies).toBe(3);
  expect((await bench.ask('task.history', { id, ...aDay })).points.length).toBe(points.points.length);
  expect(points.points.length).toBeGreaterThan(0);
});
