import { afterEach, expect, test } from 'vitest';
import type { BackendPorts } from '../../../electron/backend/ports.ts';
import { profileFileText, readProfileFile } from '../../../shared/profiles/profile-file.ts';
import { BackendBench } from '../../support/backend/backend-bench.ts';
import { FakeEngines } from '../../support/backend/fake-engine.ts';
import { fillDraft } from '../../support/backend/fill-draft.ts';
import { environmentSecrets, secretVariable } from '../../../electron/headless/serve/environment-secrets.ts';

const benches: BackendBench[] = [];
afterEach(() => Promise.all(benches.splice(0).map((bench) => bench.remove())));

const engines = new FakeEngines();
async function opened(ports: Partial<BackendPorts> = {}): Promise<BackendBench> {
  const made = await new BackendBench(engines.start, ports).start();
  benches.push(made);
  return made;
}

/** The file of an application with one task. */
async function exported(): Promise<{ text: string; id: string }> {
  const here = await opened();
  const draft = await fillDraft(here, { sourcePort: 7001, targetPort: 7002, password: 'hunter2' });
  const { taskIds } = await here.ask('task.create', { draftId: draft.id, start: false });
  const text = profileFileText(await here.ask('task.list', {}), Date.now());
  return { text, id: taskIds[0]! };
}

test('a task goes on elsewhere under its id, asks there for its passwords, and is taken once', async () => {
  const { text, id } = await exported();
  expect(text).not.toContain('hunter2');
  const there = await opened();
  const tasks = [...readProfileFile(text).tasks];
  expect(await there.ask('task.import', { tasks })).toEqual({
    taken: [{ id, name: 'Orders', needs: ['source', 'target'] }],
    left: [],
  });
  expect(await there.task(id)).toMatchObject({ state: 'stopped', missingSecrets: ['source', 'target'] });
  await expect(there.ask('task.start', { id })).rejects.toMatchObject({ code: 'SECRET_NEEDED' });
  expect(await there.ask('task.import', { tasks: [...tasks, ...tasks] })).toEqual({
    taken: [],
    left: [
      { name: 'Orders', why: 'here' },
      { name: 'Orders', why: 'here' },
    ],
  });
});

test('secrets of the environment are taken with it and after a restart, for the address that it has then', async () => {
  const { text, id } = await exported();
  const env = {
    [secretVariable(id, 'source')]: 'from the environment',
    [secretVariable(id, 'target')]: 'of the target',
  };
  const there = await opened({ givenSecrets: (task, side) => environmentSecrets(env, task, side) });
  const [taken] = (await there.ask('task.import', { tasks: [...readProfileFile(text).tasks] })).taken;
  expect(taken).toMatchObject({ needs: [] });
  await there.close();
  await there.start();
  expect(await there.task(id)).toMatchObject({ missingSecrets: [] });
  await there.ask('task.start', { id });
  engines.last.tell({ type: 'ready' });
  expect(engines.last.heard[0]).toMatchObject({
    spec: { task: id, source: { password: 'from the environment' }, target: { password: 'of the target' } },
  });
  engines.last.exit(0);
  expect(there.files().filter((file) => file.text.includes('from the environment'))).toEqual([]);
});

test('no more are taken than there is room for', async () => {
  const { text } = await exported();
  const [task] = readProfileFile(text).tasks;
  const there = await opened();
  const many = Array.from({ length: 500 }, (_, i) => ({ ...task!, id: `task-${i}` }));
  await there.ask('task.import', { tasks: many.slice(0, 499) });
  const last = await there.ask('task.import', {
    tasks: [
      { ...task!, id: 'a' },
      { ...task!, id: 'b' },
    ],
  });
  expect([last.taken.length, last.left]).toEqual([1, [{ name: 'Orders', why: 'full' }]]);
});
