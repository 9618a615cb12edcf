import { expect, it } from 'vitest';
import { describeTask } from '../../../../shared/format/task-sentence.ts';
import { formatClock } from '../../../../shared/format/times.ts';
import type { TaskView } from '../../../../shared/model/task-view.ts';
import { drift, GB, metrics, task } from '../../../support/page/fixtures.ts';

const nowMs = new Date(2031, 9, 9, 14, 0, 0).getTime();
const ago = (seconds: number): number => nowMs - seconds * 1000;
const say = (change: Partial<TaskView>): string => describeTask(task('orders', change), nowMs);

it('a task in step says how far it is behind and how much it applies', () => {
  expect(say({})).toBe('In step: 0.3 s behind, 12,402 commands/s');
  expect(say({ metrics: metrics({ lag: { bytes: 0, seconds: 0 } }) })).toBe(
    'In step: < 0.1 s behind, 12,402 commands/s',
  );
  expect(say({ metrics: null })).toBe('In step');
});

it('what was in step is so no more where it is far behind, where nobody has heard of it, and where the sides differ', () => {
  const atMs = Date.now();
  expect(say({ metrics: metrics({ lag: { bytes: 1024, seconds: 4 * 86_400 } }) })).toMatch(
    /^Catching up: 4 d \(1\.0 KB\) behind/,
  );
  expect(say({ metrics: metrics({ atMs, sourceAtMs: atMs - 75_000 }) })).toBe(
    'No news of the source for 1 min; before that: in step',
  );
  expect(describeTask({ ...task('orders'), heardAtMs: nowMs - 12_000 }, nowMs)).toBe(
    'No news of the engine for 12 s; before that: in step',
  );
  expect(say({ drift: drift({ verdict: 'real', difference: 12_485 }) })).toBe(
    'Sides differ by 12,485 keys, though the stream is applied: 0.3 s behind, 12,402 commands/s',
  );
  const compared = { startedAtMs: ago(90), endedAtMs: ago(61), differences: 31, equal: false };
  expect(say({ compared })).toBe(
    `In step: 0.3 s behind, 12,402 commands/s; a comparison found 31 differences at ${formatClock(ago(61), nowMs)}`,
  );
});

it('a task that catches up says how much is left', () => {
  const lag = { bytes: 120 * 1024 ** 2, seconds: 75 };
  expect(say({ phase: 'catching-up', metrics: metrics({ lag }) })).toBe(
    'Catching up: 1 min 15 s (120.0 MB) behind, 12,402 commands/s',
  );
});

const connected = metrics({ phase: 'connecting' });

const copying = (copy: object): string =>
  say({
    phase: 'full-copy',
    metrics: metrics({ copy: { bytesDone: 1.2 * GB, bytesReceived: 0, keysDone: 7_611_400, ...copy } }),
  });

it.each([
  [{ bytesTotal: 2.9 * GB, remainingMs: 192_000 }, '41 % of 2.9 GB, 7,611,400 keys, 3 min 12 s left'],
  [{ bytesTotal: 1.2 * GB - 1 }, '100 % of 1.2 GB, 7,611,400 keys'],
  [{ bytesTotal: 1.2 * GB + 1 }, '99 % of 1.2 GB, 7,611,400 keys'],
  [{ keysExpected: 18_000_000 }, '7,611,400 of about 18,000,000 keys'],
  [{}, '7,611,400 keys, 1.2 GB so far'],
  [{ bytesDone: 0, keysDone: 0 }, 'waiting for the snapshot of the source'],
])('a full copy of %j', (copy, text) => {
  expect(copying(copy)).toBe(`Full copy: ${text}`);
});

it('names no end where none is set, as while a replica waits for its primary', () => {
  const trouble = { code: 'SOURCE_NO_MASTER_LINK', fact: '', atMs: ago(12), giveUpAtMs: null } as const;
  expect(say({ phase: 'reconnecting', trouble })).toBe(
    'Reconnecting for 12 s: the source is a replica without its primary; it goes on once that is over',
  );
});

it('a task in trouble says what is wrong, since when, and for how long it tries', () => {
  const giveUpAtMs = nowMs + 12 * 3_600_000;
  const trouble = { code: 'TARGET_UNREACHABLE', fact: '', atMs: ago(12), giveUpAtMs } as const;
  expect(say({ phase: 'reconnecting', trouble })).toBe(
    `Reconnecting for 12 s: the target cannot be reached; trying until ${formatClock(giveUpAtMs, nowMs)}`,
  );
  expect(say({ phase: 'in-step', trouble })).toMatch(/^Retrying for 12 s: /);
  expect(say({ phase: 'reconnecting', sinceMs: ago(90) })).toBe('Reconnecting for 1 min');
});

