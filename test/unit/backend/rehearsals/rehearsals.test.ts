import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openKeptReports } from '../../../../electron/backend/rehearsals/kept-reports.ts';
import { PairReports } from '../../../../electron/backend/rehearsals/pair-reports.ts';
import type { AskedRehearsal } from '../../../../electron/backend/rehearsals/rehearse.ts';
import { Rehearsals, type RehearsedPair } from '../../../../electron/backend/rehearsals/rehearsals.ts';
import type { AppEvent } from '../../../../shared/contract/api.ts';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import type { TaskSpec } from '../../../../shared/model/task-spec.ts';
import { DEFAULT_CHOICES } from '../../../../shared/rehearsal/rehearsal-choice.ts';
import type { RehearsalReport } from '../../../../shared/rehearsal/report.ts';
import { summaryOf } from '../../../../shared/rehearsal/run-summary.ts';
import { copyReport } from '../../../support/rehearsal-report.ts';

const server = (port: number): TaskSpec['source'] => ({
  ...{ host: '127.0.0.1', port, user: undefined, password: 'hunter2', tls: false, db: 0 },
});
const SPEC: TaskSpec = {
  ...{ task: 'drill', source: server(7001), target: server(7002) },
  ...{ existing: 'fail', onFlush: 'stop', until: 'stopped', fullOnly: false, retryForMs: 1000 },
  ...{ spoolDir: '/nowhere', spoolMaxBytes: 1 << 20, maxCommandsPerSecond: 0 },
};
const PAIR: RehearsedPair = {
  spec: SPEC,
  called: 'the task drill',
  between: { source: '127.0.0.1:7001', target: '127.0.0.1:7002' },
};

/** A rehearsal that a test brings to its end. */
interface Played {
  readonly asked: AskedRehearsal;
  readonly end: (report: RehearsalReport) => void;
}

let dir: string;
let told: AppEvent[];
let played: Played[];
let notices: string[];
beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'lockstep-rehearsals-'));
  [told, played, notices] = [[], [], []];
});
afterEach(() => rmSync(dir, { recursive: true }));

const open = (pair: RehearsedPair = PAIR, canKeep = false): Rehearsals =>
  new Rehearsals({
    startEngine: () => {
      throw new Error('no engine is needed');
    },
    version: '1.0.0',
    emit: (event) => void told.push(structuredClone(event)),
    pairOf: () => pair,
    canKeep: () => canKeep,
    keepAsTask: () => 'kept',
    rehearse: (asked) => new Promise((end) => void played.push({ asked, end })),
    kept: openKeptReports(dir),
    pairs: new PairReports(dir),
    betweenOf: (id) => (id === 'b' ? { source: 'b:1', target: 'b:2' } : pair.between),
    notices: { add: (_severity, title) => void notices.push(title) },
  });

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const at = (startedAtMs: number, changes: Partial<RehearsalReport> = {}): RehearsalReport => ({
  ...copyReport(),
  ...{ startedAtMs, endedAtMs: startedAtMs + 500, ...changes },
});

test('its steps, its question and its report are told as they come', async () => {
  const rehearsals = open();
  expect(rehearsals.start('a', DEFAULT_CHOICES.copy)).toMatchObject({ status: 'running', run: null });
  // There is one at a time.
  expect(rehearsals.start('a', DEFAULT_CHOICES.failover)).toMatchObject({ choice: { kind: 'copy' } });
  expect(() => rehearsals.requireIdle('a')).toThrow(LockstepError);
  await settled();
  expect(played).toHaveLength(1);
  const { asked, end } = played[0]!;
  asked.onStep('copy');
  expect(rehearsals.state('a').step).toMatchObject({ id: 'copy' });
  asked.onStep('copy', { id: 'copy', beganMs: 0, tookMs: 5, state: 'done' });
  expect(rehearsals.state('a')).toMatchObject({ step: null, steps: [{ id: 'copy', tookMs: 5 }] });
  const answer = asked.question.ask({ type: 'clean', keys: 12 });
  expect(() => rehearsals.answer('a', { type: 'clean', keys: 13 }, true)).toThrow(/does not ask/);
  rehearsals.answer('a', { type: 'clean', keys: 12 }, true);
  expect(await answer).toBe(true);
  end(at(1000));
  await settled();
  expect(rehearsals.state('a')).toMatchObject({
    ...{ status: 'ended', question: null, step: null },
    run: { report: { startedAtMs: 1000 }, last: null },
  });
  expect(() => rehearsals.requireIdle('a')).not.toThrow();
  expect(told.at(-1)).toMatchObject({ type: 'rehearsal', state: { ownerId: 'a', status: 'ended' } });
  expect(JSON.stringify(told)).not.toContain('hunter2');
});

