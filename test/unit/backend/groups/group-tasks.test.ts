import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../../shared/contract/engine-messages.ts';
import { emptyEndpoint, type Draft, type EndpointForm } from '../../../../shared/model/profile.ts';
import type { TaskView } from '../../../../shared/model/task-view.ts';
import { BackendBench } from '../../../support/backend/backend-bench.ts';
import { FakeEngines, metricsOf } from '../../../support/backend/fake-engine.ts';
import { fillDraft } from '../../../support/backend/fill-draft.ts';

const PASSWORD = 'canary-group-7';

let engines: FakeEngines;
let bench: BackendBench;

beforeEach(async () => {
  engines = new FakeEngines();
  bench = await new BackendBench(engines.start).start();
});
afterEach(async () => {
  for (const engine of engines.all) engine.exit(null);
  await bench.remove();
});

const at = (id: string, port: number): EndpointForm => ({ ...emptyEndpoint(id), host: '127.0.0.1', port });
const TWO = [at('target-1', 7002), at('target-2', 7003)];

async function make(changes: Partial<Draft>): Promise<string[]> {
  const { id } = await fillDraft(bench, {
    ...{ sourcePort: 7001, targetPort: 7002, password: PASSWORD },
    changes,
  });
  return (await bench.ask('task.create', { draftId: id, start: false })).taskIds;
}
const tasks = (ids: readonly string[]): Promise<TaskView[]> => Promise.all(ids.map((id) => bench.task(id)));
const inStep: RunEvent = { type: 'metrics', metrics: metricsOf('in-step') };

describe('several targets of one set-up', () => {
  test('are a group that is stored with each of them; one target stands alone', async () => {
    const [one, other] = await tasks(await make({ targets: TWO }));
    expect(one?.group).toEqual({ id: expect.stringMatching(/^[0-9a-f]{16}$/) as string, name: 'Orders' });
    expect(other?.group).toEqual(one?.group);
    expect([one?.name, other?.name]).toEqual(['Orders (127.0.0.1:7002)', 'Orders (127.0.0.1:7003)']);
    expect(await tasks(await make({}))).toMatchObject([{ group: null, name: 'Orders' }]);
    await bench.close();
    await bench.start();
    expect((await bench.task(one!.id)).group).toEqual(one?.group);
  });

  test('run in one engine, each with its own state, and a task of another set-up in another', async () => {
    const ids = await make({ targets: TWO });
    const [alone] = await make({});
    for (const id of [...ids, alone!]) await bench.ask('task.start', { id });
    expect(engines.all).toHaveLength(2);
    const [group] = engines.all;
    group!.tell({ type: 'ready' });
    expect(group!.heard.map((one) => one.type)).toEqual(['group', 'member', 'member']);
    group!.tell({ type: 'member', member: 2, event: inStep });
    expect(await tasks(ids)).toMatchObject([{ state: 'starting' }, { state: 'running', phase: 'in-step' }]);
    await bench.ask('task.pause', { id: ids[1]! });
    expect(group!.heard.at(-1)).toEqual({ type: 'member', member: 2, command: { type: 'pause' } });
    await bench.ask('task.stop', { id: ids[0]! });
    expect(group!.heard.at(-1)).toMatchObject({ member: 1, command: { type: 'stop' } });
  });

  test('are all told when their engine dies, and go on in one together', async () => {
    const ids = await make({ targets: TWO });
    for (const id of ids) await bench.ask('task.start', { id });
    engines.last.tell({ type: 'ready' });
    for (const member of [1, 2]) engines.last.tell({ type: 'member', member, event: inStep });
    engines.last.exit(null);
    const fact = 'the engine of 2 targets: a signal ended it';
    for (const task of await tasks(ids))
      expect(task).toMatchObject({ state: 'restarting', trouble: { code: 'ENGINE_DIED', fact } });
    await expect.poll(() => engines.all.length).toBe(2);
    engines.last.tell({ type: 'ready' });
    await expect.poll(() => engines.last.heard.length).toBe(3);
  });

  test('hand a target over in an engine of its own', async () => {
    const [id] = await make({ targets: TWO });
    await bench.ask('task.release', { id: id! });
    engines.last.tell({ type: 'ready' });
    expect(engines.last.commands).toEqual(['release']);
  });
});

