import { mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { RequestName } from '../../../../shared/contract/api.ts';
import type { Outcome } from '../../../../shared/contract/engine-messages.ts';
import { activityOf } from '../../../../shared/model/task-status.ts';
import type { TaskView } from '../../../../shared/model/task-view.ts';
import { BackendBench } from '../../../support/backend/backend-bench.ts';
import { createdTask } from '../../../support/backend/created-task.ts';
import { FakeEngines } from '../../../support/backend/fake-engine.ts';
import type { FilledDraft } from '../../../support/backend/fill-draft.ts';

let engines: FakeEngines;
let bench: BackendBench;
let id: string;

beforeEach(async () => {
  vi.useFakeTimers({ now: 1_800_000_000_000 });
  engines = new FakeEngines();
  bench = await new BackendBench(engines.start).start();
  id = await createTask();
});
afterEach(async () => {
  const closed = bench.remove();
  await vi.advanceTimersByTimeAsync(20_000);
  await closed;
  vi.useRealTimers();
});

async function createTask(changes: FilledDraft['changes'] = {}): Promise<string> {
  return createdTask(bench, {
    sourcePort: 7001,
    targetPort: 7002,
    changes: { retryForMinutes: 2, ...changes },
  });
}

const ask = (name: Extract<RequestName, `task.${'start' | 'stop' | 'pause' | 'resume' | 'declineResume'}`>) =>
  bench.ask(name, { id });
const task = (): Promise<TaskView> => bench.task(id);

async function inStep(): Promise<void> {
  await ask('task.start');
  engines.last.tell({ type: 'ready' }).report('connecting').report('catching-up').report('in-step');
}

describe('where Sentinels say that its servers are', () => {
  const at = (host: string) => ({ host, port: 6379 });
  const told = (host: string) => engines.last.tell({ type: 'located', side: 'source', at: at(host) });

  test('is told with each failover, and forgotten with the address', async () => {
    expect((await task()).foundAt).toEqual({ source: null, target: null });
    await inStep();
    told('10.0.0.1');
    expect((await task()).foundAt).toEqual({ source: at('10.0.0.1'), target: null });
    told('10.0.0.2');
    expect((await task()).foundAt).toEqual({ source: at('10.0.0.2'), target: null });
    expect(bench.told.at(-1)).toMatchObject({ type: 'task', task: { foundAt: { source: at('10.0.0.2') } } });
    await ask('task.stop');
    engines.last.exit(0);
    const { source } = await task();
    await bench.ask('task.edit', { id, changes: { source: { ...source, port: 7009 } }, secrets: {} });
    expect((await task()).foundAt).toEqual({ source: null, target: null });
  });
});

describe('a task and its engine', () => {
  test('is told its settings under its own id when the engine is ready', async () => {
    expect(await ask('task.start')).toMatchObject({ state: 'starting', phase: 'connecting' });
    expect(engines.last.heard).toEqual([]);
    engines.last.tell({ type: 'ready' });
    expect(engines.last.heard).toMatchObject([
      {
        type: 'start',
        spec: {
          task: id,
          source: { port: 7001 },
          target: { port: 7002 },
          until: 'stopped',
          retryForMs: 120_000,
        },
      },
    ]);
    await expect(ask('task.start')).rejects.toMatchObject({ code: 'TASK_STATE' });
  });

  test('shows what it asks, and passes the answer to this question on', async () => {
    const question = { snapshotKeys: 3, targetKeys: 1000, goneKeys: 998 };
    await ask('task.start');
    engines.last.tell({ type: 'ready' }).report('asking').tell({ type: 'question', question });
    expect(engines.last.heard[0]).toMatchObject({ spec: { asks: true } });
    expect(await task()).toMatchObject({ state: 'running', phase: 'asking', question });
    expect((await bench.log(id)).at(-1)).toMatch(/waits for an answer: .* remove 998 of the 1,000 keys/);

    const other = { ...question, goneKeys: 5 };
    await expect(bench.ask('task.answer', { id, question: other, agreed: true })).rejects.toMatchObject({
      code: 'TASK_STATE',
    });
    await bench.ask('task.answer', { id, question, agreed: true });
    expect(engines.last.heard.at(-1)).toEqual({ type: 'answer', question, agreed: true });
    engines.last.tell({ type: 'question', question: null });
    expect(await task()).toMatchObject({ question: null });

    engines.last.tell({ type: 'question', question }).exit(1);
    expect(await task()).toMatchObject({ state: 'restarting', question: null });
  });

  test('shows phases, spark and drift as they are reported', async () => {
    await inStep();
    const base = { sourceKeys: 5, sourceExpires: 1, targetKeys: 5, targetExpires: 1 };
    for (let second = 0; second < 70; second += 1) {
      vi.advanceTimersByTime(1000);
      engines.last.report('in-step', {
        databases: [{ db: 0, ...base }],
        applied: { commandsPerSecond: second, bytesPerSecond: 0, commands: 0, bytes: 0 },
      });
    }
    const view = await task();
    expect(view.timeline.map(({ phase }) => phase)).toEqual(['connecting', 'catching-up', 'in-step']);
    expect(view.spark).toHaveLength(60);
    expect(view.spark.at(-1)).toBe(69);
    expect(view.drift).toMatchObject({ verdict: 'none', difference: 0 });
    expect(view.state).toBe('running');
  });

  test('a crash is started again after 1 s, 2 s, 4 s … up to 30 s, until the retry duration is over', async () => {
    await inStep();
    const waits: number[] = [];
    for (let crashes = 0; crashes < 20; crashes += 1) {
      const before = engines.all.length;
      engines.last.exit(null);
      const view = await task();
      if (view.state === 'failed') break;
      expect(view).toMatchObject({
        state: 'restarting',
        phase: 'reconnecting',
        trouble: { code: 'ENGINE_DIED' },
      });
      const beganMs = Date.now();
      while (engines.all.length === before) vi.advanceTimersByTime(500);
      waits.push((Date.now() - beganMs) / 1000);
      engines.last.tell({ type: 'ready' });
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30]);
    expect(await task()).toMatchObject({
      state: 'failed',
      trouble: null,
      failure: { code: 'RETRY_EXHAUSTED', fact: 'The engine ended unexpectedly: a signal ended it' },
    });
  });

  test('a task that was well for a minute begins its retries anew', async () => {
    await inStep();
    engines.last.exit(1);
    vi.advanceTimersByTime(1000);
    engines.last.tell({ type: 'ready' }).report('in-step');
    vi.advanceTimersByTime(30_000);
    engines.last.report('in-step').exit(1);
    expect((await bench.log(id)).at(-1)).toContain('again in 2.0 s');
    vi.advanceTimersByTime(2000);
    engines.last.tell({ type: 'ready' }).report('in-step');
    for (let second = 0; second < 61; second += 1) {
      vi.advanceTimersByTime(1000);
      engines.last.report('in-step');
    }
    engines.last.exit(1);
    expect((await bench.log(id)).at(-1)).toContain('again in 1.0 s');
  });

  test('a process that cannot be started is tried again', async () => {
    await inStep();
    engines.refuses = true;
    engines.last.exit(1);
    vi.advanceTimersByTime(1000);
    expect((await task()).state).toBe('restarting');
    engines.refuses = false;
    vi.advanceTimersByTime(2000);
    engines.last.tell({ type: 'ready' }).report('in-step');
    expect(await task()).toMatchObject({ state: 'running', trouble: null });
  });

  test('what may heal is waited for once the task has worked, and fails at once before', async () => {
    const unreachable = {
      type: 'failed',
      code: 'TARGET_UNREACHABLE',
      fact: '127.0.0.1:7002',
      resumable: false,
    } as const;
    await ask('task.start');
    engines.last.tell({ type: 'ready' }).report('connecting').tell(unreachable).exit(0);
    expect(await task()).toMatchObject({ state: 'failed', failure: { code: 'TARGET_UNREACHABLE' } });

    await inStep();
    engines.last.exit(null);
    vi.advanceTimersByTime(1000);
    engines.last.tell({ type: 'ready' }).report('connecting').tell(unreachable).exit(0);
    expect(await task()).toMatchObject({
      state: 'running',
      phase: 'reconnecting',
      failure: null,
      trouble: { code: 'TARGET_UNREACHABLE', fact: '127.0.0.1:7002' },
    });
    vi.advanceTimersByTime(2000);
    engines.last.tell({ type: 'ready' }).report('catching-up');
    expect(await task()).toMatchObject({ state: 'running', phase: 'catching-up', trouble: null });
  });

  test('what does not heal ends it, however long it has worked', async () => {
    await inStep();
    engines.last
      .tell({ type: 'failed', code: 'TARGET_REJECTED', fact: 'WRONGTYPE', resumable: false })
      .exit(0);
    expect(await task()).toMatchObject({
      state: 'failed',
      phase: 'ended',
      failure: { code: 'TARGET_REJECTED' },
    });
    vi.advanceTimersByTime(60_000);
    expect(engines.all).toHaveLength(1);
  });

  test('a fault that the engine retries is the trouble until it gets on', async () => {
    await inStep();
    const atMs = Date.now();
    const text = 'The link to the source broke (closed by 10.0.0.1 (backup)); trying again in 0.2 s';
    const event = { type: 'event', severity: 'warning', code: 'SOURCE_LINK_LOST', text } as const;
    engines.last.tell({ ...event, atMs, giveUpAtMs: atMs + 9000 }).report('reconnecting');
    expect((await task()).trouble).toEqual({
      code: 'SOURCE_LINK_LOST',
      fact: 'closed by 10.0.0.1 (backup)',
      atMs,
      giveUpAtMs: atMs + 9000,
    });
    engines.last.report('catching-up');
    expect((await task()).trouble).toBeNull();
    // The engine does not repeat a fault within a minute.
    vi.advanceTimersByTime(1000);
    engines.last.report('reconnecting');
    expect((await task()).trouble).toMatchObject({ code: 'SOURCE_LINK_LOST', atMs: atMs + 1000 });
  });

  test('a node that is away is the trouble until it is back, though the task goes on with the others', async () => {
    await inStep();
    const text =
      'A node of the target is away (10.0.0.2:7000: it was closed); the other nodes go on, and what it misses waits';
    const event = { type: 'event', severity: 'warning', code: 'TARGET_NODE_AWAY', text } as const;
    const lane = { at: '10.0.0.2:7000', slots: '0-5460', behindBytes: 9, commands: 1, commandsPerSecond: 0 };
    const away = { sinceMs: Date.now(), reason: 'it was closed', heldUpBy: '' };
    engines.last.tell({ ...event, atMs: Date.now(), giveUpAtMs: Date.now() + 9000 });
    engines.last.report('catching-up', { lanes: [{ ...lane, away }] });
    const partial = await task();
    expect(partial.trouble).toMatchObject({ code: 'TARGET_NODE_AWAY', fact: '10.0.0.2:7000: it was closed' });
    expect(activityOf(partial)).toBe('partial');
    expect(activityOf({ ...partial, state: 'paused', phase: 'paused' })).toBe('paused');
    expect(activityOf({ ...partial, phase: 'reconnecting' })).toBe('retrying');
    engines.last.report('catching-up', { lanes: [lane] });
    expect((await task()).trouble).toBeNull();
    // What was told in a pause shows behind it.
    engines.last.report('catching-up', { lanes: [{ ...lane, away }] });
    expect(activityOf(await task())).toBe('partial');
  });

  test('slots that are moved on the source are the trouble until they are settled, and hold the task up in nothing', async () => {
    await inStep();
    const text =
      'Slots of the source are being moved (slot 5 is under way). The task goes on, and is in step again once each slot has one owner';
    const event = { type: 'event', severity: 'warning', code: 'SOURCE_SLOTS_MOVED', text } as const;
    const moves = [{ slots: '5', from: '10.0.0.1:7000', to: '10.0.0.2:7000' }];
    const unsettled = { source: { moves, ofNobody: '-', ofSeveral: '-' } };
    engines.last.tell({ ...event, atMs: Date.now() });
    expect(activityOf(await task())).toBe('in-step');
    for (let second = 0; second < 3; second++) {
      engines.last.report('catching-up', { unsettled });
      const moving = await task();
      expect(activityOf(moving)).toBe('catching-up');
      expect(moving.trouble).toMatchObject({
        code: 'SOURCE_SLOTS_MOVED',
        fact: '1 slot of the source is on its way to another node',
        giveUpAtMs: null,
      });
    }
    engines.last.report('in-step');
    expect((await task()).trouble).toBeNull();
    // A page that was opened later, or an event that came in a pause: the figures tell it as well.
    engines.last.report('catching-up', { unsettled });
    expect((await task()).trouble).toMatchObject({
      code: 'SOURCE_SLOTS_MOVED',
      fact: '1 slot of the source is on its way to another node',
    });
    expect(activityOf({ ...(await task()), phase: 'reconnecting' })).toBe('retrying');
  });

  test('a message of an unknown form, and silence, end an engine that works', async () => {
    await inStep();
    engines.last.say({ type: 'metrics', metrics: 'many' });
    expect(engines.last.killed).toBe(true);
    expect((await task()).trouble).toMatchObject({ fact: 'it sent a message of an unknown form' });
    vi.advanceTimersByTime(1000);
    engines.last.tell({ type: 'ready' }).report('in-step');
    vi.advanceTimersByTime(59_000);
    expect(engines.last.killed).toBe(false);
    vi.advanceTimersByTime(1000);
    expect((await task()).trouble).toMatchObject({ code: 'ENGINE_DIED', fact: 'it said nothing for 60 s' });
  });
});