test('reports are kept over a restart, ten of each owner, for their owner alone to read, each beside the one before', async () => {
  const rehearsals = open();
  for (let n = 1; n <= 12; n++) {
    rehearsals.start('a', DEFAULT_CHOICES.copy);
    await settled();
    played.at(-1)!.end(at(n * 1000, n === 12 ? { kind: 'failover' } : {}));
    await settled();
  }
  const again = open();
  expect(again.list('a').map(({ atMs }) => atMs / 1000)).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
  // The first of its kind.
  expect(again.state('a')).toMatchObject({
    status: 'ended',
    run: { report: { kind: 'failover' }, last: null },
  });
  expect(again.read('a', 11_000)).toMatchObject({ report: { kind: 'copy' }, last: { atMs: 10_000 } });
  expect(() => again.read('a', 1000)).toThrow(/no longer kept/);
  expect(again.list('b')).toEqual([]);
  for (const name of readdirSync(path.join(dir, 'rehearsals')))
    expect(statSync(path.join(dir, 'rehearsals', name)).mode & 0o077).toBe(0);
  again.forget('a');
  expect(readdirSync(path.join(dir, 'rehearsals'))).toEqual([]);
  expect(notices).toEqual([]);
});

test('it is broken off when asked, and when the application ends', async () => {
  const rehearsals = open();
  rehearsals.start('a', DEFAULT_CHOICES.failover);
  await settled();
  expect(rehearsals.cancel('a')).toMatchObject({ status: 'ending' });
  expect(played[0]!.asked.signal.aborted).toBe(true);
  played[0]!.end(at(1000, { kind: 'failover' }));
  await settled();
  expect([rehearsals.state('a').status, rehearsals.running]).toEqual(['ended', 0]);

  rehearsals.start('a', DEFAULT_CHOICES.failover);
  await settled();
  expect(rehearsals.running).toBe(1);
  const closing = rehearsals.close();
  expect(played[1]!.asked.signal.aborted).toBe(true);
  played[1]!.end(at(2000, { kind: 'failover' }));
  await closing;
  expect(rehearsals.list('a')).toHaveLength(2);
});

test('a task is made of the last run alone', async () => {
  const rehearsals = open(PAIR, true);
  expect(() => rehearsals.keepAsTask('a')).toThrow(/nothing was rehearsed/);
  rehearsals.start('a', DEFAULT_CHOICES.copy);
  expect(() => rehearsals.keepAsTask('a')).toThrow(/under way/);
  await settled();
  played[0]!.end(at(1000));
  await settled();
  expect(rehearsals.state('a').keepable).toBe(true);
  expect(rehearsals.keepAsTask('a')).toBe('kept');
});

test('runs of the command line between the same two servers stand in one list with its own', async () => {
  const elsewhere = at(500, { id: 'by hand' });
  const { source, target } = PAIR.between;
  new PairReports(dir).add(summaryOf(elsewhere, source, target), { report: elsewhere, last: null });
  const rehearsals = open();
  expect(rehearsals.list('a').map(({ id }) => id)).toEqual(['by hand']);
  expect(rehearsals.read('a', 500).report.id).toBe('by hand');
  rehearsals.start('a', DEFAULT_CHOICES.copy);
  await settled();
  played[0]!.end(at(1000, { id: 'here' }));
  await settled();
  // Each is told once, and is set beside the other.
  expect(rehearsals.list('a').map(({ id }) => id)).toEqual(['here', 'by hand']);
  expect(rehearsals.state('a').run?.last?.id).toBe('by hand');
  expect(new PairReports(dir).list(PAIR.between).map(({ id }) => id)).toEqual(['here', 'by hand']);
  rehearsals.forget('a');
  expect(new PairReports(dir).list(PAIR.between).map(({ id }) => id)).toEqual(['by hand']);
});
