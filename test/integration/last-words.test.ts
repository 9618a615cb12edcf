import type { Redis } from 'ioredis';
import { networkInterfaces } from 'node:os';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Arena } from '../../electron/engine/arena/arena.ts';
import { openControl, type Side } from '../../electron/engine/control/control-connection.ts';
import { allocateOutputs, TargetConnection } from '../../electron/engine/writer/target-connection.ts';
import { LockstepError } from '../../shared/errors/lockstep-error.ts';
import type { Endpoint } from '../../shared/model/endpoint.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { LinkBench } from '../support/source/link-bench.ts';
import { poll, startRun } from '../support/sync-run.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';

/** A refusal and our first write cross each other, so each is tried this often. */
const TIMES = 8;
const MB = 1024 * 1024;

const arena = new Arena(8 * MB);
const outputs = allocateOutputs(arena, 14);
let source: RedisProcess;
let target: RedisProcess;
let a: Redis;
let b: Redis;

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
  [a, b] = [source.client(), target.client()];
});

afterEach(async () => {
  await b.config('SET', 'maxclients', '1000', 'min-replicas-to-write', '0', 'proto-max-bulk-len', '512mb');
  await Promise.all([a.flushall(), b.flushall()]);
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

const at = (host: string, port: number): Endpoint => ({
  ...{ host, port, user: undefined, password: undefined, tls: false, db: 0 },
});

const codeOf = (error: unknown): string => (error instanceof LockstepError ? error.code : String(error));

/** What each kind of connection makes of a server: the codes of all attempts, without repetition. */
async function codesOf(endpoint: Endpoint): Promise<Readonly<Record<string, string[]>>> {
  const control = (side: Side) => (): Promise<unknown> => openControl(systemWorld, side, endpoint);
  const data = (): Promise<unknown> =>
    TargetConnection.open(
      {
        world: systemWorld,
        ...{ endpoint, arena, outputs },
        replies: { reply: () => undefined, error: () => undefined },
        onProgress: () => undefined,
        onError: () => undefined,
      },
      'last-words',
    );
  const link = async (): Promise<void> => {
    const bench = new LinkBench(endpoint.port, undefined, endpoint);
    await bench.until(() => bench.errors.length > 0);
    await bench.end();
    throw bench.errors[0]!;
  };
  const kinds = { link, data, source: control('source'), target: control('target') };
  const seen: Record<string, string[]> = {};
  for (const [kind, open] of Object.entries(kinds)) {
    const codes = new Set<string>();
    for (let i = 0; i < TIMES; i++) codes.add(await open().then(() => 'opened', codeOf));
    seen[kind] = [...codes];
  }
  return seen;
}

describe('what a server says before it closes', () => {
  it('is told when it takes no more clients', async () => {
    await b.config('SET', 'maxclients', '1');
    expect(await codesOf(at('127.0.0.1', target.port))).toEqual({
      link: ['SOURCE_MAX_CLIENTS'],
      data: ['TARGET_MAX_CLIENTS'],
      source: ['SOURCE_MAX_CLIENTS'],
      target: ['TARGET_MAX_CLIENTS'],
    });
  });

  const outside = Object.values(networkInterfaces())
    .flat()
    .find((one) => one?.family === 'IPv4' && !one.internal)?.address;
  it.skipIf(outside === undefined)('is told when it is in protected mode', async () => {
    const open = await startRedis({ args: ['--bind', '0.0.0.0', '--protected-mode', 'yes'] });
    const codes = await codesOf(at(outside!, open.port));
    await open.stop();
    expect(codes).toEqual({
      link: ['SOURCE_PROTECTED_MODE'],
      data: ['TARGET_PROTECTED_MODE'],
      source: ['SOURCE_PROTECTED_MODE'],
      target: ['TARGET_PROTECTED_MODE'],
    });
  });

  it('is told of a value that is larger than the target takes, with its key, in copy and stream', async () => {
    await b.config('SET', 'proto-max-bulk-len', String(MB));
    await a.set('first', Buffer.alloc(24 * MB, 'x'));
    const copied = startRun(source.url, target.url, { task: 'copied' });
    const refused = await copied.outcome.then(String, (error: unknown) => error as LockstepError);
    expect(refused).toMatchObject({ code: 'TARGET_VALUE_TOO_LARGE' });
    expect((refused as LockstepError).message).toMatch(/first.*invalid bulk length/);

    await Promise.all([a.flushall(), b.flushall()]);
    const streamed = startRun(source.url, target.url, { task: 'streamed', until: 'stopped' });
    await streamed.reached('in-step');
    await a.set('later', Buffer.alloc(24 * MB, 'x'));
    const ended = await streamed.outcome.then(String, (error: unknown) => error as LockstepError);
    expect(ended).toMatchObject({ code: 'TARGET_VALUE_TOO_LARGE' });
    expect((ended as LockstepError).message).toMatch(/later.*invalid bulk length/);
  });
});

describe('a target that refuses writes for a while', () => {
  it('is told by its reason, and the task goes on by itself', async () => {
    const run = startRun(source.url, target.url, { task: 'patient', until: 'stopped' });
    await run.reached('in-step');
    await b.config('SET', 'min-replicas-to-write', '1');
    await a.incr('counter');
    await poll('the lack of replicas is told', () => run.faults.includes('TARGET_LACKS_REPLICAS'));
    await b.config('SET', 'min-replicas-to-write', '0', 'busy-reply-threshold', '10');
    await poll('the write has come', async () => (await b.get('counter')) === '1');

    const script = target.client();
    const looping = script.eval('while true do end', 0).catch(() => undefined);
    await poll('the script runs', async () =>
      b.ping().then(
        () => false,
        (error: Error) => error.message.startsWith('BUSY'),
      ),
    );
    await a.incr('counter');
    await poll('the script is told', () => run.faults.includes('TARGET_BUSY'));
    await b.script('KILL');
    await looping;
    await poll('the write has come', async () => (await b.get('counter')) === '2');
    run.session.stop('drain');
    await run.outcome;
    expect(await b.get('counter')).toBe('2');
    expect(run.faults).not.toContain('TARGET_LINK_LOST');
  });
});
