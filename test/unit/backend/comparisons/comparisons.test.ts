import { afterEach, beforeEach, expect, test } from 'vitest';
import { BackendBench } from '../../../support/backend/backend-bench.ts';
import { FakeEngines } from '../../../support/backend/fake-engine.ts';
import { fillDraft } from '../../../support/backend/fill-draft.ts';

let engines: FakeEngines;
let bench: BackendBench;
let id: string;

beforeEach(async () => {
  engines = new FakeEngines();
  bench = await new BackendBench(engines.start).start();
  const draft = await fillDraft(bench, {
    sourcePort: 7001,
    targetPort: 7002,
    changes: { databases: [0, 3] },
  });
  id = (await bench.ask('task.create', { draftId: draft.id, start: false })).taskIds[0]!;
});
afterEach(() => bench.remove());

const state = () => bench.ask('comparison.state', { id });
const report = {
  level: 'values' as const,
  equal: true,
  databases: [],
  differences: [],
  differencesTotal: 0,
  shards: { source: [], target: [] },
  leftOut: { databases: [], ownKeys: { source: 0, target: 0 }, functions: true, slots: [] },
  durationMs: 5,
};

test('a comparison reads the databases of the task, tells how far it is, and what it found', async () => {
  expect(await state()).toMatchObject({ status: 'none' });
  expect(await bench.ask('comparison.start', { id })).toMatchObject({ status: 'running', progress: null });
  engines.last.tell({ type: 'ready' });
  expect(engines.last.heard).toMatchObject([
    { type: 'compare', databases: [0, 3], maxDifferences: 10_000, choice: { level: 'values' } },
  ]);
  const progress = { db: 0, phase: 'source', keysDone: 5, keysTotal: 10, differences: 0 } as const;
  engines.last.tell({ type: 'comparing', progress });
  expect(await state()).toMatchObject({ status: 'running', progress });
  engines.last.tell({ type: 'compared', report });
  await Promise.resolve();
  const done = await state();
  expect(done).toMatchObject({ status: 'done', report });
  expect(done.endedAtMs).toBeGreaterThanOrEqual(done.startedAtMs!);
  const told = bench.told.flatMap((event) => (event.type === 'comparison' ? [event.state.status] : []));
  expect(told).toEqual(['running', 'running', 'done']);
});

test('what it has come to is told of its task, until another one has come to something', async () => {
  const compare = async (differencesTotal: number): Promise<void> => {
    await bench.ask('comparison.start', { id });
    engines.last.tell({ type: 'ready' });
    engines.last.tell({
      type: 'compared',
      report: { ...report, equal: differencesTotal === 0, differencesTotal },
    });
    await Promise.resolve();
  };
  expect((await bench.task(id)).compared).toBeNull();
  await compare(31);
  const { startedAtMs, endedAtMs } = await state();
  expect((await bench.task(id)).compared).toEqual({ startedAtMs, endedAtMs, differences: 31, equal: false });
  expect(bench.told.at(-1)).toMatchObject({ type: 'task', task: { compared: { differences: 31 } } });
  await bench.ask('comparison.start', { id });
  await bench.ask('comparison.cancel', { id });
  expect((await bench.task(id)).compared).toMatchObject({ differences: 31 });
  await compare(0);
  expect((await bench.task(id)).compared).toMatchObject({ differences: 0, equal: true });
});

test('there is one at a time, and it can be cancelled', async () => {
  await bench.ask('comparison.start', { id });
  await bench.ask('comparison.start', { id });
  expect(engines.all).toHaveLength(1);
  expect(await bench.ask('comparison.cancel', { id })).toMatchObject({ status: 'cancelled' });
  expect(engines.last.killed).toBe(true);
  engines.last.tell({ type: 'compared', report });
  await Promise.resolve();
  expect(await state()).toMatchObject({ status: 'cancelled', report: null });
  await bench.ask('comparison.start', { id });
  expect(engines.all).toHaveLength(2);
});

test('one that runs waits and goes on, and is told how fast it may be, even before its engine is ready', async () => {
  await bench.ask('comparison.start', { id, choice: { level: 'names', maxKeysPerSecond: 500 } });
  expect(await bench.ask('comparison.pause', { id, paused: true })).toMatchObject({ paused: true });
  engines.last.tell({ type: 'ready' });
  expect(await bench.ask('comparison.pace', { id, maxKeysPerSecond: null })).toMatchObject({
    choice: { level: 'names' },
  });
  expect((await state()).choice).not.toHaveProperty('maxKeysPerSecond');
  await bench.ask('comparison.pause', { id, paused: false });
  expect(engines.last.heard).toMatchObject([
    { type: 'compare', choice: { level: 'names', maxKeysPerSecond: 500 } },
    { type: 'pause' },
    { type: 'pace', maxKeysPerSecond: 0 },
    { type: 'resume' },
  ]);
  await bench.ask('comparison.pause', { id, paused: true });
  engines.last.tell({ type: 'compared', report });
  await Promise.resolve();
  expect(await state()).toMatchObject({ status: 'done', paused: false });
  expect(await bench.ask('comparison.pause', { id, paused: true })).toMatchObject({ paused: false });
  expect(engines.last.heard).toHaveLength(5);
});

