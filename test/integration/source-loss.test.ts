/** What is said to be lost with a source is what its target never got: against losses that are known. */
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { atNight } from '../support/nightly.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const LATE_MS = 1500;
let source: RedisProcess;
let target: RedisProcess;
let between: TcpProxy;
/** The link of the replication, as the proxy sees it. */
let link: Socket | undefined;
let writer: NodeJS.Timeout | undefined;

beforeEach(async () => {
  const args = ['--repl-diskless-sync-delay', '0', '--repl-ping-replica-period', '3600'];
  [source, target] = await Promise.all([startRedis({ args }), startRedis()]);
  between = await startTcpProxy(source.port);
  between.intercept = (text, from) => {
    if (/psync/i.test(text)) link = from;
    return true;
  };
  await source.client().set('first', '1');
});

afterEach(async () => {
  clearInterval(writer);
  await between.stop();
  await Promise.all([source.stop(), target.stop()]);
});

const offsetOf = async (server: RedisProcess): Promise<number> =>
  Number(/master_repl_offset:(\d+)/.exec(await server.client().info('replication'))?.[1]);

const writeAlways = (everyMs: number): void => {
  writer = setInterval(
    () =>
      void source
        .client()
        .incr('always')
        .catch(() => undefined),
    everyMs,
  );
};

async function inStep(): Promise<SyncRun> {
  const run = startRun(between.url, target.url, { until: 'stopped' });
  await run.reached('in-step');
  return run;
}

test('what a link held back is lost to the byte, and is as old as the first of it', async () => {
  const run = await inStep();
  await source.client().incr('came');
  await poll('the last that comes', async () => (await target.client().get('came')) === '1');
  const came = await offsetOf(source);
  between.mute.add(link!);
  const heldSinceMs = Date.now();
  for (let n = 0; n < 200; n++) await source.client().incr('never comes');
  await pause(1200);
  run.session.stop('cut');
  const outcome = await run.outcome;
  const { bytes, seconds } = outcome.lost!;
  expect(outcome.offset).toBe(came);
  expect(bytes).toBe((await offsetOf(source)) - came);
  expect(bytes).toBeGreaterThan(200 * 30);
  expect(seconds).toBeGreaterThanOrEqual(1.2);
  // Looked at each second.
  expect(seconds).toBeLessThanOrEqual((Date.now() - heldSinceMs) / 1000 + 1.1);
  expect(await target.client().exists('never comes')).toBe(0);
});

atNight('a source that is far away loses what was on its way as well', async () => {
  writeAlways(5);
  const run = await inStep();
  between.lateMs = LATE_MS;
  await pause(2 * LATE_MS);
  run.session.stop('cut');
  const { lost, offset } = await run.outcome;
  clearInterval(writer);
  expect(lost!.bytes).toBeGreaterThan(100 * 30);
  expect(offset + lost!.bytes).toBeLessThanOrEqual(await offsetOf(source));
  // All that was written within that time was on its way.
  expect(lost!.seconds).toBeGreaterThanOrEqual(LATE_MS / 1000);
});

test('a link that is well loses no more than what was written while the source was asked', async () => {
  writeAlways(1);
  const run = await inStep();
  await pause(700);
  const beganMs = performance.now();
  run.session.stop('cut');
  const { lost, offset } = await run.outcome;
  const tookMs = performance.now() - beganMs;
  expect(offset + lost!.bytes).toBeLessThanOrEqual(await offsetOf(source));
  expect(lost!.seconds * 1000).toBeLessThanOrEqual(tookMs);
});