describe('what its user asks', () => {
  test('a stop drains, a second one stops at the checkpoint, a third ends the process', async () => {
    await inStep();
    expect(await ask('task.stop')).toMatchObject({ state: 'stopping' });
    await ask('task.stop');
    expect(engines.last.commands).toEqual(['start', 'stop drain', 'stop now']);
    await ask('task.stop');
    expect(engines.last.killed).toBe(true);
    expect(await task()).toMatchObject({ state: 'stopped', phase: 'ended' });
    expect((await bench.log(id)).at(-1)).toContain('may still be late');
  });

  test('a crash after a stop was asked is its end', async () => {
    await inStep();
    await ask('task.stop');
    engines.last.exit(1);
    expect((await task()).state).toBe('stopped');
    vi.advanceTimersByTime(60_000);
    expect(engines.all).toHaveLength(1);
  });

  test('a stop while it waits to start again ends it at once', async () => {
    await inStep();
    engines.last.exit(1);
    expect(await ask('task.stop')).toMatchObject({ state: 'stopped', trouble: null });
    vi.advanceTimersByTime(60_000);
    expect(engines.all).toHaveLength(1);
  });

  test('a stop before the engine is ready leaves nothing running', async () => {
    await ask('task.start');
    expect(await ask('task.stop')).toMatchObject({ state: 'stopped' });
    expect(engines.last.killed).toBe(true);
  });

  test('a pause outlives the engine', async () => {
    await expect(ask('task.pause')).rejects.toMatchObject({ code: 'TASK_STATE' });
    await inStep();
    expect(await ask('task.pause')).toMatchObject({ state: 'paused' });
    engines.last.report('paused').exit(null);
    vi.advanceTimersByTime(1000);
    engines.last.tell({ type: 'ready' }).report('connecting').report('paused');
    expect(engines.last.commands).toEqual(['start', 'pause']);
    expect((await task()).state).toBe('paused');
    expect(await ask('task.resume')).toMatchObject({ state: 'running' });
    expect(engines.last.commands.at(-1)).toBe('resume');
  });

  test('it is paused once its engine has said so, and pausing until then', async () => {
    await inStep();
    await ask('task.pause');
    const status = async () => activityOf(await task());
    expect(await status()).toBe('pausing');
    // What was under way is reported still.
    engines.last.report('in-step');
    expect(await status()).toBe('pausing');
    engines.last.report('paused');
    expect(await status()).toBe('paused');
    await ask('task.resume');
    expect(await status()).toBe('paused');
    engines.last.report('in-step');
    expect(await status()).toBe('in-step');
  });

  test('a full copy, and another server, replace what was compared before', async () => {
    await ask('task.start');
    engines.last.tell({ type: 'ready' }).report('connecting');
    expect(await task()).toMatchObject({ renewed: null, compared: null });
    engines.last.report('full-copy', { atMs: 5000 }).report('full-copy', { atMs: 6000 }).report('in-step');
    expect((await task()).renewed).toEqual({ atMs: 6000, by: 'copy' });
    await ask('task.stop');
    engines.last.exit(0);
    const { source } = await task();
    await bench.ask('task.edit', { id, changes: { source: { ...source, port: 7009 } }, secrets: {} });
    expect((await task()).renewed).toEqual({ atMs: Date.now(), by: 'servers' });
  });

  test('limits go to the engine at once, addresses only while it does not run', async () => {
    await inStep();
    const view = await task();
    await bench.ask('task.edit', {
      id,
      changes: { maxBytesPerSecond: 1_000_000, name: 'Other' },
      secrets: {},
    });
    expect(engines.last.heard.at(-1)).toEqual({
      type: 'limits',
      limits: { maxCommandsPerSecond: 0, maxBytesPerSecond: 1_000_000 },
    });
    const source = { ...view.source, port: 7009 };
    const moved = { id, changes: { source }, secrets: {} };
    await expect(bench.ask('task.edit', moved)).rejects.toMatchObject({ code: 'TASK_STATE' });
    await ask('task.stop');
    engines.last.exit(0);
    expect(await bench.ask('task.edit', moved)).toMatchObject({ id, name: 'Other', source: { port: 7009 } });
    const bad = { ...moved, changes: { source: { ...source, host: 'a b' } } };
    await expect(bench.ask('task.edit', bad)).rejects.toMatchObject({
      code: 'REQUEST_INVALID',
      fields: [{ path: 'changes.source.host' }],
    });
    await ask('task.start');
    engines.last.tell({ type: 'ready' });
    expect(engines.last.heard[0]).toMatchObject({ spec: { task: id, source: { port: 7009 } } });
  });

  test('on a full disk a task can be held back, but not set going', async () => {
    await inStep();
    const profiles = bench.files().find(({ path: file }) => file.endsWith('profiles.json'))!.path;
    rmSync(profiles);
    mkdirSync(profiles);
    expect(await ask('task.pause')).toMatchObject({ state: 'paused' });
    await expect(ask('task.resume')).rejects.toMatchObject({ code: 'STORE_UNWRITABLE' });
    expect(await ask('task.stop')).toMatchObject({ state: 'stopping' });
    expect(engines.last.commands).toEqual(['start', 'pause', 'stop drain']);
    engines.last.exit(0);
    await expect(ask('task.start')).rejects.toMatchObject({ code: 'STORE_UNWRITABLE' });
    expect((await task()).state).toBe('stopped');
    expect((await bench.ask('app.info', {})).notices).toMatchObject([
      { title: 'The settings cannot be stored' },
    ]);
    rmdirSync(profiles);
    expect(await ask('task.start')).toMatchObject({ state: 'starting' });
  });

  test('a running task is not deleted', async () => {
    await inStep();
    await expect(bench.ask('task.delete', { id })).rejects.toMatchObject({ code: 'TASK_STATE' });
  });

  test('a full copy only is completed, and stays so after a restart', async () => {
    id = await createTask({ fullOnly: true });
    await ask('task.start');
    const outcome: Outcome = {
      ...{ reason: 'full-copy', resumable: false, replid: 'r', offset: 1 },
      ...{ keysCopied: 1234, commandsApplied: 0, fullCopies: 1, evictedKeys: 0 },
    };
    engines.last.tell({ type: 'ready' }).report('full-copy').tell({ type: 'finished', outcome }).exit(0);
    expect(await task()).toMatchObject({ state: 'completed', resumeOffered: false });
    expect((await bench.ask('task.events', { id, limit: 1 }))[0]).toMatchObject({
      severity: 'success',
      text: 'The full copy is complete: 1,234 keys copied',
    });
    await bench.close();
    await bench.start();
    expect(await task()).toMatchObject({
      ...{ state: 'completed', resumeOffered: false },
      startedAtMs: expect.any(Number),
    });
  });
});

