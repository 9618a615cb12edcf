import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Outcome } from '../../../../shared/contract/engine-messages.ts';
import { CHECK_IDS } from '../../../../shared/model/checks.ts';
import type { Draft } from '../../../../shared/model/profile.ts';
import type { OpenStore } from '../../../../electron/backend/ports.ts';
import { BackendBench } from '../../../support/backend/backend-bench.ts';
import { FakeEngines } from '../../../support/backend/fake-engine.ts';
import { fillDraft } from '../../../support/backend/fill-draft.ts';

const ports = { sourcePort: 7001, targetPort: 7002 };

let engines: FakeEngines;
let bench: BackendBench;

beforeEach(() => {
  engines = new FakeEngines();
  bench = new BackendBench(engines.start);
});
afterEach(async () => {
  for (const engine of engines.all) engine.exit(0);
  await bench.remove();
  vi.useRealTimers();
});

/** Documents in memory; a write of those that are `full` fails. */
function memoryStores(full: { has(name: string): boolean }): OpenStore {
  const documents = new Map<string, object>();
  return (name) => ({
    path: `/memory/${name}.json`,
    read: () => documents.get(name),
    write: (document) => {
      if (full.has(name)) throw new Error('ENOSPC');
      documents.set(name, structuredClone(document));
    },
  });
}

async function create(changes: Parameters<typeof fillDraft>[1]['changes'] = {}): Promise<string> {
  const { id } = await fillDraft(bench, { ...ports, changes });
  return (await bench.ask('task.create', { draftId: id, start: false })).taskIds[0]!;
}

async function passPrecheck(draftId: string): Promise<void> {
  await bench.ask('precheck.run', { draftId, targetId: 'target-1' });
  const engine = engines.last.tell({ type: 'ready' });
  for (const id of CHECK_IDS)
    engine.tell({ type: 'check', result: { id, status: 'pass', found: 'fine', mends: [], tookMs: 1 } });
  engine.tell({ type: 'prechecked' }).exit(0);
  await Promise.resolve();
}

describe('an engine that is gone', () => {
  test('is not listened to any more: what comes late is not the next one’s', async () => {
    await bench.start();
    const id = await create();
    await bench.ask('task.start', { id });
    const first = engines.last.tell({ type: 'ready' }).report('in-step');
    first.exit(null);
    expect((await bench.task(id)).state).toBe('restarting');
    first.report('in-step');
    expect(await bench.task(id)).toMatchObject({ state: 'restarting', phase: 'reconnecting' });
    await bench.ask('task.stop', { id });
    expect((await bench.task(id)).state).toBe('stopped');
  });

  test('does not begin though its process could not be ended before it was ready', async () => {
    await bench.start();
    const id = await create();
    await bench.ask('task.start', { id });
    // As with a process that the system has not yet started.
    vi.spyOn(engines.last, 'kill').mockImplementation(() => undefined);
    await bench.ask('task.stop', { id });
    engines.last.tell({ type: 'ready' });
    expect(engines.last.commands).toEqual([]);
    engines.last.exit(null);
    expect((await bench.task(id)).state).toBe('stopped');
  });
});

test('an engine that says twice that it is ready is started once', async () => {
  await bench.start();
  const id = await create();
  await bench.ask('task.start', { id });
  engines.last.tell({ type: 'ready' }).tell({ type: 'ready' });
  expect(engines.last.commands).toEqual(['start']);
});

test('limits that are changed again and again before the engine is ready are told once', async () => {
  await bench.start();
  const id = await create();
  await bench.ask('task.start', { id });
  for (const maxCommandsPerSecond of [100, 200, 300])
    await bench.ask('task.edit', { id, changes: { maxCommandsPerSecond }, secrets: {} });
  engines.last.tell({ type: 'ready' });
  expect(engines.last.commands).toEqual(['start', 'limits']);
  expect(engines.last.heard.at(-1)).toMatchObject({ limits: { maxCommandsPerSecond: 300 } });
});

test('a move that is done is known as one, also after a restart, until the task is started anew', async () => {
  await bench.start();
  const id = await create();
  await bench.ask('task.start', { id });
  const outcome: Outcome = {
    ...{ reason: 'cut-over', resumable: false, replid: 'r', offset: 1 },
    ...{ keysCopied: 1, commandsApplied: 0, fullCopies: 1, evictedKeys: 0 },
  };
  engines.last.tell({ type: 'ready' }).report('in-step').tell({ type: 'finished', outcome }).exit(0);
  expect(await bench.task(id)).toMatchObject({ state: 'stopped', moved: true });
  await bench.close();
  await bench.start();
  expect(await bench.task(id)).toMatchObject({ state: 'stopped', moved: true });
  await bench.ask('task.start', { id });
  expect(await bench.task(id)).toMatchObject({ moved: false });
});

