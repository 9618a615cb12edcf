import { afterEach, beforeEach, expect, test } from 'vitest';
import { BackendBench } from '../support/backend/backend-bench.ts';
import { fillDraft } from '../support/backend/fill-draft.ts';
import { ForkedEngines } from '../support/backend/forked-engines.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';

const CANARY = 'canary-Xq7-pass';

let source: RedisProcess;
let target: RedisProcess;
let engines: ForkedEngines;
let bench: BackendBench;

beforeEach(async () => {
  source = await startRedis({ requirepass: CANARY });
  target = await startRedis({ requirepass: CANARY });
  engines = new ForkedEngines();
  bench = await new BackendBench(engines.start).start();
});

afterEach(async () => {
  await bench.remove();
  expect(engines.running).toBe(0);
  await Promise.all([source.stop(), target.stop()]);
});

test('a task is set up, runs, survives its engine, pauses, stops, and goes on after a restart of the application', async () => {
  const from = source.client();
  const to = target.client();
  await from.mset('a', '1', 'b', '2');
  const draft = await fillDraft(bench, {
    sourcePort: source.port,
    targetPort: target.port,
    password: CANARY,
  });

  const summary = await bench.ask('connection.test', {
    side: 'source',
    endpoint: { ...draft.source, port: source.port },
    secrets: {},
    stored: { kind: 'draft', id: draft.id, endpointId: 'source' },
  });
  expect(summary).toMatchObject({ role: 'primary', databases: [{ db: 0, keys: 2 }] });

  await expect(bench.ask('task.create', { draftId: draft.id, start: true })).rejects.toMatchObject({
    code: 'PRECHECK_OPEN',
  });
  await passPrecheck(draft.id);
  const { taskIds } = await bench.ask('task.create', { draftId: draft.id, start: true });
  const id = taskIds[0]!;
  expect(await bench.ask('draft.list', {})).toEqual([]);
  await bench.until(id, 'in step', ({ state, phase }) => state === 'running' && phase === 'in-step');
  expect(await to.get('b')).toBe('2');

  engines.killAll();
  await bench.until(id, 'restarting', ({ state }) => state === 'restarting');
  expect((await bench.task(id)).trouble).toMatchObject({ code: 'ENGINE_DIED' });
  await from.incr('a');
  await bench.until(id, 'in step again', ({ state, phase }) => state === 'running' && phase === 'in-step');
  await eventually('the write has arrived', async () => (await to.get('a')) === '2');
  expect((await bench.task(id)).trouble).toBeNull();

  expect(await bench.ask('task.pause', { id })).toMatchObject({ state: 'paused' });
  await bench.until(id, 'the engine pauses', ({ phase }) => phase === 'paused');
  await from.set('during', 'pause');
  engines.killAll();
  await bench.until(id, 'paused again', ({ state, phase }) => state === 'paused' && phase === 'paused');
  expect(await to.get('during')).toBeNull();
  await bench.ask('task.resume', { id });
  await eventually('what waited has arrived', async () => (await to.get('during')) === 'pause');

  await bench.ask('task.edit', { id, changes: { maxCommandsPerSecond: 5000 }, secrets: {} });
  await bench.until(id, 'in step after the pause', ({ phase }) => phase === 'in-step');
  const lately = { id, spanMs: 300_000, endMs: null, db: 0 };
  expect((await bench.ask('task.history', lately)).points.at(-1)).toMatchObject({ sourceKeys: 3 });

  // The application ends while the task runs: it is offered again. Without a keychain its passwords are asked for.
  await bench.close();
  expect(engines.running).toBe(0);
  await from.incr('a');
  await bench.start();
  expect(await bench.task(id)).toMatchObject({
    state: 'stopped',
    resumeOffered: true,
    missingSecrets: ['source', 'target'],
  });
  await expect(bench.ask('task.start', { id })).rejects.toMatchObject({ code: 'SECRET_NEEDED' });
  const secrets = { source: { password: CANARY }, target: { password: CANARY } };
  expect(await bench.ask('task.edit', { id, changes: {}, secrets })).toMatchObject({ missingSecrets: [] });
  await bench.ask('task.start', { id });
  await bench.until(id, 'in step after the restart', ({ phase }) => phase === 'in-step');
  await eventually('the write in between has arrived', async () => (await to.get('a')) === '3');
  expect((await bench.task(id)).metrics?.copy.keysDone).toBe(0);

  await bench.ask('comparison.start', { id });
  await eventually('compared', async () => (await bench.ask('comparison.state', { id })).status === 'done');
  expect(await bench.ask('comparison.state', { id })).toMatchObject({
    report: { equal: true, differencesTotal: 0, databases: [{ db: 0, compared: 3 }] },
  });

  await bench.ask('task.stop', { id });
  await bench.until(id, 'stopped', ({ state }) => state === 'stopped');
  const numbers = (await bench.ask('task.events', { id, limit: 5000 })).map(({ number }) => number);
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));

  for (const file of bench.files()) {
    expect(file.text, file.path).not.toContain(CANARY);
    expect(file.mode, file.path).toBe(0o600);
  }
  expect(JSON.stringify(bench.told)).not.toContain(CANARY);
  expect(JSON.stringify(await bench.ask('task.list', {}))).not.toContain(CANARY);

  await bench.ask('task.delete', { id });
  expect(await bench.ask('task.list', {})).toEqual([]);
  expect(bench.files().filter(({ path }) => path.includes(id))).toEqual([]);
});

