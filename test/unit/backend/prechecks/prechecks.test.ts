import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { CHECK_IDS } from '../../../../shared/model/checks.ts';
import type { CheckId, CheckStatus } from '../../../../shared/model/precheck.ts';
import type { Draft } from '../../../../shared/model/profile.ts';
import { BackendBench } from '../../../support/backend/backend-bench.ts';
import { FakeEngines } from '../../../support/backend/fake-engine.ts';
import { fillDraft } from '../../../support/backend/fill-draft.ts';

let engines: FakeEngines;
let bench: BackendBench;
let draft: Draft;
let where: { draftId: string; targetId: string };

beforeEach(async () => {
  engines = new FakeEngines();
  bench = await new BackendBench(engines.start).start();
  draft = await fillDraft(bench, { sourcePort: 7001, targetPort: 7002 });
  where = { draftId: draft.id, targetId: 'target-1' };
});
afterEach(async () => {
  vi.useRealTimers();
  await bench.remove();
});

const state = () => bench.ask('precheck.state', where);
const check = (id: CheckId, status: CheckStatus = 'pass', found = 'as it should be'): void => {
  engines.last.tell({ type: 'checking', id });
  engines.last.tell({ type: 'check', result: { id, status, found, mends: [], tookMs: 1 } });
};
const end = async (): Promise<void> => {
  engines.last.tell({ type: 'prechecked' }).exit(0);
  await Promise.resolve();
};

/** A whole run in which some checks do not pass. */
async function runAll(others: Partial<Record<CheckId, readonly [CheckStatus, string]>> = {}): Promise<void> {
  await bench.ask('precheck.run', where);
  engines.last.tell({ type: 'ready' });
  for (const id of CHECK_IDS) check(id, others[id]?.[0], others[id]?.[1]);
  await end();
}