it.each<[Partial<TaskView>, RegExp]>([
  [
    { state: 'paused', phase: 'paused', sinceMs: ago(240) },
    /^Paused for 4 min: 50\.0 KB wait in the buffer on this machine$/,
  ],
  [{ state: 'paused', phase: 'in-step' }, /^Pausing: /],
  [{ state: 'stopped', startedAtMs: null }, /^Not started yet$/],
  [{ state: 'stopped', sinceMs: ago(3600) }, /^Stopped at 13:00; it can go on/],
  [{ state: 'stopped', sinceMs: ago(3 * 86_400) }, /^Stopped at 6 Oct, 14:00;/],
  [
    { state: 'stopped', moved: true, sinceMs: ago(3600) },
    /^The move is done: the source became a replica of the target at 13:00, and follows it$/,
  ],
  [{ state: 'stopped', resumeOffered: true }, /^Stopped: it ran when Lockstep ended/],
  [{ state: 'stopping', phase: 'releasing' }, /^Stopping: the expiry of keys/],
  [{ state: 'stopping' }, /^Stopping: .* 50\.0 KB left$/],
  [{ state: 'completed', sinceMs: ago(3600) }, /^Full copy completed at 13:00: 18,402,113 keys$/],
  [{ state: 'restarting' }, /^Restarting: /],
  [{ state: 'starting', phase: 'connecting', metrics: null }, /^Connecting to both servers$/],
  [{ state: 'starting', phase: 'connecting', metrics: connected }, /^Connected: waiting for the source/],
  [{ state: 'failed', failure: { code: 'SOURCE_AUTH', fact: '', atMs: 0 } }, /^Failed: the source refuses/],
])('%j', (change, sentence) => {
  expect(say(change)).toMatch(sentence);
});

it('a task that goes on without a node of its target says so, since when, and whether the others wait', () => {
  const away = { sinceMs: ago(75), reason: 'the connection was refused', heldUpBy: '' };
  const node = { slots: '0-8191', behindBytes: 0, commands: 0, commandsPerSecond: 0 };
  const lanes = [
    { ...node, at: '10.0.0.1:7000', away },
    { ...node, at: '10.0.0.2:7000' },
  ];
  const giveUpAtMs = nowMs + 12 * 3_600_000;
  const trouble = { code: 'TARGET_NODE_AWAY', fact: '', atMs: ago(75), giveUpAtMs } as const;
  const saying = (some: typeof lanes): string =>
    say({
      phase: 'catching-up',
      trouble,
      metrics: metrics({ phase: 'catching-up', lanes: some, lag: { bytes: 900_000, seconds: 75 } }),
    });
  const until = `; waiting for it until ${formatClock(giveUpAtMs, nowMs)}`;
  expect(saying(lanes)).toBe(
    `One node of the target has been away for 1 min; the others go on: 1 min 15 s behind there, 12,402 commands/s${until}`,
  );
  const [first] = lanes;
  expect(saying([{ ...first!, away: { ...away, heldUpBy: 'RENAME' } }])).toBe(
    `One node of the target has been away for 1 min, and the others wait, as RENAME needs it: 1 min 15 s behind${until}`,
  );
  expect(saying([first!, { ...first!, at: '10.0.0.3:7000' }])).toMatch(
    /^2 nodes of the target have been away/,
  );
});

it('a task that is held from being in step by slots that are moved says so', () => {
  const moves = [{ slots: '5-44', from: '10.0.0.1:7000', to: '10.0.0.2:7000' }];
  const unsettled = { source: { moves, ofNobody: '-', ofSeveral: '-' } };
  const trouble = { code: 'SOURCE_SLOTS_MOVED', fact: '', atMs: ago(5), giveUpAtMs: null } as const;
  const told = metrics({ phase: 'catching-up', unsettled, lag: { bytes: 900, seconds: 0.4 } });
  expect(say({ phase: 'catching-up', trouble, metrics: told })).toBe(
    'Catching up: 0.4 s (900 B) behind, 12,402 commands/s; 40 slots of the source are on their way to other nodes',
  );
});
