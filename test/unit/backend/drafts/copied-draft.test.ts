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
  const filled = await fillDraft(bench, {
    ...{ sourcePort: 7001, targetPort: 7002, password: 'hunter2' },
    changes: { existing: 'overwrite', retryForMinutes: 7, databases: [0, 3] },
  });
  const { taskIds } = await bench.ask('task.create', { draftId: filled.id, start: false });
  id = taskIds[0]!;
});
afterEach(() => bench.remove());

test('a duplicate is a set-up with both servers, their passwords and the settings, which replaces nothing', async () => {
  const draft = await bench.ask('draft.create', { copyOf: id });
  expect(draft).toMatchObject({
    ...{ purpose: 'synchronise', name: 'Copy of Orders', existing: 'fail', retryForMinutes: 7 },
    ...{ databases: [0, 3], joins: null },
    source: { id: 'source', port: 7001, hasPassword: true },
    targets: [{ id: 'target-1', port: 7002, hasPassword: true }],
  });
  expect(await bench.ask('task.list', {})).toHaveLength(1);
  await bench.ask('precheck.run', { draftId: draft.id, targetId: 'target-1' });
  engines.last.tell({ type: 'ready' });
  expect(engines.last.heard[0]).toMatchObject({
    spec: { source: { password: 'hunter2' }, target: { password: 'hunter2' } },
  });
});

test('a name and a label are changed while it runs, kept over a restart, and told in its log', async () => {
  await bench.ask('task.start', { id });
  const named = await bench.ask('task.edit', {
    ...{ id, secrets: {} },
    changes: { name: 'Orders to Dublin', label: '  Shop ' },
  });
  expect(named).toMatchObject({ name: 'Orders to Dublin', label: 'Shop' });
  expect((await bench.log(id)).at(-1)).toBe('Changed: the name to “Orders to Dublin”; the label to “Shop”');
  engines.last.exit(0);
  await bench.close();
  await bench.start();
  expect(await bench.task(id)).toMatchObject({ name: 'Orders to Dublin', label: 'Shop' });
  await bench.ask('task.edit', { id, secrets: {}, changes: { label: '' } });
  expect((await bench.log(id)).at(-1)).toBe('Changed: no label');
});
