import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SlotSet } from '../../../../electron/engine/router/slot-set.ts';
import { ShownPhase } from '../../../../electron/engine/events/shown-phase.ts';
import type { FaultNote, TaskEvents } from '../../../../electron/engine/events/task-events.ts';
import type { SourceStanding } from '../../../../electron/engine/watch/source-standing.ts';
import { TaskLog } from '../../../../electron/engine/events/task-log.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { parseEndpoint } from '../../../../shared/model/endpoint.ts';
import { systemWorld } from '../../../../electron/engine/world/system-world.ts';

const BEGIN_MS = 1_000_000;
const told: [text: string, fault?: FaultNote | undefined][] = [];
const phases: string[] = [];
const located: unknown[] = [];
const events: TaskEvents = {
  phase: (phase) => phases.push(phase),
  located: (side, at) => located.push([side, at]),
  changed: () => undefined,
  question: () => undefined,
  info: (text) => told.push([text]),
  warning: (text, fault) => told.push([text, fault]),
};
const gone = new LockstepError('TARGET_LINK_LOST', 'the target closed the connection');

beforeEach(() => {
  vi.useFakeTimers({ now: BEGIN_MS, toFake: ['Date'] });
  told.length = 0;
  phases.length = 0;
});

afterEach(() => {
  vi.useRealTimers();
});

describe('TaskLog', () => {
  it('says at the end which slots were not brought, and nothing where all were', () => {
    const log = new TaskLog(systemWorld.clock, events);
    log.slotsMissing(undefined);
    log.slotsMissing(SlotSet.of([]));
    expect(told).toEqual([]);
    log.slotsMissing(SlotSet.parse('5-7,9')!);
    expect(told).toHaveLength(1);
    expect(told[0]![0]).toContain('Slots 5-7, 9 have come to this shard of the source, and were not brought');
  });

  it('says of a replica that is read of a shard that it has lost its primary, not of the source', () => {
    const log = new TaskLog(systemWorld.clock, events);
    const standing = { primary: '10.0.0.1:7000', staleSeconds: () => 5 } as unknown as SourceStanding;
    log.primaryLost(standing, parseEndpoint('10.0.0.2:7000'));
    log.primaryBack();
    expect(told[0]![0]).toMatch(
      /^The replica 10\.0\.0\.2:7000, from which this shard is read, has lost its primary 10\.0\.0\.1:7000, 5\.0 s ago/,
    );
    expect(told[0]![0]).not.toContain('the primary itself as the source');
    expect(told[1]![0]).toBe('This shard has a primary again, which what is read of it follows');
    log.primaryLost(standing, undefined);
    log.primaryBack();
    expect(told[2]![0]).toMatch(/^The source is a replica and has lost its primary 10\.0\.0\.1:7000/);
    expect(told[3]![0]).toMatch(/^The source has a primary that it follows again/);
  });

  it('tells where Sentinels say that a side is, in words and as an address, without what opens it', () => {
    located.length = 0;
    const log = new TaskLog(systemWorld.clock, events);
    const given = parseEndpoint('redis-sentinel://app:s3cret@s1,s2/mymaster');
    const [first, next] = ['10.0.0.1', '10.0.0.2'].map((host) => ({ ...given, host, port: 6379 }));
    log.located('source', first!, undefined);
    log.located('source', next!, first);
    expect(located).toEqual([
      ['source', { host: '10.0.0.1', port: 6379 }],
      ['source', { host: '10.0.0.2', port: 6379 }],
    ]);
    expect(told.map(([text]) => text)).toEqual([
      'The primary of mymaster, the source, is 10.0.0.1:6379',
      'The primary of mymaster, the source, is 10.0.0.2:6379 now; before it was 10.0.0.1:6379',
    ]);
  });

  it('tells a fault once a minute, until when it is retried, and when it has healed', () => {
    const log = new TaskLog(systemWorld.clock, events);
    vi.setSystemTime(BEGIN_MS + 3000);
    log.inStep();
    for (let s = 10; s < 75; s += 5) {
      vi.setSystemTime(BEGIN_MS + s * 1000);
      log.trouble({ error: gone, waitMs: 5000, giveUpAtMs: BEGIN_MS + 600_000 });
    }
    vi.setSystemTime(BEGIN_MS + 76_000);
    log.inStep();
    log.inStep();
    const fact =
      'The connection to the target broke (the target closed the connection); trying again in 5.0 s';
    const fault = { code: 'TARGET_LINK_LOST', giveUpAtMs: BEGIN_MS + 600_000 };
    expect(told).toEqual([
      ['In step 3.0 s after the start'],
      [fact, fault],
      [fact, fault],
      ['In step again after 1 min 6 s'],
    ]);
  });

  it('tells another fault, and the same one once it has healed between, at once', () => {
    const log = new TaskLog(systemWorld.clock, events);
    const refused = new LockstepError('TARGET_UNREACHABLE', 'refused');
    for (const error of [gone, refused, gone, refused])
      log.trouble({ error, waitMs: 200, giveUpAtMs: undefined });
    expect(told.map(([, fault]) => fault?.code)).toEqual(['TARGET_LINK_LOST', 'TARGET_UNREACHABLE']);
    log.inStep();
    log.trouble({ error: gone, onResume: 'the task tries again when it is resumed' });
    expect(told.at(-1)?.[0]).toMatch(/closed the connection\); the task tries again when it is resumed$/);
  });

  it.each([
    [1000, 0, '1,000 commands/s'],
    [0, 1024 * 1024, '1.0 MB/s'],
    [5, 1, '5 commands/s and 64.0 KB/s'],
  ])('names the limits %i and %i', (maxCommandsPerSecond, maxBytesPerSecond, named) => {
    new TaskLog(systemWorld.clock, events).limits({ maxCommandsPerSecond, maxBytesPerSecond });
    expect(told).toEqual([[`From now on the target is sent at most ${named}`]]);
  });
});

describe('ShownPhase', () => {
  it('is paused until it is resumed, then what it has become meanwhile', () => {
    const shown = new ShownPhase(events);
    shown.phase('in-step');
    shown.pause();
    shown.phase('reconnecting');
    shown.phase('catching-up');
    shown.resume();
    expect(phases).toEqual(['in-step', 'paused', 'catching-up']);
  });

  it('shows how a paused task ends', () => {
    const shown = new ShownPhase(events);
    shown.pause();
    shown.end();
    shown.phase('releasing');
    expect(phases).toEqual(['paused', 'releasing']);
  });
});