describe('when the application ends and starts again', () => {
  const closeWith = async (): Promise<void> => {
    const closing = bench.close();
    expect(engines.last.commands.at(-1)).toBe('stop now');
    engines.last.exit(0);
    await closing;
  };

  test('a task that ran is offered, and its engine stopped at the checkpoint', async () => {
    await inStep();
    expect(bench.backend.activeTasks()).toHaveLength(1);
    await closeWith();
    await bench.start();
    expect(await task()).toMatchObject({ state: 'stopped', resumeOffered: true });
    expect(await ask('task.declineResume')).toMatchObject({ resumeOffered: false });
    await bench.close();
    await bench.start();
    expect(await task()).toMatchObject({ state: 'stopped', resumeOffered: false });
  });

  test('a paused one is offered, too', async () => {
    await inStep();
    await ask('task.pause');
    await closeWith();
    await bench.start();
    expect(await task()).toMatchObject({ resumeOffered: true });
    expect(await ask('task.start')).toMatchObject({ state: 'starting', resumeOffered: false });
    engines.last.tell({ type: 'ready' });
    expect(engines.last.commands).toEqual(['start']);
  });

  test('with the setting it goes on by itself, and waits for a server that is away', async () => {
    await bench.ask('settings.change', { resumeOnStart: true });
    await inStep();
    await closeWith();
    await bench.start();
    expect((await task()).state).toBe('starting');
    const unreachable = { type: 'failed', code: 'SOURCE_UNREACHABLE', fact: 'a', resumable: false } as const;
    engines.last.tell({ type: 'ready' }).tell(unreachable).exit(0);
    expect(await task()).toMatchObject({ state: 'running', phase: 'reconnecting' });
  });

  test('one that failed shows why, and is not offered', async () => {
    await inStep();
    engines.last
      .tell({ type: 'failed', code: 'TARGET_REJECTED', fact: 'WRONGTYPE', resumable: false })
      .exit(0);
    await bench.close();
    await bench.start();
    expect(await task()).toMatchObject({
      state: 'failed',
      resumeOffered: false,
      failure: { fact: 'WRONGTYPE' },
    });
  });

  test('an engine that does not end is killed after 15 s', async () => {
    await inStep();
    const closing = bench.close();
    await vi.advanceTimersByTimeAsync(14_900);
    expect(engines.last.killed).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    await closing;
    expect(engines.last.killed).toBe(true);
  });
});

