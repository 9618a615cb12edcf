import { beforeEach, describe, expect, it, vi } from 'vitest';
import { groupJob } from '../../../../electron/engine/jobs/group-job.ts';
import type { Job } from '../../../../electron/engine/jobs/job.ts';
import { Deferred } from '../../../../electron/engine/pacing/deferred.ts';
import type { TaskEvents } from '../../../../electron/engine/events/task-events.ts';
import { systemWorld } from '../../../../electron/engine/world/system-world.ts';
import {
  MOST_MEMBERS,
  type EngineEvent,
  type RunCommand,
} from '../../../../shared/contract/engine-messages.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';

interface Played {
  readonly task: string;
  readonly events: TaskEvents;
  readonly run: Deferred<unknown>;
  readonly told: string[];
  readonly logs: unknown;
}
const runs = vi.hoisted(() => [] as unknown[]);
const played = (task: string): Played => (runs as Played[]).findLast((run) => run.task === task)!;

vi.mock('../../../../electron/engine/parts/task-run.ts', () => ({
  TaskRun: class {
    readonly own: Played;
    readonly resumable = true;
    readonly handedOver = false;
    constructor(
      _world: unknown,
      { task }: { readonly task: string },
      events: TaskEvents,
      { logs }: { readonly logs: unknown },
    ) {
      if (task === 'broken') throw new TypeError('a fault of ours');
      this.own = { task, events, run: new Deferred(), told: [], logs };
      runs.push(this.own);
    }
    metrics = (phase: string): unknown => ({ phase });
    run = (): unknown => this.own.run.promise;
    stop = (how: string): unknown => this.own.told.push(`stop ${how}`);
    pause = (): unknown => this.own.told.push('pause');
    resume = (): unknown => this.own.told.push('resume');
    setLimits = (): unknown => this.own.told.push('limits');
  },
}));

const sent: EngineEvent[] = [];
let job: Job;
let ended: boolean;

beforeEach(() => {
  runs.length = sent.length = 0;
  ended = false;
  job = groupJob((event) => void sent.push(event), systemWorld);
  void job.ended.then(() => (ended = true));
});

const tell = (member: number, command: RunCommand): void => job.command({ type: 'member', member, command });
const start = (member: number, task: string): void =>
  tell(member, { type: 'start', spec: { task } as never });
const settled = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve));
const wordsOf = (member: number): string[] =>
  sent.flatMap((event) => (event.type === 'member' && event.member === member ? [event.event.type] : []));

describe('an engine that runs a group', () => {
  it('tells of each member what its own run says', () => {
    start(1, 'a');
    start(2, 'b');
    played('b').events.info('hello');
    played('a').events.phase('full-copy');
    expect(sent).toMatchObject([
      { type: 'member', member: 2, event: { type: 'event', severity: 'info', text: 'hello' } },
      { type: 'member', member: 1, event: { type: 'metrics', metrics: { phase: 'full-copy' } } },
    ]);
  });

  it('has all of them read their source by the same logs', () => {
    start(1, 'a');
    start(2, 'b');
    expect(played('a').logs).toBeDefined();
    expect(played('b').logs).toBe(played('a').logs);
  });

  it('passes a command to the member that it is for, and nothing to one that is not there', () => {
    start(1, 'a');
    start(2, 'b');
    tell(2, { type: 'pause' });
    tell(1, { type: 'stop', how: 'drain' });
    tell(3, { type: 'pause' });
    expect(played('a').told).toEqual(['stop drain']);
    expect(played('b').told).toEqual(['pause']);
  });

  it('goes on when one of them ends, and ends with the last once no more are to come', async () => {
    start(1, 'a');
    start(2, 'b');
    played('a').run.reject(new LockstepError('TARGET_UNREACHABLE', 'refused'));
    await settled();
    expect(wordsOf(1)).toEqual(['metrics', 'failed']);
    expect(wordsOf(2)).toEqual([]);
    played('b').run.resolve({ reason: 'stopped' });
    await settled();
    expect(wordsOf(2)).toEqual(['finished']);
    expect(ended).toBe(false);
    start(3, 'c');
    job.command({ type: 'no-more' });
    await settled();
    expect(ended).toBe(false);
    played('c').run.resolve({ reason: 'stopped' });
    await settled();
    expect(ended).toBe(true);
  });

  it('tells a fault of ours for what it is, and only the others go on', () => {
    start(1, 'a');
    start(2, 'broken');
    expect(sent).toEqual([
      {
        type: 'member',
        member: 2,
        event: {
          type: 'failed',
          code: 'INTERNAL',
          fact: expect.stringContaining('unexpected'),
          resumable: false,
        },
      },
    ]);
    tell(1, { type: 'pause' });
    expect(played('a').told).toEqual(['pause']);
  });

  it('takes so many members and no more', () => {
    for (let member = 1; member <= MOST_MEMBERS; member++) start(member, `t${member}`);
    expect(sent).toEqual([]);
    start(MOST_MEMBERS + 1, 'more');
    expect(sent).toMatchObject([{ member: MOST_MEMBERS + 1, event: { type: 'failed', code: 'INTERNAL' } }]);
    expect(played('more')).toBeUndefined();
  });

  it('ends every member at its checkpoint when nobody listens any more', async () => {
    start(1, 'a');
    start(2, 'b');
    job.abandon();
    for (const task of ['a', 'b']) {
      expect(played(task).told).toEqual(['stop now']);
      played(task).run.resolve({ reason: 'stopped' });
    }
    await settled();
    expect(ended).toBe(true);
  });
});
