/** Failovers by real Sentinels in mid-stream, on either side and on both. */
import { afterEach, expect, it } from 'vitest';
import { compareServers } from '../../electron/engine/verify/compare-servers.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { atNight } from '../support/nightly.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { startWatched } from '../support/sentinel.ts';
import { SentinelWriter, stepsOn } from '../support/sentinel-writer.ts';
import { poll, startRun } from '../support/sync-run.ts';

const held: { stop(): Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(held.splice(0).map((one) => one.stop()));
});

const holding = async <T extends { stop(): Promise<void> }>(starting: Promise<T>): Promise<T> => {
  const one = await starting;
  held.push(one);
  return one;
};

const expectEqual = async (source: string, target: string): Promise<void> => {
  const report = await compareServers({
    world: systemWorld,
    source: parseEndpoint(source),
    target: parseEndpoint(target),
  });
  expect(report.differences).toEqual([]);
};

/** Some of the writer's steps have come to a server. */
const growing = async (what: string, server: RedisProcess, least = 20): Promise<void> => {
  const before = await stepsOn(server.client());
  await poll(what, async () => (await stepsOn(server.client())) >= before + least);
};

/** Every step that the source's primary holds by now. */
const caughtUp = (source: RedisProcess, target: RedisProcess): Promise<void> =>
  poll('in step', async () => (await stepsOn(target.client())) === (await stepsOn(source.client())));

it('follows a source whose primary dies, without a second full copy', async () => {
  const [source, target] = await Promise.all([holding(startWatched()), holding(startRedis())]);
  const writer = new SentinelWriter(source);
  const run = startRun(source.url, target.url, { until: 'stopped' });
  const [old, other] = source.servers;
  try {
    await run.reached('in-step');
    await growing('before the failover', target);
    await old.kill();
    await source.failover(old, false);
    await growing('after the failover', other);
    await growing('after the failover', target);
  } finally {
    await writer.stop();
  }
  await caughtUp(other, target);
  run.session.stop('drain');
  expect(await run.outcome).toMatchObject({ reason: 'stopped', fullCopies: 1 });
  await expectEqual(source.url, target.url);
  expect(run.told).toContain(`The primary of mymaster, the source, is 127.0.0.1:${old.port}`);
  expect(run.told).toContain(
    `The primary of mymaster, the source, is 127.0.0.1:${other.port} now; before it was 127.0.0.1:${old.port}`,
  );
});

it('follows a failover by hand at once, though the old primary serves on', async () => {
  // Its PINGs and the greetings that Sentinels publish there are history that the new one does not have.
  const args = ['--repl-ping-replica-period', '1'];
  const [source, target] = await Promise.all([holding(startWatched({ args })), holding(startRedis())]);
  const [old, other] = source.servers;
  await old.client().set('before', 1);
  const run = startRun(source.url, target.url, { until: 'stopped' });
  await run.reached('in-step');
  await source.failover(old);
  const beganMs = performance.now();
  await other.client().set('after', 1);
  await poll('the new primary is followed', async () => (await target.client().get('after')) === '1');
  // The Sentinels turn the old one into a replica, and so close its connections, after 8 s only.
  expect(performance.now() - beganMs).toBeLessThan(5000);
  run.session.stop('drain');
  expect(await run.outcome).toMatchObject({ fullCopies: 1 });
  await expectEqual(source.url, target.url);
});

it('follows a target whose primary dies, from what the new one holds', async () => {
  const [source, target] = await Promise.all([holding(startWatched({ count: 1 })), holding(startWatched())]);
  const writer = new SentinelWriter(source);
  const run = startRun(source.url, target.url, { until: 'stopped' });
  const [old, other] = target.servers;
  try {
    await run.reached('in-step');
    await growing('before the failover', old);
    // What the replica lacks then, the new primary has never had: its checkpoint is the older one.
    await other.kill('SIGSTOP');
    await growing('what is lost', old);
    await Promise.all([old.kill(), other.kill('SIGCONT')]);
    await target.failover(old, false);
    await growing('after the failover', other);
  } finally {
    await writer.stop();
  }
  await caughtUp(source.servers[0], other);
  run.session.stop('drain');
  expect(await run.outcome).toMatchObject({ reason: 'stopped', fullCopies: 1 });
  await expectEqual(source.url, target.url);
});

atNight('goes on where both sides fail over and both Sentinels use the same name', async () => {
  const [source, target] = await Promise.all([holding(startWatched()), holding(startWatched())]);
  const writer = new SentinelWriter(source);
  const run = startRun(source.url, target.url, { until: 'stopped' });
  try {
    await run.reached('in-step');
    await growing('before', target.servers[0]);
    await Promise.all([source.servers[0].kill(), target.servers[0].kill()]);
    await Promise.all([source.failover(source.servers[0], false), target.failover(target.servers[0], false)]);
    await growing('after', target.servers[1]);
  } finally {
    await writer.stop();
  }
  await caughtUp(source.servers[1], target.servers[1]);
  run.session.stop('drain');
  expect(await run.outcome).toMatchObject({ fullCopies: 1 });
  await expectEqual(source.url, target.url);
});

it('begins a full copy anew where the target fails over in the middle of it', async () => {
  const [source, target] = await Promise.all([holding(startRedis()), holding(startWatched({ count: 1 }))]);
  await source.client().eval(`for i = 1, 2000 do redis.call('SET', 'key:' .. i, i) end`, 0);
  const run = startRun(source.url, target.url, { maxCommandsPerSecond: 300 });
  const [old, other] = target.servers;
  await poll('a part of the copy', async () => (await other.client().dbsize()) > 50);
  await target.failover(old);
  await poll('the copy on the new primary', () =>
    run.told.some((text) => /another server took its place/.test(text)),
  );
  run.session.setLimits({ maxCommandsPerSecond: 0, maxBytesPerSecond: 0 });
  expect(await run.outcome).toMatchObject({ reason: 'caught-up', fullCopies: 2 });
  await expectEqual(source.url, target.url);
});
