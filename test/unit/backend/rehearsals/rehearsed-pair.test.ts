import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openKeptReports } from '../../../../electron/backend/rehearsals/kept-reports.ts';
import { goesOn } from '../../../../electron/backend/rehearsals/rehearsed-pair.ts';
import type { Outcome } from '../../../../shared/contract/engine-messages.ts';
import type { Draft } from '../../../../shared/model/profile.ts';
import { DEFAULT_CHOICES } from '../../../../shared/rehearsal/rehearsal-choice.ts';
import type { RehearsedStep } from '../../../../shared/rehearsal/report.ts';
import { summaryOf } from '../../../../shared/rehearsal/run-summary.ts';
import { BackendBench } from '../../../support/backend/backend-bench.ts';
import { createdTask } from '../../../support/backend/created-task.ts';
import { FakeEngines } from '../../../support/backend/fake-engine.ts';
import { copyReport } from '../../../support/rehearsal-report.ts';

let engines: FakeEngines;
let bench: BackendBench;

const outcome: Outcome = {
  ...{ reason: 'stopped', resumable: true, replid: 'a'.repeat(40), offset: 7 },
  ...{ keysCopied: 0, commandsApplied: 0, fullCopies: 0, evictedKeys: 0 },
};

beforeEach(async () => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  engines = new FakeEngines();
  bench = await new BackendBench(engines.start).start();
});
afterEach(async () => {
  const closed = bench.remove();
  await vi.advanceTimersByTimeAsync(20_000);
  await closed;
  vi.useRealTimers();
});

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(1000);

/** A task whose engine says that it is in step. */
async function runningTask(): Promise<string> {
  const id = await createdTask(bench, { sourcePort: 7001, targetPort: 7002 });
  await bench.ask('task.start', { id });
  engines.last.tell({ type: 'ready' }).report('connecting').report('in-step');
  return id;
}

/** A rehearsal of it has begun, and its own run has ended. */
async function lentTask(): Promise<string> {
  const id = await runningTask();
  const own = engines.last;
  await bench.ask('rehearsal.start', { id, choice: DEFAULT_CHOICES.failover });
  expect(own.commands.at(-1)).toBe('stop now');
  own.tell({ type: 'finished', outcome }).exit(0);
  await settle();
  return id;
}

test('a task that runs is at its checkpoint before its rehearsal looks at anything, and runs on after one that was broken off', async () => {
  const id = await lentTask();
  expect(engines.all.slice(1).map(({ killed }) => killed)).toEqual([false, false]);
  expect(await bench.task(id)).toMatchObject({ state: 'stopped' });
  for (const name of ['task.start', 'task.copyAgain', 'task.release', 'task.delete'] as const)
    await expect(bench.ask(name, { id })).rejects.toMatchObject({ code: 'TASK_STATE' });
  await expect(bench.ask('task.edit', { id, changes: { name: 'Other' }, secrets: {} })).rejects.toMatchObject(
    { code: 'TASK_STATE' },
  );

  await bench.ask('rehearsal.cancel', { id });
  await settle();
  expect(await bench.ask('rehearsal.state', { id })).toMatchObject({
    status: 'ended',
    run: { report: { kind: 'failover', task: id, failure: { code: 'INTERRUPTED' } } },
  });
  expect(await bench.task(id)).toMatchObject({ state: 'starting' });
  engines.last.tell({ type: 'ready' });
  expect(engines.last.heard[0]).toMatchObject({ type: 'start', spec: { task: id } });
});

test('where the application ends meanwhile the task is offered to go on', async () => {
  const id = await lentTask();
  const closing = bench.close();
  await vi.advanceTimersByTimeAsync(20_000);
  await closing;
  await bench.start();
  expect(await bench.task(id)).toMatchObject({ state: 'stopped', resumeOffered: true });
  expect(await bench.ask('rehearsal.kept', { id })).toMatchObject([{ kind: 'failover', met: false }]);
});

test('a task that is paused, or would have to be copied, is not begun with', async () => {
  const id = await runningTask();
  const begin = (choice: (typeof DEFAULT_CHOICES)['copy' | 'cutover']) =>
    bench.ask('rehearsal.start', { id, choice });
  await expect(begin(DEFAULT_CHOICES.copy)).rejects.toMatchObject({ code: 'TASK_STATE' });
  await bench.ask('task.pause', { id });
  await expect(begin(DEFAULT_CHOICES.cutover)).rejects.toMatchObject({ code: 'TASK_STATE' });
  expect(engines.all).toHaveLength(1);
  expect(engines.last.commands).toEqual(['start', 'pause']);
});

const step = (id: RehearsedStep['id'], state: RehearsedStep['state'] = 'done'): RehearsedStep => ({
  ...{ id, beganMs: 0, tookMs: 1, state },
});

test.each([
  ['broken off before the loss', [step('in-step', 'failed')], true],
  ['broken off while the target was free', [step('noticed'), step('free', 'failed')], false],
  ['left as others had left it', [step('noticed'), step('free')], false],
  ['gone on with', [step('noticed'), step('free'), step('go-on')], true],
  ['copied anew', [step('noticed'), step('copy-again')], true],
  ['a copy that broke off', [step('noticed'), step('copy-again', 'failed')], false],
  ['a move that something blocked', [step('gate', 'failed')], true],
  ['a move that was made', [step('gate'), step('drain'), step('compare')], false],
  ['a move that broke off half way', [step('gate'), step('drain', 'failed')], false],
])('whether a task runs on after a rehearsal that was %s', (_what, steps, expected) => {
  expect(goesOn(copyReport({ steps }))).toBe(expected);
});

/** Two servers to rehearse with. */
async function pairOf(purpose: Draft['purpose']): Promise<Draft> {
  const draft = await bench.ask('draft.create', { purpose });
  const server = (port: number) => ({ host: '127.0.0.1', port });
  const saving = bench.ask('draft.save', {
    draft: {
      ...draft,
      source: { ...draft.source, ...server(7001) },
      targets: [{ ...draft.targets[0]!, ...server(7002) }],
    },
    secrets: { source: { password: 'hunter2' } },
  });
  await settle();
  return saving;
}

test('what a copy has left becomes a task of its name, with the secrets of the pair', async () => {
  const { id } = await pairOf('rehearse');
  const side = { ...copyReport().source!, address: '127.0.0.1:7001' };
  const report = copyReport({
    task: 'abc123',
    source: side,
    target: { ...side, address: '127.0.0.1:7002' },
  });
  const run = { report, last: null };
  const summary = summaryOf(report, '127.0.0.1:7001', '127.0.0.1:7002');
  openKeptReports(path.join(bench.dir, 'data')).add(id, report.startedAtMs, summary, run);
  expect(await bench.ask('rehearsal.state', { id })).toMatchObject({ status: 'ended', keepable: true });
  expect(await bench.ask('rehearsal.keep', { id })).toEqual({ taskId: 'abc123' });
  expect(await bench.ask('rehearsal.state', { id })).toMatchObject({ keepable: false });
  await expect(bench.ask('rehearsal.keep', { id })).rejects.toMatchObject({ code: 'TASK_STATE' });
  await bench.ask('task.start', { id: 'abc123' });
  engines.last.tell({ type: 'ready' });
  expect(engines.last.heard[0]).toMatchObject({
    spec: { task: 'abc123', source: { port: 7001, password: 'hunter2' }, existing: 'fail' },
  });
});

test('only servers that were entered for it are rehearsed with', async () => {
  const { id } = await pairOf('compare');
  await expect(bench.ask('rehearsal.start', { id, choice: DEFAULT_CHOICES.copy })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});
