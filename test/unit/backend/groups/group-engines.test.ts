import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EngineProcess } from '../../../../electron/backend/engine-process.ts';
import { GroupEngines } from '../../../../electron/backend/groups/group-engines.ts';
import { EngineSession, type SessionEnd } from '../../../../electron/backend/tasks/engine-session.ts';
import {
  MOST_MEMBERS,
  type EngineEvent,
  type RunEvent,
} from '../../../../shared/contract/engine-messages.ts';
import { FakeEngines, metricsOf, type FakeEngine } from '../../../support/backend/fake-engine.ts';

let engines: FakeEngines;
let groups: GroupEngines;

beforeEach(() => {
  vi.useFakeTimers();
  engines = new FakeEngines();
  groups = new GroupEngines(engines.start);
});

afterEach(() => void vi.useRealTimers());

const spec = {
  ...{ task: 't', existing: 'fail', onFlush: 'stop', until: 'stopped', fullOnly: false, retryForMs: 0 },
  source: { host: 'a', port: 1, tls: false, db: 0 },
  target: { host: 'b', port: 1, tls: false, db: 0 },
  ...{ spoolDir: '/tmp', spoolMaxBytes: 1024 ** 2, maxCommandsPerSecond: 0 },
} as never;

const nextTick = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/** A member as a task has it, with all that it was told. */
class Joined {
  readonly events: EngineEvent[] = [];
  end: SessionEnd | undefined;
  readonly session: EngineSession;

  constructor(name: string, group = 'g') {
    this.session = new EngineSession({
      startEngine: () => groups.join(group, name),
      ...{ spec, paused: false },
      onEvent: (event) => void this.events.push(event),
      onEnd: (end) => (this.end = end),
    });
  }
}

const say = (engine: FakeEngine, member: number, event: RunEvent): unknown =>
  engine.tell({ type: 'member', member, event });
const report: RunEvent = { type: 'metrics', metrics: metricsOf('in-step') };
const gone: RunEvent = { type: 'failed', code: 'TARGET_UNREACHABLE', fact: 'refused', resumable: true };
const stopped: RunEvent = {
  type: 'finished',
  outcome: {
    ...{ reason: 'stopped', resumable: true, replid: '', offset: 0, keysCopied: 0 },
    ...{ commandsApplied: 0, fullCopies: 0, evictedKeys: 0 },
  },
};

const joined = (name: string, group?: string): Joined => new Joined(name, group);

/** Two that have begun in one process. */
function pair(): [Joined, Joined, FakeEngine] {
  const both: [Joined, Joined] = [joined('b:1'), joined('c:1')];
  expect(engines.all).toHaveLength(1);
  engines.last.tell({ type: 'ready' });
  return [...both, engines.last];
}