describe('a precheck', () => {
  test('brings its results one by one and has passed at its end', async () => {
    expect(await state()).toMatchObject({ running: false, results: [], passed: false });
    expect(await bench.ask('precheck.run', where)).toMatchObject({ running: true });
    engines.last.tell({ type: 'ready' });
    expect(engines.last.heard).toMatchObject([{ type: 'precheck', spec: { source: { port: 7001 } } }]);
    engines.last.tell({ type: 'checking', id: 'versions' });
    expect(await state()).toMatchObject({ checking: ['versions'], results: [] });
    for (const id of [...CHECK_IDS].toReversed()) check(id);
    expect(await state()).toMatchObject({ running: true, checking: [], passed: false });
    await end();
    const done = await state();
    expect(done).toMatchObject({ running: false, passed: true });
    expect(done.results.map(({ id }) => id)).toEqual(CHECK_IDS);
    const told = bench.told.flatMap((event) =>
      event.type === 'precheck' ? [event.state.results.length] : [],
    );
    expect(Math.max(...told)).toBe(CHECK_IDS.length);
  });

  test('a failure blocks the start, a warning until it is ignored', async () => {
    await runAll({ versions: ['failure', 'too old'], 'target-memory': ['warning', '1.0 GB'] });
    expect((await state()).passed).toBe(false);
    await expect(
      bench.ask('precheck.ignore', { ...where, check: 'versions', ignored: true }),
    ).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await bench.ask('precheck.run', { ...where, only: ['versions'] });
    engines.last.tell({ type: 'ready' });
    expect(engines.last.heard[0]).toMatchObject({ only: ['versions'] });
    check('versions');
    await end();
    expect((await state()).passed).toBe(false);
    const ignored = await bench.ask('precheck.ignore', { ...where, check: 'target-memory', ignored: true });
    expect(ignored).toMatchObject({ passed: true, ignored: [{ check: 'target-memory', found: '1.0 GB' }] });
    expect(
      await bench.ask('precheck.ignore', { ...where, check: 'target-memory', ignored: false }),
    ).toMatchObject({
      passed: false,
      ignored: [],
    });
  });

  test('what was ignored is no longer when something else is found', async () => {
    await runAll({ 'target-memory': ['warning', '1.0 GB'] });
    await bench.ask('precheck.ignore', { ...where, check: 'target-memory', ignored: true });
    await runAll({ 'target-memory': ['warning', '1.0 GB'] });
    expect(await state()).toMatchObject({ passed: true, ignored: [{ found: '1.0 GB' }] });
    await runAll({ 'target-memory': ['warning', '0.5 GB'] });
    expect(await state()).toMatchObject({ passed: false, ignored: [] });
  });

  test('what was ignored for one target is not ignored for another that shows the same', async () => {
    const warned = { 'target-empty': ['warning', 'db0 holds 1,000 keys'] } as const;
    await runAll(warned);
    await bench.ask('precheck.ignore', { ...where, check: 'target-empty', ignored: true });
    const save = (changes: Partial<Draft>) =>
      bench.ask('draft.save', { draft: { ...draft, ...changes }, secrets: {} });
    await save({ maxCommandsPerSecond: 1000 });
    await runAll(warned);
    expect(await state()).toMatchObject({ passed: true });
    await save({ maxCommandsPerSecond: 1000, targets: [{ ...draft.targets[0]!, port: 7009 }] });
    await runAll(warned);
    expect(await state()).toMatchObject({ passed: false, ignored: [] });
  });

  test('what a run that broke off was to look at again is looked at by the next one', async () => {
    await runAll();
    await bench.ask('precheck.run', { ...where, only: ['versions'] });
    engines.last.tell({ type: 'ready' }).exit(139);
    await Promise.resolve();
    await bench.ask('precheck.run', { ...where, only: ['target-memory'] });
    engines.last.tell({ type: 'ready' });
    expect(engines.last.heard[0]).toMatchObject({
      only: CHECK_IDS.filter((id) => id === 'versions' || id === 'target-memory'),
    });
    check('target-memory');
    check('versions', 'failure', 'too old');
    await end();
    expect((await state()).passed).toBe(false);
  });

  test.each([
    ['an address', { source: { port: 7009 } }],
    ['the databases', { databases: [0] }],
    ['where a database goes', { databases: [0], databaseMap: [{ from: 0, into: 3 }] }],
    ['what happens to existing keys', { existing: 'overwrite' }],
    ['what is read of a cluster', { readFrom: 'replicas' }],
  ] as const)('results are dropped when %s is changed, not when the name is', async (_what, changes) => {
    await runAll();
    const named = await bench.ask('draft.save', { draft: { ...draft, name: 'Other', step: 3 }, secrets: {} });
    expect((await state()).passed).toBe(true);
    const changed = { ...named, ...changes } as Draft;
    const source = { ...named.source, ...('source' in changes ? changes.source : {}) };
    await bench.ask('draft.save', { draft: { ...changed, source }, secrets: {} });
    expect(await state()).toMatchObject({ passed: false, results: [] });
  });

  test.each(['source', 'target-1'])('a new password of %s makes the results stale, too', async (endpoint) => {
    const save = (password: string) =>
      bench.ask('draft.save', { draft, secrets: { [endpoint]: { password } } });
    draft = await save('old');
    await runAll();
    await save('new');
    expect((await state()).results).toEqual([]);
  });

  test('a new run ends the one before, and does what that had left', async () => {
    await bench.ask('precheck.run', where);
    const first = engines.last.tell({ type: 'ready' });
    for (const id of CHECK_IDS.slice(2)) check(id);
    await bench.ask('precheck.run', { ...where, only: ['versions'] });
    expect(first.killed).toBe(true);
    engines.last.tell({ type: 'ready' });
    const ids = [...CHECK_IDS.slice(0, 2), 'versions'];
    expect(engines.last.heard[0]).toMatchObject({ only: ids });
    for (const id of ids) check(id as CheckId);
    await end();
    expect((await state()).passed).toBe(true);
  });

  test('a run that breaks off says why', async () => {
    await bench.ask('precheck.run', where);
    engines.last.tell({ type: 'ready' }).exit(139);
    await Promise.resolve();
    expect(await state()).toMatchObject({
      running: false,
      passed: false,
      fault: { code: 'ENGINE_DIED', fact: 'the engine ended with status 139' },
    });
  });

  test('one that hangs is ended', async () => {
    vi.useFakeTimers();
    await bench.ask('precheck.run', where);
    await vi.advanceTimersByTimeAsync(5 * 60_000);
    expect(engines.last.killed).toBe(true);
    expect(await state()).toMatchObject({ running: false, fault: { code: 'ENGINE_DIED' } });
  });

  test('an unfinished draft is refused with its fields, though not for its name', async () => {
    const unnamed = { ...draft, name: '', source: { ...draft.source, host: '' } };
    await bench.ask('draft.save', { draft: unnamed, secrets: {} });
    await expect(bench.ask('precheck.run', where)).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      fields: [{ path: 'source.host' }],
    });
  });

  test('it ends with its draft', async () => {
    await bench.ask('precheck.run', where);
    await bench.ask('draft.delete', { id: draft.id });
    expect(engines.last.killed).toBe(true);
    await expect(state()).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('the start of a draft', () => {
  test('demands that every target has passed, and keeps what was ignored', async () => {
    const start = { draftId: draft.id, start: true };
    await expect(bench.ask('task.create', start)).rejects.toMatchObject({
      code: 'PRECHECK_OPEN',
      message: 'of 127.0.0.1:7002',
    });
    await runAll({ 'target-memory': ['warning', '1.0 GB'] });
    await bench.ask('precheck.ignore', { ...where, check: 'target-memory', ignored: true });
    const { taskIds } = await bench.ask('task.create', start);
    const id = taskIds[0]!;
    expect(await bench.task(id)).toMatchObject({
      state: 'starting',
      ignoredWarnings: [{ check: 'target-memory', found: '1.0 GB' }],
    });
    expect((await bench.log(id)).join('\n')).toContain('Memory of the target (1.0 GB)');
    await bench.ask('task.stop', { id });
  });
});