test('a full copy that is completed while the application closes is not made again', async () => {
  await bench.start();
  await bench.ask('settings.change', { resumeOnStart: true });
  const id = await create({ fullOnly: true });
  await bench.ask('task.start', { id });
  engines.last.tell({ type: 'ready' }).report('full-copy');
  const closing = bench.close();
  const outcome: Outcome = {
    ...{ reason: 'full-copy', resumable: false, replid: 'r', offset: 1 },
    ...{ keysCopied: 1, commandsApplied: 0, fullCopies: 1, evictedKeys: 0 },
  };
  engines.last.tell({ type: 'finished', outcome }).exit(0);
  await closing;
  await bench.start();
  expect(await bench.task(id)).toMatchObject({ state: 'completed', resumeOffered: false });
  expect(engines.all).toHaveLength(1);
});

test('while the application closes, nothing is begun', async () => {
  await bench.start();
  const id = await create();
  await bench.ask('task.start', { id });
  engines.last.tell({ type: 'ready' }).report('in-step');
  const { backend } = bench;
  const closing = bench.close();
  await expect(backend.request('draft.create', {})).rejects.toMatchObject({ code: 'HOST_GONE' });
  engines.last.exit(0);
  await closing;
});

describe('a draft', () => {
  test('is made into tasks once, though two pages ask and its secrets cannot be removed', async () => {
    let room = Infinity;
    const openStore = memoryStores({ has: (name) => name === 'secrets' && (room -= 1) < 0 });
    await bench.start({ openStore });
    await bench.ask('settings.change', { keepSecretsInFile: true });
    const draft = await fillDraft(bench, { ...ports, password: 'secret' });
    // For the copies that the task gets, not for what is left without the draft.
    room = 1;
    await bench.ask('task.create', { draftId: draft.id, start: false });
    await expect(bench.ask('task.create', { draftId: draft.id, start: false })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await bench.ask('task.list', {})).toHaveLength(1);
  });

  test.each([
    ['existing keys', { existing: 'overwrite' }],
    ['a flush of the source', { onFlush: 'apply' }],
    ['the databases', { databases: [3] }],
    ['where a database goes', { databases: [3], databaseMap: [{ from: 3, into: 0 }] }],
  ] as const)('of which another page has changed %s is not what was agreed to', async (_what, changes) => {
    await bench.start();
    const shown = await fillDraft(bench, ports);
    const other = { ...shown, ...changes } as Draft;
    await bench.ask('draft.save', { draft: other, secrets: {} });
    await passPrecheck(shown.id);
    const start = (seen: Draft) => bench.ask('task.create', { draftId: shown.id, start: true, shown: seen });
    await expect(start(shown)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    expect(await bench.ask('task.list', {})).toEqual([]);
    expect((await start(other)).taskIds).toHaveLength(1);
  });

  test('whose task is deleted at once leaves no engine', async () => {
    await bench.start();
    const draft = await fillDraft(bench, ports);
    await passPrecheck(draft.id);
    const creating = bench.ask('task.create', { draftId: draft.id, start: true });
    const [made] = await bench.ask('task.list', {});
    const deleting = bench.ask('task.delete', { id: made!.id });
    await expect(deleting).rejects.toMatchObject({ code: 'TASK_STATE' });
    await creating;
    expect(await bench.task(made!.id)).toMatchObject({ state: 'starting' });
  });
});

test('an edit that cannot be stored leaves the password as it was', async () => {
  const full = new Set<string>();
  await bench.start({ openStore: memoryStores(full) });
  const draft = await fillDraft(bench, { ...ports, password: 'old' });
  const [id] = (await bench.ask('task.create', { draftId: draft.id, start: false })).taskIds;
  const { source } = await bench.task(id!);
  full.add('profiles');
  const edit = { id: id!, changes: { source: { ...source, port: 7009 } } };
  await expect(
    bench.ask('task.edit', { ...edit, secrets: { source: { password: 'new' } } }),
  ).rejects.toMatchObject({ code: 'STORE_UNWRITABLE' });
  full.clear();
  await bench.ask('task.start', { id: id! });
  engines.last.tell({ type: 'ready' });
  expect(engines.last.heard[0]).toMatchObject({ spec: { source: { port: 7001, password: 'old' } } });
});

test('a task whose secrets cannot be removed is deleted all the same', async () => {
  const full = new Set<string>();
  await bench.start({ openStore: memoryStores(full) });
  await bench.ask('settings.change', { keepSecretsInFile: true });
  const draft = await fillDraft(bench, { ...ports, password: 'secret' });
  const [id] = (await bench.ask('task.create', { draftId: draft.id, start: false })).taskIds;
  full.add('secrets');
  expect(await bench.ask('task.delete', { id: id! })).toEqual({});
  expect(await bench.ask('task.list', {})).toEqual([]);
});

test('a report every second carries no certificate', async () => {
  await bench.start();
  const id = await create();
  await bench.ask('task.start', { id });
  engines.last.tell({ type: 'ready' }).report('in-step');
  bench.told.splice(0);
  engines.last.report('in-step');
  expect(bench.told).toMatchObject([
    { type: 'task-report', report: { id, state: 'running', phase: 'in-step' } },
  ]);
  expect(JSON.stringify(bench.told)).not.toContain('certificate');
});

test('a comparison whose engine never begins is ended', async () => {
  await bench.start();
  const id = await create();
  vi.useFakeTimers();
  await bench.ask('comparison.start', { id });
  await vi.advanceTimersByTimeAsync(31_000);
  expect(engines.last.killed).toBe(true);
  expect(await bench.ask('comparison.state', { id })).toMatchObject({
    status: 'failed',
    fault: { code: 'ENGINE_DIED', fact: 'it did not begin within 30 s' },
  });
});

test('an address with its password in the field for the host is not looked up', async () => {
  await bench.start();
  const { source } = await fillDraft(bench, ports);
  const endpoint = { ...source, host: 'redis://ops:s3cret@db', port: 6379 };
  await expect(bench.ask('connection.test', { side: 'source', endpoint, secrets: {} })).rejects.toMatchObject(
    { code: 'REQUEST_INVALID', fields: [{ path: 'endpoint.host' }] },
  );
  expect(engines.all).toEqual([]);
});

test('a clock that is set back neither stops the line of the list nor prolongs the retries', async () => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  const starting = bench.start();
  await starting;
  const filling = fillDraft(bench, { ...ports, changes: { retryForMinutes: 1 } });
  await vi.advanceTimersByTimeAsync(1000);
  const creating = bench.ask('task.create', { draftId: (await filling).id, start: false });
  await vi.advanceTimersByTimeAsync(1000);
  const id = (await creating).taskIds[0]!;
  await bench.ask('task.start', { id });
  engines.last.tell({ type: 'ready' }).report('in-step');
  vi.setSystemTime(Date.now() - 3_600_000);
  for (let second = 0; second < 5; second += 1) {
    vi.advanceTimersByTime(1000);
    engines.last.report('in-step');
  }
  expect((await bench.task(id)).spark).toHaveLength(6);
  for (let crashes = 0; crashes < 8; crashes += 1) {
    engines.last.exit(1);
    vi.setSystemTime(Date.now() - 3_600_000);
    vi.advanceTimersByTime(30_000);
  }
  expect(await bench.task(id)).toMatchObject({ state: 'failed', failure: { code: 'RETRY_EXHAUSTED' } });
});

