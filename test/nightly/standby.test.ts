import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { killLeftovers, runCli, startCli, type RunningCli } from '../support/run-cli.ts';

const TAKEN_OVER_WITHIN_MS = 5000;
const KILLS = 4;

let source: RedisProcess;
let target: RedisProcess;

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
});

afterEach(killLeftovers);

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

const args = (port: number): string[] => [
  ...['sync', '--source', source.url, '--target', target.url, '--task', 'pair'],
  ...['--standby', '--metrics', String(port), '--retry-for', '30s', '--json'],
];

const ownerOf = (): Promise<string | null> =>
  target.client().hget('lockstep:{tasks}:checkpoint:pair', 'owner');

async function readiness(port: number): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
  return `${answer.status} ${(await answer.text()).trim()}`;
}

test('of two processes one waits, takes over within 5 s when the other is killed, and nothing is applied twice', async () => {
  const ports = [await freePort(), await freePort()];
  let [works, waits] = [startCli(args(ports[0]!)), undefined as RunningCli | undefined];
  await works.inStep();
  waits = startCli(args(ports[1]!));
  await waits.printed(/Standing by: another process/);
  const firstOwner = await ownerOf();
  await sleep(6000);
  expect(await ownerOf()).toBe(firstOwner);
  expect(await readiness(ports[1]!)).toBe('200 standing by');
  expect(await readiness(ports[0]!)).toContain('200 pair');

  const writer = source.client();
  let writing = true;
  const written = (async () => {
    for (let i = 0; writing; i++) {
      await writer.multi().incr('counter').append('text', 'x').rpush('list', String(i)).exec();
      await sleep(2);
    }
  })();
  const tookMs: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    await sleep(1000);
    const owner = await ownerOf();
    works.kill('SIGKILL');
    const killedAtMs = performance.now();
    while ((await ownerOf()) === owner && performance.now() - killedAtMs < 30_000) await sleep(20);
    tookMs.push(Math.round(performance.now() - killedAtMs));
    await waits.inStep();
    const port = ports[kill % 2]!;
    [works, waits] = [waits, startCli(args(port))];
    await waits.printed(/Standing by: another process/);
  }
  console.log(`taken over after ${tookMs.join(', ')} ms`);
  writing = false;
  await written;
  // Whoever waits goes first, or it would begin when the other ends.
  const waited = await waits.end('SIGTERM');
  const worked = await works.end('SIGTERM');
  const compared = await runCli(['compare', '--source', source.url, '--target', target.url]);

  expect(Math.max(...tookMs)).toBeLessThan(TAKEN_OVER_WITHIN_MS);
  expect([waited.status, worked.status]).toEqual([7, 0]);
  expect(compared.stdout).toMatch(/equal|0 differences/i);
  expect(compared.status).toBe(0);
});

test('a run that was started without it is waited for, and one that ends leaves the task to who waits at once', async () => {
  await target.client().flushall();
  const plain = startCli([
    'sync',
    '--source',
    source.url,
    '--target',
    target.url,
    '--task',
    'pair',
    '--json',
  ]);
  await plain.inStep();
  const waits = startCli(args(await freePort()));
  await waits.printed(/Standing by: a run that was started without --standby/);
  await plain.end('SIGTERM');
  await waits.inStep();
  const next = startCli(args(await freePort()));
  await next.printed(/Standing by: another process/);
  const owner = await ownerOf();
  // Handing the target over takes a moment, after which the next one need not wait for the lease to run out.
  await waits.end('SIGTERM');
  await expect.poll(ownerOf, { timeout: 5000 }).not.toBe(owner);
  await next.inStep();

  expect((await next.end('SIGTERM')).status).toBe(0);
});
