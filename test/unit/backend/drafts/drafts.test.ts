import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OpenStore } from '../../../../electron/backend/ports.ts';
import { BackendBench } from '../../../support/backend/backend-bench.ts';
import { FakeEngines } from '../../../support/backend/fake-engine.ts';
import { fillDraft } from '../../../support/backend/fill-draft.ts';

const ports = { sourcePort: 7001, targetPort: 7002 };
let bench: BackendBench;

beforeEach(async () => {
  bench = await new BackendBench(new FakeEngines().start).start();
});
afterEach(() => bench.remove());

describe('drafts', () => {
  test('are there again after a restart, the one that was changed last first', async () => {
    const first = await bench.ask('draft.create', {});
    const second = await bench.ask('draft.create', {});
    await bench.ask('draft.save', { draft: { ...first, name: 'half' }, secrets: {} });
    await bench.close();
    await bench.start();
    expect((await bench.ask('draft.list', {})).map(({ id, name }) => [id, name])).toEqual([
      [first.id, 'half'],
      [second.id, ''],
    ]);
  });

  test('the last change is stored though the application closes at once', async () => {
    const draft = await bench.ask('draft.create', {});
    const saving = [1, 2, 3].map((step) =>
      bench.ask('draft.save', { draft: { ...draft, step, name: `step ${step}` }, secrets: {} }),
    );
    await bench.close();
    await Promise.all(saving);
    await bench.start();
    expect((await bench.ask('draft.list', {}))[0]).toMatchObject({ step: 3, name: 'step 3' });
  });

  test('of more than 50 the oldest is removed and named', async () => {
    const first = await bench.ask('draft.create', {});
    await bench.ask('draft.save', { draft: { ...first, name: 'oldest' }, secrets: {} });
    await Promise.all(Array.from({ length: 50 }, () => bench.ask('draft.create', {})));
    const drafts = await bench.ask('draft.list', {});
    expect(drafts).toHaveLength(50);
    expect(drafts.some(({ id }) => id === first.id)).toBe(false);
    expect((await bench.ask('app.info', {})).notices[0]!.text).toContain('“oldest”');
  });

  test('what cannot be written is told to whoever asked, and as a notice', async () => {
    let full = false;
    const openStore: OpenStore = (name) => ({
      path: `/full/${name}.json`,
      read: () => undefined,
      write: () => {
        if (full) throw new Error('ENOSPC');
      },
    });
    await bench.close();
    await bench.start({ openStore });
    const draft = await bench.ask('draft.create', {});
    full = true;
    await expect(bench.ask('draft.save', { draft, secrets: {} })).rejects.toMatchObject({
      code: 'STORE_UNWRITABLE',
      message: '/full/drafts.json: ENOSPC',
    });
    expect((await bench.ask('app.info', {})).notices).toMatchObject([{ severity: 'error' }]);
  });

  test('servers of one id, which would share a password, are refused', async () => {
    const draft = await bench.ask('draft.create', {});
    const targets = [draft.targets[0]!, draft.targets[0]!];
    await expect(
      bench.ask('draft.save', { draft: { ...draft, targets }, secrets: {} }),
    ).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
    });
  });

  test('one that is gone is told', async () => {
    await expect(bench.ask('draft.delete', { id: 'gone' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('tasks of a draft', () => {
  test('an unfinished draft is refused with its fields', async () => {
    const { id } = await bench.ask('draft.create', {});
    await expect(bench.ask('task.create', { draftId: id, start: false })).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      fields: [{ path: 'source.host' }, { path: 'targets.0.host' }, { path: 'name' }],
    });
  });

  test('one is made of each target, told apart by its address, and the draft is gone', async () => {
    const draft = await fillDraft(bench, ports);
    const second = { ...draft.targets[0]!, id: 'target-2', host: '::1', port: 7003 };
    await bench.ask('draft.save', { draft: { ...draft, targets: [draft.targets[0]!, second] }, secrets: {} });
    const { taskIds } = await bench.ask('task.create', { draftId: draft.id, start: false });
    const tasks = await bench.ask('task.list', {});
    expect(tasks.map(({ id, name, state }) => [id, name, state])).toEqual([
      [taskIds[0], 'Orders (127.0.0.1:7002)', 'stopped'],
      [taskIds[1], 'Orders ([::1]:7003)', 'stopped'],
    ]);
    expect(tasks[1]).toMatchObject({ target: { id: 'target', host: '::1' }, phase: 'ended', metrics: null });
    expect(await bench.ask('draft.list', {})).toEqual([]);
  });

  test('more than 500 are refused, and nothing of them is left behind', async () => {
    const draft = await fillDraft(bench, ports);
    const { taskIds } = await bench.ask('task.create', { draftId: draft.id, start: false });
    const { text, path: file } = bench.files().find(({ path: one }) => one.endsWith('profiles.json'))!;
    const stored = JSON.parse(text) as { content: { id: string }[] };
    const many = Array.from({ length: 500 }, (_, index) => ({
      ...stored.content[0]!,
      id: `${taskIds[0]}-${index}`,
    }));
    await bench.close();
    writeFileSync(file, JSON.stringify({ ...stored, content: many }));
    await bench.start();
    const another = await fillDraft(bench, ports);
    await expect(bench.ask('task.create', { draftId: another.id, start: false })).rejects.toMatchObject({
      code: 'TASK_STATE',
    });
    expect(await bench.ask('draft.list', {})).toHaveLength(1);
    expect(await bench.ask('task.list', {})).toHaveLength(500);
  });

  test('a damaged profile does not cost the others, and its file is kept', async () => {
    for (let made = 0; made < 2; made += 1) {
      const { id } = await fillDraft(bench, ports);
      await bench.ask('task.create', { draftId: id, start: false });
    }
    const { text, path: file } = bench.files().find(({ path: one }) => one.endsWith('profiles.json'))!;
    const stored = JSON.parse(text) as { content: { id: string; name: string; retryForMinutes: unknown }[] };
    stored.content[0]!.retryForMinutes = 'long';
    stored.content[0]!.name = 'The bad one';
    await bench.close();
    writeFileSync(file, JSON.stringify(stored));
    await bench.start();
    expect((await bench.ask('task.list', {})).map(({ id }) => id)).toEqual([stored.content[1]!.id]);
    const { notices } = await bench.ask('app.info', {});
    expect(notices).toMatchObject([{ title: 'A file of the application was damaged' }]);
    expect(notices[0]!.text).toContain('The bad one');
    const aside = bench.files().find(({ path: one }) => path.basename(one).startsWith('profiles.damaged-'))!;
    expect(aside.text).toBe(JSON.stringify(stored));
    await bench.ask('app.dismissNotice', { id: notices[0]!.id });
    expect((await bench.ask('app.info', {})).notices).toEqual([]);
  });
});