describe('a group', () => {
  test('takes one more, with its source, its settings and the secrets of the source', async () => {
    const ids = await make({ targets: TWO, databases: [0, 3], maxCommandsPerSecond: 500 });
    const [one] = await tasks(ids);
    for (const id of ids) await bench.ask('task.start', { id });
    engines.last.tell({ type: 'ready' });
    const draft = await bench.ask('draft.create', { beside: one!.id });
    expect(draft).toMatchObject({
      ...{ name: 'Orders', joins: one!.group, databases: [0, 3], maxCommandsPerSecond: 500 },
      source: { id: 'source', port: 7001, hasPassword: true },
      targets: [{ host: '', hasPassword: false }],
    });
    await bench.ask('draft.save', { draft: { ...draft, targets: [at('target-1', 7004)] }, secrets: {} });
    const { taskIds } = await bench.ask('task.create', { draftId: draft.id, start: false });
    expect(await bench.task(taskIds[0]!)).toMatchObject({
      ...{ group: one!.group, name: 'Orders (127.0.0.1:7004)', missingSecrets: [] },
    });
    await bench.ask('task.start', { id: taskIds[0]! });
    await expect
      .poll(() => engines.last.heard.at(-1))
      .toMatchObject({
        ...{ type: 'member', member: 3 },
        command: { type: 'start', spec: { source: { password: PASSWORD }, target: { port: 7004 } } },
      });
    expect(engines.all).toHaveLength(1);
  });

  test('takes no other source, no target twice, and no draft that says by itself that it joins', async () => {
    const [one] = await tasks(await make({ targets: TWO }));
    const draft = await bench.ask('draft.create', { beside: one!.id });
    const create = async (change: Partial<Draft>): Promise<unknown> => {
      await bench.ask('draft.save', { draft: { ...draft, ...change }, secrets: {} });
      return bench.ask('task.create', { draftId: draft.id, start: false });
    };
    const elsewhere = { ...draft.source, port: 7009 };
    await expect(create({ source: elsewhere, targets: [at('target-1', 7004)] })).rejects.toMatchObject({
      ...{ code: 'REQUEST_INVALID', message: expect.stringContaining('127.0.0.1:7001') as string },
    });
    await expect(create({ targets: [at('target-1', 7003)] })).rejects.toThrow(
      /7003 is a target of the group/,
    );
    await expect(bench.ask('draft.create', { beside: 'nobody' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const [lone] = await tasks(await make({ joins: one!.group }));
    expect(lone?.group).toBeNull();
  });

  test('is begun by a task that stood alone when a further target is set up beside it', async () => {
    const [id] = await make({ databases: [2] });
    await bench.ask('task.start', { id: id! });
    engines.last.tell({ type: 'ready' });
    const alone = engines.last;
    const draft = await bench.ask('draft.create', { beside: id! });
    const group = { id: expect.stringMatching(/^[0-9a-f]{16}$/) as string, name: 'Orders' };
    expect(draft).toMatchObject({ joins: group, databases: [2], source: { port: 7001, hasPassword: true } });
    expect(await bench.task(id!)).toMatchObject({ group: draft.joins, state: 'starting' });
    await bench.ask('draft.save', { draft: { ...draft, targets: [at('target-1', 7003)] }, secrets: {} });
    const { taskIds } = await bench.ask('task.create', { draftId: draft.id, start: false });
    await bench.ask('task.start', { id: taskIds[0]! });
    expect(engines.all).toHaveLength(2);
    engines.last.tell({ type: 'ready' });
    // The one that was there before goes on as it is, and is among the others from its next start on.
    alone.tell({ type: 'metrics', metrics: metricsOf('in-step') }).exit(1);
    await expect.poll(() => engines.last.heard.length).toBe(3);
    expect(engines.last.heard.at(-1)).toMatchObject({
      type: 'member',
      member: 2,
      command: { spec: { task: id } },
    });
    expect(engines.all).toHaveLength(2);
  });

  test('is left by a task, which goes on where it is and has an engine of its own from its next start', async () => {
    const ids = await make({ targets: TWO });
    for (const id of ids) await bench.ask('task.start', { id });
    engines.last.tell({ type: 'ready' }).tell({ type: 'member', member: 1, event: inStep });
    expect(await bench.ask('task.leaveGroup', { id: ids[0]! })).toMatchObject({
      group: null,
      state: 'running',
    });
    expect((await bench.log(ids[0]!)).at(-1)).toBe('Taken out of the group “Orders”');
    await expect(bench.ask('task.leaveGroup', { id: ids[0]! })).rejects.toMatchObject({ code: 'TASK_STATE' });
    engines.last.exit(1);
    await expect.poll(() => engines.all.length).toBe(3);
    for (const engine of engines.all.slice(1)) engine.tell({ type: 'ready' });
    const firsts = engines.all.slice(1).map(({ heard }) => heard[0]?.type);
    expect(firsts.sort()).toEqual(['group', 'start']);
  });
});

test('tasks and set-ups of a version that knew no groups stand alone', async () => {
  const ids = await make({ targets: TWO });
  await fillDraft(bench, { sourcePort: 7001, targetPort: 7002 });
  await bench.close();
  for (const name of ['profiles', 'drafts']) {
    const file = path.join(bench.dir, 'data', `${name}.json`);
    const { content } = JSON.parse(readFileSync(file, 'utf8')) as { content: object[] };
    const older = content.map((entry) => ({ ...entry, group: undefined, joins: undefined }));
    writeFileSync(file, JSON.stringify({ version: 4, content: older }));
  }
  await bench.start();
  expect((await tasks(ids)).map(({ group }) => group)).toEqual([null, null]);
  expect((await bench.ask('draft.list', {})).map(({ joins }) => joins)).toEqual([null]);
});