test('a target that is away when the engine is started again is waited for; a task that never worked fails at once', async () => {
  await source.client().set('a', '1');
  const id = await createStopped();
  await target.kill();
  await bench.ask('task.start', { id });
  await bench.until(id, 'failed at once', ({ state }) => state === 'failed');
  expect((await bench.task(id)).failure).toMatchObject({ code: 'TARGET_UNREACHABLE' });
  expect(bench.notified).toHaveLength(1);

  await target.restart();
  await bench.ask('task.start', { id });
  await bench.until(id, 'in step', ({ phase }) => phase === 'in-step');
  await target.kill();
  engines.killAll();
  const waiting = await bench.until(
    id,
    'waits for the target',
    ({ trouble }) => trouble?.code === 'TARGET_UNREACHABLE',
  );
  expect(waiting).toMatchObject({ state: 'running', phase: 'reconnecting', failure: null });
  const { atMs, giveUpAtMs } = waiting.trouble!;
  expect(Math.abs(giveUpAtMs! - atMs - 720 * 60_000)).toBeLessThan(1000);
  await target.restart();
  await bench.until(id, 'in step again', ({ phase, trouble }) => phase === 'in-step' && trouble === null);
  expect(await target.client().get('a')).toBe('1');
});

async function createStopped(): Promise<string> {
  const draft = await fillDraft(bench, {
    sourcePort: source.port,
    targetPort: target.port,
    password: CANARY,
  });
  const { taskIds } = await bench.ask('task.create', { draftId: draft.id, start: false });
  return taskIds[0]!;
}

/** Runs the checks, and ignores the warnings that this machine gives rise to. */
async function passPrecheck(draftId: string): Promise<void> {
  const where = { draftId, targetId: 'target-1' };
  await bench.ask('precheck.run', where);
  await eventually('checked', async () => !(await bench.ask('precheck.state', where)).running, 60_000);
  const state = await bench.ask('precheck.state', where);
  expect(state.fault).toBeNull();
  expect(state.results.filter(({ status }) => status === 'failure')).toEqual([]);
  for (const { id, status } of state.results)
    if (status === 'warning') await bench.ask('precheck.ignore', { ...where, check: id, ignored: true });
  expect(await bench.ask('precheck.state', where)).toMatchObject({ passed: true });
}