test('an engine that floods its log is cut short, and the log says so', async () => {
  await bench.start();
  const id = await create();
  await bench.ask('task.start', { id });
  engines.last.tell({ type: 'ready' });
  const event = { type: 'event', atMs: 1, severity: 'info' } as const;
  for (let number = 0; number < 500; number += 1) engines.last.tell({ ...event, text: `line ${number}` });
  expect((await bench.log(id)).filter((text) => text.startsWith('line'))).toHaveLength(50);
  await new Promise((resolve) => setTimeout(resolve, 1050));
  engines.last.tell({ ...event, text: 'the last' });
  expect((await bench.log(id)).slice(-2)).toEqual([
    '450 events were left out: too many came at once',
    'the last',
  ]);
});

test('a page that asks for prechecks and tests without end does not fill the machine with processes', async () => {
  await bench.start();
  const { source } = await fillDraft(bench, ports);
  const endpoint = { ...source, port: 6379 };
  const asked = Array.from({ length: 40 }, () =>
    bench.ask('connection.test', { side: 'source', endpoint, secrets: {} }),
  );
  const settled = Promise.allSettled(asked);
  await Promise.resolve();
  expect(engines.all).toHaveLength(24);
  for (const engine of engines.all) engine.exit(1);
  const refused = (await settled).filter(
    (one) => one.status === 'rejected' && (one.reason as { code: string }).code === 'TASK_STATE',
  );
  expect(refused).toHaveLength(16);
});

