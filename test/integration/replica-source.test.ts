/** A source that is itself a replica, and behind its primary: what has expired by its clock may be in use there. */
import type { Redis } from 'ioredis';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { lateOn } from '../support/lateness.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { expectEqual } from '../support/sync-outcome.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const SHORT_MS = 1500;
const EMPTY = Buffer.alloc(0);

let primary: RedisProcess;
let source: RedisProcess;
let target: RedisProcess;
let proxy: TcpProxy;
let p: Redis;
let a: Redis;
let b: Redis;
let run: SyncRun | undefined;
let holding = false;

beforeEach(async () => {
  [primary, source, target] = await Promise.all([
    startRedis({ args: ['--repl-diskless-sync-delay', '0'] }),
    startRedis({ args: ['--repl-diskless-sync-delay', '0'] }),
    startRedis(),
  ]);
  [p, a, b] = [primary.client(), source.client(), target.client()];
  proxy = await startTcpProxy(primary.port);
  let held = EMPTY;
  proxy.rewrite = (answer) => {
    held = Buffer.concat([held, answer]);
    if (holding) return EMPTY;
    const passed = held;
    held = EMPTY;
    return passed;
  };
  await a.replicaof('127.0.0.1', Number(new URL(proxy.url).port));
});

afterEach(async () => {
  holding = false;
  run?.session.stop('now');
  await run?.outcome.catch(() => undefined);
  await proxy.stop();
  await Promise.all([primary.stop(), source.stop(), target.stop()]);
});

it('is copied with the keys that look expired there, and their expiry on the target stays long', async () => {
  await p.set('counter', 1, 'PX', SHORT_MS);
  await poll('the counter on the replica', async () => (await a.get('counter')) === '1');
  // In time on the primary, and on its way for longer than the key seems to live.
  holding = true;
  await p.multi().incr('counter').pexpire('counter', 600_000).exec();
  await pause(SHORT_MS + 200);
  expect(await a.get('counter')).toBeNull();

  run = startRun(source.url, target.url, { until: 'stopped', expiryLateMs: 10_000 });
  await run.reached('in-step');
  holding = false;
  await p.set('marker', 'last');
  await poll('what comes last', async () => (await b.get('marker')) === 'last');
  expect(await p.get('counter')).toBe('2');
  expect(await b.get('counter')).toBe('2');
  expect(await lateOn(b, 'counter')).toBe('long');
  run.session.stop('drain');
  await run.outcome;
  await expectEqual(source, target);
});
