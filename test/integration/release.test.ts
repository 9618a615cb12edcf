import { afterAll, beforeAll, expect, test } from 'vitest';
import { lateOn } from '../support/lateness.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { runCli, startCli } from '../support/run-cli.ts';
import { poll } from '../support/sync-run.ts';

let source: RedisProcess;
let target: RedisProcess;

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
});

afterAll(async () => {
  await Promise.all([source.stop(), target.stop()]);
});

test('release takes a target over from a run and makes its expiry exact', async () => {
  const from = source.client();
  const to = target.client();
  await from.set('session', 'v', 'EX', 1000);
  await from.select(3);
  await from.hset('hash', 'field', 'value');
  await from.pexpire('hash', 500_000);
  const run = startCli(['sync', '--source', source.url, '--target', target.url, '--task', 'one']);
  await poll('the copy', async () => (await to.hget('lockstep:checkpoint:one', 'state')) === 'streaming');
  expect(await lateOn(to, 'session')).not.toBe('exact');

  const released = await runCli(['release', '--target', target.url]);
  expect(released.stderr).toBe('');
  expect(released.stdout).toContain('2 keys');
  expect(released.status).toBe(0);
  expect(await to.pttl('session')).toBeLessThanOrEqual(1_000_000);
  expect(await to.pttl('session')).toBeGreaterThan(900_000);
  await to.select(3);
  expect(await to.pttl('hash')).toBeLessThanOrEqual(500_000);

  // The run that was passed over notices, and writes nothing any more.
  await from.set('late', '1');
  const ended = await run.exited;
  expect(ended.stderr).toContain('TARGET_TAKEN_OVER');
  expect(await to.exists('late')).toBe(0);
});

test('release says which tasks there are when the choice is open, and when there is none', async () => {
  const to = target.client();
  await to.rename('lockstep:checkpoint:one', 'lockstep:checkpoint:two');
  const none = await runCli(['release', '--target', target.url, '--task', 'one']);
  expect(none.stderr).toContain('has no task one');
  expect(none.status).toBe(2);
  await to.copy('lockstep:checkpoint:two', 'lockstep:checkpoint:three');
  const open = await runCli(['release', '--target', target.url]);
  expect(open.stderr).toMatch(/(two, three|three, two)/);
  expect(open.status).toBe(2);
});