test('a task goes without function libraries when that was chosen, from the next start when it is changed', async () => {
  await bench.start();
  const id = await create({ functions: 'skip' });
  await bench.ask('task.start', { id });
  expect(engines.last.tell({ type: 'ready' }).heard).toMatchObject([{ spec: { functions: 'skip' } }]);
  await bench.ask('task.edit', { id, changes: { functions: 'fail' }, secrets: {} });
  expect((await bench.log(id)).at(-1)).toContain('end the task from the next start');
});

test('how late expiry may be on the target is what was chosen', async () => {
  await bench.start();
  const id = await create({ expirySlackSeconds: 300 });
  await bench.ask('task.start', { id });
  expect(engines.last.tell({ type: 'ready' }).heard).toMatchObject([{ spec: { expiryLateMs: 300_000 } }]);
  await bench.ask('task.edit', { id, changes: { expirySlackSeconds: 30 }, secrets: {} });
  expect((await bench.log(id)).at(-1)).toContain(
    'how late keys may go on the target to 30.0 s from the next start',
  );
  const tooShort = bench.ask('task.edit', { id, changes: { expirySlackSeconds: 9 }, secrets: {} });
  await expect(tooShort).rejects.toThrow(/expirySlackSeconds/);
});

test('import-mode of the target is used when that was chosen, from the next start when it is changed', async () => {
  await bench.start();
  const id = await create({ importMode: 'use' });
  await bench.ask('task.start', { id });
  expect(engines.last.tell({ type: 'ready' }).heard).toMatchObject([{ spec: { importMode: 'use' } }]);
  await bench.ask('task.edit', { id, changes: { importMode: 'leave' }, secrets: {} });
  expect((await bench.log(id)).at(-1)).toContain(
    'import-mode of the target is left alone from the next start',
  );
});

test('replicas of a source cluster are read when that was chosen, from the next start when it is changed', async () => {
  await bench.start();
  const id = await create({ readFrom: 'replicas' });
  await bench.ask('task.start', { id });
  expect(engines.last.tell({ type: 'ready' }).heard).toMatchObject([{ spec: { readFrom: 'replicas' } }]);
  await bench.ask('task.edit', { id, changes: { readFrom: 'primaries' }, secrets: {} });
  expect((await bench.log(id)).at(-1)).toContain(
    'of a source that is a cluster the primaries are read from the next start',
  );
});

test('tasks and drafts of an earlier version get what they lacked', async () => {
  await bench.start();
  const id = await create();
  const { id: draftId } = await fillDraft(bench, ports);
  await bench.close();
  for (const { path: file, text } of bench.files()) {
    if (!/(profiles|drafts)\.json$/.test(file)) continue;
    const { content } = JSON.parse(text) as { content: Record<string, unknown>[] };
    const older = content.map(
      ({
        functions: _f,
        targetStanding: _t,
        moved: _m,
        expirySlackSeconds: _s,
        importMode: _i,
        readFrom: _r,
        ...rest
      }) => rest,
    );
    writeFileSync(file, JSON.stringify({ version: 1, content: older }));
  }
  await bench.start();
  expect(await bench.task(id)).toMatchObject({
    functions: 'fail',
    targetStanding: 'exact',
    moved: false,
    expirySlackSeconds: 60,
    importMode: 'leave',
    readFrom: 'primaries',
  });
  expect(await bench.ask('draft.list', {})).toMatchObject([
    { id: draftId, functions: 'fail', expirySlackSeconds: 60, importMode: 'leave', readFrom: 'primaries' },
  ]);
});

test('a fault that nobody sets an end to is told without one', async () => {
  await bench.start();
  const id = await create();
  await bench.ask('task.start', { id });
  const event = { type: 'event', severity: 'warning', text: 'The source has lost its primary' } as const;
  const code = 'SOURCE_NO_MASTER_LINK';
  engines.last
    .tell({ type: 'ready' })
    .report('in-step')
    .tell({ ...event, atMs: Date.now(), code });
  expect((await bench.task(id)).trouble).toMatchObject({ code, giveUpAtMs: null });
  engines.last.report('in-step');
  expect((await bench.task(id)).trouble).toBeNull();
  engines.last.report('reconnecting');
  expect((await bench.task(id)).trouble).toMatchObject({ code, giveUpAtMs: null });
});