test('of what is asked again and again before its engine is ready, that is told the newest alone', async () => {
  await bench.ask('comparison.start', { id });
  for (const n of [1, 2, 3]) {
    await bench.ask('comparison.pause', { id, paused: n !== 3 });
    await bench.ask('comparison.pace', { id, maxKeysPerSecond: 100 * n });
  }
  engines.last.tell({ type: 'ready' });
  expect(engines.last.heard).toMatchObject([
    { type: 'compare' },
    { type: 'resume' },
    { type: 'pace', maxKeysPerSecond: 300 },
  ]);
});

test('what it met is told', async () => {
  await bench.ask('comparison.start', { id });
  engines.last.tell({ type: 'ready' });
  engines.last.tell({ type: 'failed', code: 'SOURCE_UNREACHABLE', fact: '127.0.0.1:7001', resumable: false });
  await Promise.resolve();
  expect(await state()).toMatchObject({ status: 'failed', fault: { code: 'SOURCE_UNREACHABLE' } });
});

test('it ends with its task', async () => {
  await bench.ask('comparison.start', { id });
  await bench.ask('task.delete', { id });
  expect(engines.last.killed).toBe(true);
  await expect(state()).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('two servers without a task are compared, with the secrets of their set-up, and no task is made of them', async () => {
  const draft = await bench.ask('draft.create', { purpose: 'compare' });
  await expect(bench.ask('comparison.start', { id: draft.id })).rejects.toMatchObject({
    code: 'REQUEST_INVALID',
  });
  const server = { host: '127.0.0.1', port: 7001 };
  await bench.ask('draft.save', {
    draft: {
      ...draft,
      purpose: 'synchronise',
      source: { ...draft.source, ...server },
      targets: [{ ...draft.targets[0]!, ...server }],
      databases: [3],
      databaseMap: [{ from: 3, into: 0 }],
    },
    secrets: { source: { password: 'secret' } },
  });
  const choice = { level: 'sample', sample: { share: 0.5 }, delimiter: '/' } as const;
  expect(await bench.ask('comparison.start', { id: draft.id, choice })).toMatchObject({
    ...{ ownerId: draft.id, status: 'running', choice },
    between: { source: '127.0.0.1:7001', target: '127.0.0.1:7001' },
  });
  engines.last.tell({ type: 'ready' });
  expect(engines.last.heard).toMatchObject([
    {
      ...{ type: 'compare', choice, databases: [3], databaseMap: [{ from: 3, into: 0 }] },
      source: { ...server, password: 'secret' },
      target: server,
    },
  ]);
  await expect(bench.ask('task.create', { draftId: draft.id, start: false })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await bench.ask('draft.delete', { id: draft.id });
  expect(engines.last.killed).toBe(true);
});

test('results are kept over a restart, each can be read again, and they go with their owner', async () => {
  const compare = async (differencesTotal: number): Promise<void> => {
    await bench.ask('comparison.start', { id });
    engines.last.tell({ type: 'ready' });
    engines.last.tell({ type: 'compared', report: { ...report, equal: false, differencesTotal } });
    await Promise.resolve();
  };
  await compare(1);
  await new Promise((resolve) => setTimeout(resolve, 2));
  await compare(2);
  await bench.close();
  await bench.start();
  const kept = await bench.ask('comparison.kept', { id });
  expect(kept.map(({ differencesTotal }) => differencesTotal)).toEqual([2, 1]);
  expect(await state()).toMatchObject({
    ...{ status: 'done', restored: true, choice: { level: 'values' } },
    report: { differencesTotal: 2 },
  });
  // How it is now is not known, so nothing is judged by it.
  expect((await bench.task(id)).compared).toBeNull();
  expect(await bench.ask('comparison.read', { id, startedAtMs: kept[1]!.startedAtMs })).toMatchObject({
    report: { differencesTotal: 1 },
  });
  await expect(bench.ask('comparison.read', { id, startedAtMs: 5 })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await bench.ask('task.delete', { id });
  expect(bench.files().filter(({ path }) => path.includes('comparisons'))).toEqual([]);
});
