import path from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openKeptReports } from '../../../../electron/backend/rehearsals/kept-reports.ts';
import type { Outcome } from '../../../../shared/contract/engine-messages.ts';
import type { Draft } from '../../../../shared/model/profile.ts';
import type { ServerSummary } from '../../../../shared/model/server-summary.ts';
import type { TaskOutlook } from '../../../../shared/model/task-outlook.ts';
import { DEFAULT_CHOICES } from '../../../../shared/rehearsal/rehearsal-choice.ts';
import { summaryOf } from '../../../../shared/rehearsal/run-summary.ts';
import { BackendBench } from '../../../support/backend/backend-bench.ts';
import { createdTask } from '../../../support/backend/created-task.ts';
import { FakeEngines, type FakeEngine } from '../../../support/backend/fake-engine.ts';
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

const SUMMARY: ServerSummary = {
  ...{ product: 'Redis', version: '7.0.15', foundAt: null, role: 'primary', replicatesFrom: null },
  ...{ cluster: false, loading: false, usedMemoryBytes: 1, maxMemoryBytes: 0, modules: [] },
  ...{ databases: [{ db: 0, keys: 5, expires: 0 }], roundTripMs: 1, uptimeSeconds: 1 },
};
const OUTLOOK: TaskOutlook = {
  ...{ atMs: 1, start: 'resume', reason: null, sourceKeys: 5, targetKeys: 5, writes: 'none', faults: [] },
};

/** Engines of jobs say what a server that is well would make them say, those of runs nothing. */
async function answerJobs(outlook = OUTLOOK): Promise<void> {
  for (let looks = 0; looks < 5; looks++) {
    for (const engine of engines.all) {
      if (engine.commands.length > 0 || engine.killed) continue;
      engine.tell({ type: 'ready' });
      const [job] = engine.heard;
      if (job?.type === 'inspect') engine.tell({ type: 'summary', summary: SUMMARY });
      if (job?.type === 'watch-pair')
        engine.tell({ type: 'watched', sample: { atMs: 1, source: null, target: null } });
      if (job?.type === 'try-target')
        engine.tell({
          type: 'target-tried',
          trial: { connectMs: 1, writeMs: 1, readMs: 1, servers: 1, writes: 'none' },
        });
      if (job?.type === 'look-ahead') engine.tell({ type: 'outlook', outlook });
    }
    await vi.advanceTimersByTimeAsync(10);
  }
}

const runs = (): FakeEngine[] => engines.all.filter(({ commands }) => commands[0] === 'start');
const state = (id: string) => bench.ask('rehearsal.state', { id });

/** A rehearsal of its loss waits for the moment of that. */
async function beforeLoss(): Promise<string> {
  const id = await runningTask();
  await bench.ask('rehearsal.start', { id, choice: DEFAULT_CHOICES.failover });
  await answerJobs();
  runs()[0]!.report('in-step', { backlog: { bytes: 1_048_576, ms: REACH_MS, atMs: 0 } });
  await settle();
  expect((await state(id)).question).toEqual({ type: 'cut' });
  return id;
}

/** For so long the source keeps what it writes. */
const REACH_MS = 3400;

/** The link was cut, and the target is free. */
async function lost(): Promise<string> {
  const id = await beforeLoss();
  await bench.ask('rehearsal.answer', { id, question: { type: 'cut' }, agreed: true });
  await settle();
  const [own] = runs();
  expect(own!.commands).toEqual(['start', 'stop cut']);
  // Whatever ends the application now, it does not go on by itself over what others write.
  const profiles = bench.files().find((file) => file.path.endsWith('profiles.json'))!;
  expect(profiles.text).toMatch(/"wanted":\s*"stopped"/);
  own!.tell({ type: 'finished', outcome: { ...outcome, lost: { bytes: 9, seconds: 1 } } }).exit(0);
  await answerJobs();
  expect((await state(id)).question).toEqual({ type: 'free', reachMs: REACH_MS });
  expect(await bench.task(id)).toMatchObject({ state: 'stopped' });
  return id;
}

test('a task that runs is not interrupted before the loss, and may not be changed meanwhile', async () => {
  const id = await beforeLoss();
  expect(runs()).toHaveLength(1);
  expect(runs()[0]!.commands).toEqual(['start']);
  expect(engines.all.some(({ commands }) => commands[0] === 'precheck')).toBe(false);
  for (const name of [
    'task.start',
    'task.stop',
    'task.pause',
    'task.copyAgain',
    'task.release',
    'task.delete',
  ] as const)
    await expect(bench.ask(name, { id })).rejects.toMatchObject({ code: 'TASK_STATE' });
  await expect(bench.ask('task.edit', { id, changes: { name: 'Other' }, secrets: {} })).rejects.toMatchObject(
    { code: 'TASK_STATE' },
  );

  await bench.ask('rehearsal.cancel', { id });
  await settle();
  expect(await state(id)).toMatchObject({
    status: 'ended',
    run: { report: { kind: 'failover', task: id, rpo: null, failure: { code: 'INTERRUPTED' } } },
  });
  expect(runs()[0]!.commands).toEqual(['start']);
  expect(await bench.task(id)).toMatchObject({ state: 'running' });
  await bench.ask('task.stop', { id });
});

test('after a loss it goes on by itself where nobody wrote to the target', async () => {
  const id = await lost();
  await bench.ask('rehearsal.answer', { id, question: { type: 'free', reachMs: REACH_MS }, agreed: true });
  await answerJobs();
  await settle();
  const again = runs()[1]!;
  expect(again.heard[0]).toMatchObject({ type: 'start', spec: { task: id } });
  again.report('connecting').report('in-step');
  await settle();
  expect(await state(id)).toMatchObject({
    status: 'ended',
    run: { report: { failure: null, rpo: { bytes: 9, seconds: 1 } } },
  });
  expect(again.commands).toEqual(['start']);
  expect(await bench.task(id)).toMatchObject({ state: 'running' });
});

test('where others wrote it stays stopped, over an end of the application too, unless a new copy is agreed to', async () => {
  const id = await lost();
  await bench.ask('rehearsal.answer', { id, question: { type: 'free', reachMs: REACH_MS }, agreed: true });
  await settle();
  await answerJobs({ ...OUTLOOK, writes: 'some' });
  const { question } = await state(id);
  expect(question).toMatchObject({ type: 'copy-again', keys: 5 });
  const closing = bench.close();
  await vi.advanceTimersByTimeAsync(20_000);
  await closing;
  await bench.start();
  expect(await bench.task(id)).toMatchObject({ state: 'stopped', resumeOffered: false });
  expect(await bench.ask('rehearsal.kept', { id })).toMatchObject([{ kind: 'failover' }]);
  expect(runs()).toHaveLength(1);
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
