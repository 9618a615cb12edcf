import type { Socket } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun } from '../support/sync-run.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

let source: RedisProcess;
let target: RedisProcess;
let proxy: TcpProxy;
/** The connection that the source sends its stream over. */
let link: Socket | undefined;

beforeAll(async () => {
  [source, target] = await Promise.all([
    startRedis({ args: ['--repl-diskless-sync-delay', '0', '--repl-ping-replica-period', '3600'] }),
    startRedis(),
  ]);
  proxy = await startTcpProxy(source.port);
  proxy.intercept = (text, from) => {
    if (/PSYNC/i.test(text)) link = from;
    return true;
  };
});

beforeEach(async () => {
  await Promise.all([source.client().flushall(), target.client().flushall()]);
});

afterAll(async () => {
  await proxy.stop();
  await Promise.all([source.stop(), target.stop()]);
});

const offsetOf = async (): Promise<number> =>
  Number(/master_repl_offset:(\d+)/.exec(await source.client().info('replication'))?.[1]);

test('what a source wrote whose link was cut, and never came, is told in bytes and seconds', async () => {
  const from = source.client();
  await from.set('before', '1', 'EX', 1000);
  const run = startRun(proxy.url, target.url, { until: 'stopped' });
  await run.reached('in-step');
  await from.set('came', '1');
  await poll('the last that comes', async () => (await target.client().exists('came')) === 1);
  const cameTo = await offsetOf();
  proxy.mute.add(link!);
  for (let i = 0; i < 50; i++) await from.set(`lost:${i}`, 'x'.repeat(100));
  const wroteTo = await offsetOf();

  run.session.stop('cut');
  const outcome = await run.outcome;
  expect(outcome).toMatchObject({ reason: 'stopped', resumable: true, offset: cameTo });
  expect(outcome.lost!.bytes).toBe(wroteTo - cameTo);
  expect(outcome.lost!.seconds).toBeGreaterThan(0);
  expect(outcome.lost!.seconds).toBeLessThan(30);
  // The target serves: it has what came, with its exact expiry, and none of the rest.
  expect(run.session.handedOver).toBe(true);
  expect(await target.client().exists('before', 'came')).toBe(2);
  expect(await target.client().keys('lost:*')).toEqual([]);
  expect(await target.client().ttl('before')).toBeLessThanOrEqual(1000);
});

test('all that had come is applied, however slowly the target takes it', async () => {
  const from = source.client();
  await from.set('counter', '0');
  const run = startRun(source.url, target.url, { until: 'stopped', maxCommandsPerSecond: 300 });
  await run.reached('in-step');
  const writing = from.pipeline();
  for (let i = 0; i < 1200; i++) writing.incr('counter');
  await writing.exec();
  const wroteTo = await offsetOf();
  await poll('all has come', () => run.session.metrics('in-step').offsets.received >= wroteTo);
  expect(Number(await target.client().get('counter'))).toBeLessThan(1200);

  run.session.stop('cut');
  const outcome = await run.outcome;
  expect(await target.client().get('counter')).toBe('1200');
  expect(outcome.lost).toEqual({ bytes: 0, seconds: 0 });
});
