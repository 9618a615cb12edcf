import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { localEndpoint } from '../../electron/headless/demo-data/local-endpoint.ts';
import { loadMixedSet } from '../../electron/headless/demo-data/mixed-set.ts';
import type { EngineEvent } from '../../shared/contract/engine-messages.ts';
import type { Endpoint } from '../../shared/model/endpoint.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { copyKeys } from '../support/copy-keys.ts';
import { EngineChild } from '../support/engine-child.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';

/** One job a process: over the channel of a forked engine, as a host without a window has it. */
const KEYS = 20_000;
/** A deadline, for a machine that is busy with something else. */
const ENDS_WITHIN_MS = 30_000;

let source: RedisProcess;
let target: RedisProcess;
let engine: EngineChild;

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
  await loadMixedSet(localEndpoint(source.port), { keys: KEYS, withTtlShare: 0, seed: 1 });
  await copyKeys(source.client(), target.client());
});

afterAll(() => Promise.all([source.stop(), target.stop()]));

beforeEach(async () => {
  engine = new EngineChild();
  await engine.until((event) => event.type === 'ready');
});

afterEach(() => engine.kill());

const from = (): Endpoint => localEndpoint(source.port);
const to = (): Endpoint => localEndpoint(target.port);

function spec(task: string): TaskSpec {
  return {
    task,
    source: from(),
    target: to(),
    existing: 'overwrite',
    onFlush: 'stop',
    until: 'stopped',
    fullOnly: false,
    retryForMs: 60_000,
    spoolDir: tmpdir(),
    spoolMaxBytes: 1024 ** 3,
    maxCommandsPerSecond: 0,
    databases: [9],
  };
}

/** Waits for the process to end by itself. @returns its last message */
async function ended(): Promise<EngineEvent | undefined> {
  const late = sleep(ENDS_WITHIN_MS, 'late', { ref: false });
  expect(await Promise.race([engine.exited, late])).toBe(0);
  return engine.events.at(-1);
}

const compare = (databases?: number[]): void =>
  engine.send({
    type: 'compare',
    source: from(),
    target: to(),
    maxDifferences: 5,
    choice: { level: 'values' },
    ...(databases && { databases }),
  });

it('compares every key, tells how far it is now and then, and ends', async () => {
  await target.client({ db: 1 }).set('only here', '1');
  const beganMs = performance.now();
  compare();
  await engine.until((event) => event.type === 'compared');
  const seconds = (performance.now() - beganMs) / 1000;
  const last = await ended();

  if (last?.type !== 'compared') throw new Error(`the last message is ${last?.type}`);
  expect(last.report.differences).toMatchObject([{ kind: 'missing-on-source', db: 1, key: 'only here' }]);
  expect(last.report.databases.map(({ db }) => db)).toEqual([0, 1, 2, 5]);
  const told = engine.events.filter(({ type }) => type === 'comparing').length;
  expect(told).toBeGreaterThan(0);
  expect(told).toBeLessThanOrEqual(seconds * 4 + 1);
});

it('compares only the databases that are named', async () => {
  compare([0, 5]);
  const last = await ended();
  expect(last).toMatchObject({ type: 'compared', report: { equal: true } });
  expect(last?.type === 'compared' && last.report.databases.map(({ db }) => db)).toEqual([0, 5]);
});

it('a comparison ends at once when it is stopped', async () => {
  compare();
  await engine.until((event) => event.type === 'comparing');
  engine.stop();
  expect(await ended()).toMatchObject({ type: 'failed', code: 'INTERRUPTED' });
  expect(engine.events.some(({ type }) => type === 'compared')).toBe(false);
});

it('an inspection tells what server it is, or why it cannot', async () => {
  engine.send({ type: 'inspect', side: 'source', endpoint: from() });
  expect(await ended()).toMatchObject({ type: 'summary', summary: { role: 'primary' } });

  engine = new EngineChild();
  await engine.until((event) => event.type === 'ready');
  engine.send({ type: 'inspect', side: 'target', endpoint: { ...to(), port: 1 } });
  expect(await ended()).toMatchObject({ type: 'failed', code: 'TARGET_UNREACHABLE', resumable: false });
});

