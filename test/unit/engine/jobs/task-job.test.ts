import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { taskJob } from '../../../../electron/engine/jobs/task-job.ts';
import { Deferred } from '../../../../electron/engine/pacing/deferred.ts';
import type { TaskEvents } from '../../../../electron/engine/events/task-events.ts';
import type { EngineCommand, EngineEvent } from '../../../../shared/contract/engine-messages.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import type { TaskSpec } from '../../../../shared/model/task-spec.ts';
import { systemWorld } from '../../../../electron/engine/world/system-world.ts';

/** A session that does what the test says. */
const session = vi.hoisted(() => ({
  events: undefined as unknown,
  run: undefined as unknown,
  told: [] as unknown[][],
  handedOver: false,
  resumable: true,
}));

vi.mock('../../../../electron/engine/parts/task-run.ts', () => ({
  TaskRun: class {
    metrics = (phase: string): unknown => ({ phase });
    constructor(_world: unknown, _spec: unknown, events: unknown) {
      session.events = events;
    }
    run = (): unknown => (session.run as { promise: unknown }).promise;
    get handedOver(): boolean {
      return session.handedOver;
    }
    get resumable(): boolean {
      return session.resumable;
    }
    stop = (...args: unknown[]): unknown => session.told.push(['stop', ...args]);
    pause = (): unknown => session.told.push(['pause']);
    resume = (): unknown => session.told.push(['resume']);
    answer = (...args: unknown[]): unknown => session.told.push(['answer', ...args]);
    setLimits = (...args: unknown[]): unknown => session.told.push(['limits', ...args]);
  },
}));

const sent: EngineEvent[] = [];
const events = (): TaskEvents => session.events as TaskEvents;
const begin = () => taskJob({} as TaskSpec, (event) => void sent.push(event), systemWorld);
let run: Deferred<unknown>;

beforeEach(() => {
  vi.useFakeTimers();
  run = new Deferred();
  Object.assign(session, { run, told: [], handedOver: false, resumable: true });
  sent.length = 0;
});

afterEach(() => void vi.useRealTimers());

describe('the job of a task', () => {
  it('tells where Sentinels say that a server is', () => {
    begin();
    events().located('target', { host: '10.0.0.2', port: 6380 });
    expect(sent).toEqual([{ type: 'located', side: 'target', at: { host: '10.0.0.2', port: 6380 } }]);
  });

  it('reports once a second, and with each new phase', () => {
    begin();
    expect(sent).toEqual([]);
    events().phase('full-copy');
    events().phase('full-copy');
    expect(sent).toEqual([{ type: 'metrics', metrics: { phase: 'full-copy' } }]);
    vi.advanceTimersByTime(2000);
    expect(sent).toHaveLength(3);
  });

  it('passes on what the session tells, with the time', () => {
    begin();
    vi.setSystemTime(1234);
    events().info('In step');
    events().warning('The link broke', { code: 'SOURCE_LINK_LOST' });
    events().question(undefined);
    expect(sent).toEqual([
      { type: 'event', atMs: 1234, severity: 'info', text: 'In step' },
      { type: 'event', atMs: 1234, severity: 'warning', text: 'The link broke', code: 'SOURCE_LINK_LOST' },
      { type: 'question', question: null },
    ]);
  });

  it.each<readonly [EngineCommand, unknown[]]>([
    [{ type: 'stop', how: 'drain' }, ['stop', 'drain']],
    [{ type: 'pause' }, ['pause']],
    [{ type: 'resume' }, ['resume']],
    [
      { type: 'limits', limits: { maxCommandsPerSecond: 5, maxBytesPerSecond: 0 } },
      ['limits', { maxCommandsPerSecond: 5, maxBytesPerSecond: 0 }],
    ],
  ])('obeys %j', (command, told) => {
    begin().command(command);
    expect(session.told).toEqual([told]);
  });

  it('stops at its last checkpoint when its host is gone', () => {
    begin().abandon();
    expect(session.told).toEqual([['stop', 'now']]);
  });

  it('ends with the outcome, and reports nothing more', async () => {
    const job = begin();
    const outcome = { reason: 'stopped' };
    run.resolve(outcome);
    await job.ended;
    vi.advanceTimersByTime(5000);
    expect(sent).toEqual([{ type: 'finished', outcome }]);
  });

  it('says of a failure whether the next run can go on, and whether the target was handed over', async () => {
    const job = begin();
    Object.assign(session, { handedOver: true, resumable: false });
    run.reject(new LockstepError('RETRY_EXHAUSTED', 'it was down for an hour'));
    await job.ended;
    expect(sent).toMatchObject([
      { type: 'metrics' },
      { type: 'failed', code: 'RETRY_EXHAUSTED', resumable: false, handedOver: true },
    ]);
  });
});