describe('messages outside the page', () => {
  const died = (): void => engines.last.exit(null);

  test('a fault that lasts is told after 30 s, and when it is over', async () => {
    await inStep();
    died();
    engines.refuses = true;
    vi.advanceTimersByTime(29_000);
    expect(bench.notified).toEqual([]);
    vi.advanceTimersByTime(2000);
    expect(bench.notified).toMatchObject([{ taskId: id, title: 'Orders: The engine ended unexpectedly' }]);
    engines.refuses = false;
    vi.advanceTimersByTime(30_000);
    engines.last.tell({ type: 'ready' }).report('in-step');
    expect(bench.notified.map(({ title }) => title)).toEqual([
      'Orders: The engine ended unexpectedly',
      'Orders goes on',
    ]);
  });

  test('a short one is not', async () => {
    await inStep();
    died();
    vi.advanceTimersByTime(1000);
    engines.last.tell({ type: 'ready' }).report('in-step');
    vi.advanceTimersByTime(55_000);
    expect(bench.notified).toEqual([]);
  });

  test('a failure is told at once, unless that is not wanted', async () => {
    const fail = async (): Promise<void> => {
      await inStep();
      engines.last.tell({ type: 'failed', code: 'TARGET_AUTH', fact: 'WRONGPASS', resumable: false }).exit(0);
    };
    await fail();
    expect(bench.notified).toMatchObject([{ title: 'Orders has failed' }]);
    await bench.ask('settings.change', { notifications: false });
    await fail();
    expect(bench.notified).toHaveLength(1);
  });
});
