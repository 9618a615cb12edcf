import { execFileSync, fork, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  sandboxEventSchema,
  type SandboxEvent,
  type SandboxKind,
} from '../../shared/contract/sandbox-messages.ts';
import { eventually } from '../support/eventually.ts';
import { atNight, byDay } from '../support/nightly.ts';

const ENTRY = path.join(import.meta.dirname, '../../dist/sandbox/entry.mjs');

let child: ChildProcess | undefined;
/** Where the sandbox puts its folders, and nobody else. */
let tmp: string;

beforeEach(() => {
  tmp = mkdtempSync(path.join(tmpdir(), 'lockstep-sandbox-'));
});

afterEach(() => {
  child?.kill('SIGKILL');
  rmSync(tmp, { recursive: true, force: true });
});

type Ready = Extract<SandboxEvent, { type: 'ready' }>;
type Answer = Exclude<SandboxEvent, { type: 'up' }>;

const folders = (): string[] => readdirSync(tmp);

function start(more: NodeJS.ProcessEnv = {}, kind: SandboxKind = 'servers'): Promise<Answer> {
  const env = { ...process.env, TMPDIR: tmp, ...more };
  const started = (child = fork(ENTRY, [], { env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] }));
  return new Promise((resolve, reject) => {
    started.on('message', (message) => {
      const event = sandboxEventSchema.parse(message);
      if (event.type === 'up') started.send({ type: 'start', kind });
      else resolve(event);
    });
    started.once('exit', (status) => reject(new Error(`it ended with ${status}`)));
  });
}

async function startReady(kind?: SandboxKind): Promise<Ready> {
  const event = await start({}, kind);
  if (event.type !== 'ready') throw new Error(event.fact);
  return event;
}

async function ask<T>(port: number, question: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = new Redis(port, '127.0.0.1', { retryStrategy: () => null });
  redis.on('error', () => undefined);
  try {
    return await question(redis);
  } finally {
    redis.disconnect();
  }
}

const processOf = (port: number): Promise<number> =>
  ask(port, async (redis) => Number(/process_id:(\d+)/.exec(await redis.info('server'))?.[1]));

function isAlive(pid: number): boolean {
  try {
    // A killed process stays as a zombie until its parent has looked.
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('Z');
  } catch {
    return false;
  }
}

it('offers a source with all kinds of data that goes on changing, and an empty target', async () => {
  const { source, target } = await startReady();
  const keyspace = await ask(source.port, (redis) => redis.info('keyspace'));
  const counts = [...keyspace.matchAll(/^db\d+:keys=(\d+),expires=(\d+)/gm)];
  const sum = (group: number): number => counts.reduce((all, match) => all + Number(match[group]), 0);
  expect(counts.length).toBeGreaterThanOrEqual(4);
  expect(sum(1)).toBeGreaterThan(49_000);
  expect(sum(2) / sum(1)).toBeCloseTo(0.3, 1);
  expect(await ask(target.port, (redis) => redis.dbsize())).toBe(0);

  const offset = (): Promise<number> =>
    ask(source.port, async (redis) =>
      Number(/total_commands_processed:(\d+)/.exec(await redis.info('stats'))?.[1]),
    );
  const first = await offset();
  await eventually('the writer writes', async () => (await offset()) > first + 200);

  expect(await ask(source.port, (redis) => redis.config('GET', 'save'))).toEqual(['save', '']);
  expect(folders()).toHaveLength(2);
  for (const name of folders()) {
    const folder = path.join(tmp, name);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder)).toEqual([]);
  }
});

const ENDS: readonly (readonly [string, () => unknown])[] = [
  ['is killed', () => child!.kill('SIGKILL')],
  ['loses its host', () => child!.disconnect()],
  ['is told to stop', () => child!.send({ type: 'stop' })],
];

it.each(byDay(1, ENDS))('leaves no process and no folder behind when it %s', async (_, end) => {
  const { source, target } = await startReady();
  const pids = [child!.pid!, await processOf(source.port), await processOf(target.port)];
  expect(pids.every(isAlive)).toBe(true);
  end();
  await eventually('all processes are gone', () => !pids.some(isAlive));
  await eventually('the folders are gone', () => folders().length === 0);
  expect(pids.some(isAlive)).toBe(false);
});

it('offers a cluster as the target, and ends with all of its nodes', async () => {
  const { target } = await startReady('cluster');
  const info = await ask(target.port, (redis) => redis.cluster('INFO'));
  expect(info).toContain('cluster_state:ok');
  expect(info).toContain('cluster_size:3');
  const shards = await ask(
    target.port,
    (redis) => redis.call('CLUSTER', 'SLOTS') as Promise<[number, number, [string, number]][]>,
  );
  const pids = await Promise.all(shards.map(([, , [, port]]) => processOf(port)));
  child!.send({ type: 'stop' });
  await eventually('its nodes have ended', () => !pids.some(isAlive));
  await eventually('their folders are gone', () => folders().length === 0);
});

it('says so when there is no redis-server', async () => {
  expect(await start({ PATH: '/nowhere' })).toMatchObject({
    type: 'failed',
    code: 'USAGE',
    fact: expect.stringContaining('redis-server') as string,
  });
});

atNight('says so and ends when one of its servers ends', async () => {
  const { target } = await startReady();
  const next = new Promise((resolve) => child!.once('message', resolve));
  const exited = new Promise((resolve) => child!.once('exit', resolve));
  process.kill(await processOf(target.port), 'SIGKILL');
  expect(await next).toMatchObject({ type: 'failed', code: 'SOURCE_LINK_LOST' });
  expect(await exited).toBe(0);
});
