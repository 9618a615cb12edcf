import { afterEach, beforeEach, expect, test } from 'vitest';
import { BackendBench } from '../../../support/backend/backend-bench.ts';
import { FakeEngines } from '../../../support/backend/fake-engine.ts';
import { fillDraft } from '../../../support/backend/fill-draft.ts';

let engines: FakeEngines;
let bench: BackendBench;

beforeEach(async () => {
  engines = new FakeEngines();
  bench = await new BackendBench(engines.start).start();
});
afterEach(() => bench.remove());

test('the way back of a task leads from its target to its source, with their passwords, and replaces nothing', async () => {
  const filled = await fillDraft(bench, {
    ...{ sourcePort: 7001, targetPort: 7002, password: 'hunter2' },
    changes: {
      ...{ databases: [0, 3], databaseMap: [{ from: 3, into: 5 }] },
      ...{ existing: 'overwrite', retryForMinutes: 7 },
    },
  });
  const { taskIds } = await bench.ask('task.create', { draftId: filled.id, start: false });
  const draft = await bench.ask('draft.create', { wayBackOf: taskIds[0]! });
  expect(draft).toMatchObject({
    ...{ purpose: 'synchronise', existing: 'fail', retryForMinutes: 7, joins: null },
    ...{ databases: [0, 5], databaseMap: [{ from: 5, into: 3 }] },
    source: { id: 'source', port: 7002, hasPassword: true },
    targets: [{ port: 7001, hasPassword: true }],
  });
  await bench.ask('precheck.run', { draftId: draft.id, targetId: draft.targets[0]!.id });
  engines.last.tell({ type: 'ready' });
  expect(engines.last.heard[0]).toMatchObject({
    spec: { source: { port: 7002, password: 'hunter2' }, target: { port: 7001, password: 'hunter2' } },
  });
});

test('so does that of two servers that were rehearsed with', async () => {
  const { id } = await bench.ask('draft.create', { purpose: 'rehearse' });
  const [pair] = await bench.ask('draft.list', {});
  const server = (port: number) => ({ host: '127.0.0.1', port });
  await bench.ask('draft.save', {
    draft: {
      ...pair!,
      source: { ...pair!.source, ...server(7001) },
      targets: [{ ...pair!.targets[0]!, ...server(7002) }],
    },
    secrets: { source: { password: 'hunter2' } },
  });
  expect(await bench.ask('draft.create', { wayBackOf: id })).toMatchObject({
    purpose: 'synchronise',
    source: { port: 7002, hasPassword: false },
    targets: [{ port: 7001, hasPassword: true }],
  });
});