describe('the engine of a group', () => {
  it('is one process in which each member is started for itself', async () => {
    const [, , engine] = pair();
    expect(engine.heard).toEqual([
      { type: 'group' },
      { type: 'member', member: 1, command: { type: 'start', spec } },
      { type: 'member', member: 2, command: { type: 'start', spec } },
    ]);
    joined('d:1');
    await nextTick();
    expect(engines.all).toHaveLength(1);
    expect(engine.heard.at(-1)).toMatchObject({ type: 'member', member: 3, command: { type: 'start' } });
    joined('e:1', 'another group');
    expect(engines.all).toHaveLength(2);
  });

  it('tells each member what is for it, and ends one alone', () => {
    const [b, c, engine] = pair();
    say(engine, 2, report);
    expect(b.events).toEqual([{ type: 'ready' }]);
    expect(c.events).toHaveLength(2);
    b.session.send({ type: 'pause' });
    expect(engine.heard.at(-1)).toEqual({ type: 'member', member: 1, command: { type: 'pause' } });
    say(engine, 1, gone);
    expect(b.end).toMatchObject({ kind: 'failed', code: 'TARGET_UNREACHABLE' });
    expect(c.end).toBeUndefined();
    vi.advanceTimersByTime(10_000);
    expect(engine.killed).toBe(false);
    say(engine, 2, report);
    expect(c.events).toHaveLength(3);
  });

  it('ends its process when the last one has ended, and the next one begins another', () => {
    const [b, c, engine] = pair();
    say(engine, 1, stopped);
    expect(engine.commands.at(-1)).toBe('member');
    say(engine, 2, stopped);
    expect([b.end?.kind, c.end?.kind]).toEqual(['finished', 'finished']);
    expect(engine.commands.at(-1)).toBe('no-more');
    joined('b:1');
    expect(engines.all).toHaveLength(2);
    vi.advanceTimersByTime(3000);
    expect(engine.killed).toBe(true);
  });

  it('is told to all by name when it has to be ended because of one', () => {
    const [b, c, engine] = pair();
    b.session.kill();
    expect(engine.killed).toBe(true);
    expect(b.end).toEqual({ kind: 'killed' });
    expect(c.end).toEqual({
      kind: 'died',
      fact: 'the engine of 2 targets: the run to b:1 did not end by itself',
    });
    joined('c:1');
    expect(engines.all).toHaveLength(2);
  });

  it('is missed by all when it dies', () => {
    const [b, c, engine] = pair();
    engine.exit(1);
    const fact = 'the engine of 2 targets: it ended with status 1';
    expect([b.end, c.end]).toEqual([
      { kind: 'died', fact },
      { kind: 'died', fact },
    ]);
  });

  it('goes on for the others when one is given up before it has begun', async () => {
    const b = joined('b:1');
    const c = joined('c:1');
    b.session.abandon();
    await nextTick();
    expect(b.end).toEqual({ kind: 'abandoned' });
    expect(engines.last.killed).toBe(false);
    engines.last.tell({ type: 'ready' });
    expect(engines.last.heard.map((command) => command.type)).toEqual(['group', 'member']);
    expect(c.end).toBeUndefined();
  });

  it('is ended at once where all were given up before it began', () => {
    const b = joined('b:1');
    b.session.abandon();
    expect(engines.last.killed).toBe(true);
  });

  it.each([
    ['no message of the contract', { type: 'nonsense' }, 'it sent a message of an unknown form'],
    ['a refusal', { type: 'failed', fact: 'the host sent a command that does not fit' }, 'the host sent'],
  ])('is ended after %s', (_, message, fact) => {
    const [b, , engine] = pair();
    engine.say(message);
    expect(engine.killed).toBe(true);
    expect(b.end).toMatchObject({ kind: 'died' });
    expect(b.end).toHaveProperty('fact', expect.stringContaining(fact));
  });

  it('is ended for an event that is not of the contract, and the member is named', () => {
    const [b, c, engine] = pair();
    engine.say({ type: 'member', member: 1, event: { type: 'nonsense' } });
    expect(b.end).toEqual({ kind: 'died', fact: 'it sent a message of an unknown form' });
    expect(c.end).toHaveProperty('fact', expect.stringContaining('the run to b:1'));
  });

  it('has room for so many; one more gets another process', () => {
    for (let i = 0; i < MOST_MEMBERS; i++) joined(`t${i}`);
    expect(engines.all).toHaveLength(1);
    joined('more');
    expect(engines.all).toHaveLength(2);
  });

  it('is one for each after it has died for the third time, so that one that crashes takes no other along any more', () => {
    const die = (): [Joined, Joined] => {
      const [b, c, engine] = pair();
      engine.exit(1);
      engines.all.length = 0;
      return [b, c];
    };
    for (const joins of [die(), die()])
      for (const { end } of joins)
        expect(end).toHaveProperty('fact', 'the engine of 2 targets: it ended with status 1');
    for (const { end } of die())
      expect(end).toHaveProperty(
        'fact',
        'the engine of 2 targets: it ended with status 1, for the third time within 10 minutes; from now on each has an engine of its own',
      );
    const b = joined('b:1');
    const c = joined('c:1');
    expect(engines.all).toHaveLength(2);
    joined('d:1', 'another group');
    joined('e:1', 'another group');
    expect(engines.all).toHaveLength(3);
    const [first] = engines.all;
    first!.tell({ type: 'ready' });
    first!.exit(1);
    expect(b.end).toMatchObject({ kind: 'died', fact: 'it ended with status 1' });
    expect(c.end).toBeUndefined();

    vi.advanceTimersByTime(10 * 60_000);
    joined('b:1');
    joined('f:1');
    expect(engines.all).toHaveLength(4);
  });

  it('counts no death of long ago', () => {
    for (let i = 0; i < 4; i++) {
      const [, , engine] = pair();
      engine.exit(1);
      engines.all.length = 0;
      vi.advanceTimersByTime(6 * 60_000);
    }
    joined('b:1');
    joined('c:1');
    expect(engines.all).toHaveLength(1);
  });

  it('says that the process cannot be started, and tries it again with the next', () => {
    engines.refuses = true;
    expect((): EngineProcess => groups.join('g', 'b:1')).toThrow('spawn EAGAIN');
    engines.refuses = false;
    joined('b:1');
    expect(engines.all).toHaveLength(1);
  });
});
