import { afterAll, beforeAll, expect, test } from 'vitest';
import { lateOn } from '../support/lateness.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { runCli, startCli } from '../support/run-cli.ts';
import { poll } from '../support/sync-run.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';

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
  await poll(
    'the copy',
    async () => (await to.hget('lockstep:{tasks}:checkpoint:one', 'state')) === 'streaming',
  );
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
  await to.rename('lockstep:{tasks}:checkpoint:one', 'lockstep:{tasks}:checkpoint:two');
  const none = await runCli(['release', '--target', target.url, '--task', 'one']);
  expect(none.stderr).toContain('has no task one');
  expect(none.status).toBe(2);
  await to.copy('lockstep:{tasks}:checkpoint:two', 'lockstep:{tasks}:checkpoint:three');
  const open = await runCli(['release', '--target', target.url]);
  expect(open.stderr).toMatch(/(two, three|three, two)/);
  expect(open.status).toBe(2);
});

/** A task that was killed while it fed the target, so that nobody has handed it over. */
async function cutOff(task: string): Promise<void> {
  await source.client().set('cut', 'v', 'EX', 1000);
  const run = startCli([
    ...['sync', '--source', source.url, '--target', target.url, '--task', task],
    ...['--existing', 'overwrite'],
  ]);
  const to = target.client();
  await poll(
    'the copy',
    async () => (await to.hget(`lockstep:{tasks}:checkpoint:${task}`, 'state')) === 'streaming',
  );
  // With its host alone gone, the engine would hand the target over.
  process.kill(run.enginePid, 'SIGKILL');
  await run.exited;
  expect(await lateOn(to, 'cut')).not.toBe('exact');
}

test('release goes on where its connection broke, and says so meanwhile', async () => {
  await target.client().flushall();
  await cutOff('broken');
  const proxy = await startTcpProxy(target.port);
  let walks = 0;
  proxy.intercept = (text, from) => {
    if (!text.includes('pexpire') && !text.includes('PEXPIRE')) return true;
    walks += 1;
    // In the middle of the walk over the keys.
    if (walks === 1) from.destroy();
    return walks > 1;
  };
  const released = await runCli(['release', '--target', proxy.url, '--task', 'broken']);
  expect(walks).toBeGreaterThan(1);
  expect(released.stderr).toContain('trying again');
  expect(released.stdout).toContain('keys');
  expect(released.status).toBe(0);
  expect(await lateOn(target.client(), 'cut')).toBe('exact');
  await proxy.stop();
});

test('release waits for a target that is full to have room again', async () => {
  const to = target.client();
  await to.flushall();
  await cutOff('full');
  await to.config('SET', 'maxmemory', '1');
  const releasing = startCli(['release', '--target', target.url, '--json']);
  await poll('it has been told', () => releasing.output.includes('TARGET_OUT_OF_MEMORY'));
  await to.config('SET', 'maxmemory', '0');
  const released = await releasing.exited;
  expect(released.status).toBe(0);
  expect(JSON.parse(released.stdout.trim().split('\n').at(-1)!)).toMatchObject({
    type: 'released',
    task: 'full',
    state: 'streaming',
  });
  expect(await lateOn(to, 'cut')).toBe('exact');
});

test('a target that is released a second time is known to be as it was handed over', async () => {
  const to = target.client();
  await to.flushall();
  await cutOff('again');
  for (let round = 0; round < 2; round += 1)
    expect((await runCli(['release', '--target', target.url])).status).toBe(0);
  const gone = await runCli([
    ...['sync', '--source', source.url, '--target', target.url, '--task', 'again'],
    ...['--until', 'caught-up'],
  ]);
  expect(gone.status).toBe(0);
  expect(gone.stderr).not.toContain('others have written');
});