it('a look ahead tells what a start would come to', async () => {
  engine.send({ type: 'look-ahead', spec: spec('not-yet') });
  expect(await ended()).toMatchObject({ type: 'outlook', outlook: { start: 'first-copy', faults: [] } });
});

it('a precheck tells each result, then that it is over', async () => {
  engine.send({ type: 'precheck', spec: spec('checked'), only: ['source-connection', 'target-connection'] });
  expect(await ended()).toEqual({ type: 'prechecked' });
  const results = engine.events.flatMap((event) => (event.type === 'check' ? [event.result] : []));
  expect(results.map(({ id }) => id).sort()).toEqual(['source-connection', 'target-connection']);
});

it('a task is paused, resumed, limited and stopped by commands', async () => {
  engine.start(spec('commanded'));
  await engine.untilPhase('in-step');
  engine.send({ type: 'pause' });
  await engine.untilPhase('paused');
  engine.send({ type: 'limits', limits: { maxCommandsPerSecond: 500, maxBytesPerSecond: 0 } });
  engine.send({ type: 'resume' });
  await engine.untilPhase('in-step');
  engine.stop();
  expect(await ended()).toMatchObject({ type: 'finished', outcome: { reason: 'stopped', resumable: true } });
  const told = engine.events.flatMap((event) => (event.type === 'event' ? [event.text] : []));
  expect(told.join('\n')).toMatch(
    /Connected: the source is Redis [^]*full copy begins[^]*full copy is complete[^]*In step[^]*Paused[^]*500 commands[^]*Resumed/,
  );
});

it('a task that was cut off is handed over by a job of its own', async () => {
  engine.start(spec('cut-off'));
  await engine.untilPhase('in-step');
  engine.kill();
  await engine.exited;
  const active = (): Promise<string | null> =>
    target.client().hget('lockstep:{tasks}:checkpoint:cut-off', 'active');
  expect(await active()).toBe('1');

  engine = new EngineChild();
  await engine.until((event) => event.type === 'ready');
  engine.send({ type: 'release', target: to(), task: 'cut-off' });
  expect(await ended()).toMatchObject({
    type: 'released',
    released: { task: 'cut-off', state: 'streaming', keys: 0 },
  });
  expect(await active()).toBe('0');
});

it('a task that fails says whether its target was handed over', async () => {
  engine.start({ ...spec('failing'), retryForMs: 0 });
  await engine.untilPhase('in-step');
  await source.client().call('CLIENT', 'KILL', 'TYPE', 'replica');
  expect(await ended()).toMatchObject({ type: 'failed', code: 'RETRY_EXHAUSTED', handedOver: true });
  expect(await target.client().hget('lockstep:{tasks}:checkpoint:failing', 'active')).toBe('0');
});

it('what is no command is refused, and a command without a job is ignored', async () => {
  engine.send({ type: 'pause' });
  engine.send({ type: 'nonsense' });
  expect(await engine.until(({ type }) => type === 'failed').catch(() => engine.events.at(-1))).toMatchObject(
    {
      type: 'failed',
      code: 'INTERNAL',
    },
  );
  compare([0]);
  expect(await ended()).toMatchObject({ type: 'compared' });
});

it.each(['without a job', 'with a task', 'with a comparison'])('ends with its host, %s', async (job) => {
  if (job === 'with a task') {
    engine.start(spec('abandoned'));
    await engine.untilPhase('in-step');
  } else if (job === 'with a comparison') {
    compare();
    await engine.until((event) => event.type === 'comparing');
  }
  engine.disconnect();
  await ended();
  expect(() => process.kill(engine.pid, 0)).toThrow('ESRCH');
});
