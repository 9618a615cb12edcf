/** A task to a cluster under commands across slots that meet one another's keys, while slots move, a replica takes over, and the run ends and begins. */
import type { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { compareServers } from '../../electron/engine/verify/compare-servers.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { isKnown, SAMPLES } from '../support/crossing/samples.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';

/** So few that most commands find something that another has left. */
const NAMES = Array.from(
  { length: 40 },
  (_, i) => [`k${i}`, `{}x${i}`, `a{b${i}`, `schlüssel{${i}}`][i % 4]!,
);
const LOST = 50;

let source: RedisProcess | undefined;
let cluster: TestCluster | undefined;
let run: SyncRun | undefined;

afterEach(async () => {
  run?.session.stop('now');
  await run?.outcome.catch(() => undefined);
  run = undefined;
  await Promise.all([source?.stop(), cluster?.stop()]);
});

/** Writes until it is stopped; what the source refuses is not in its stream either. @returns how many commands were run */
async function writeAcross(redis: Redis, stopped: () => boolean): Promise<number> {
  const lines: string[][] = [];
  for (const [command, samples] of Object.entries(SAMPLES))
    if (!/^b[lrz]/.test(command) && (await isKnown(redis, command)))
      lines.push(...samples.map((one) => [...one]));
  const anyOf = <T>(list: readonly T[]): T => list[Math.floor(Math.random() * list.length)]!;
  let count = 0;
  while (!stopped()) {
    const names = [anyOf(NAMES), anyOf(NAMES), anyOf(NAMES)];
    for (const line of anyOf(lines)) {
      const words = line.split(' ').map((word) => (/^\$\d$/.test(word) ? names[Number(word[1]) - 1]! : word));
      await redis.call(words[0]!, ...words.slice(1)).catch(() => undefined);
      count += 1;
    }
    // Else they would all be of the kinds that were there first.
    if (count % LOST < 5) await redis.del(anyOf(NAMES), anyOf(NAMES), anyOf(NAMES), anyOf(NAMES));
  }
  return count;
}

it('ends equal', async () => {
  [source, cluster] = await Promise.all([
    startRedis({ args: ['--repl-diskless-sync-delay', '0', '--repl-backlog-size', '32mb'] }),
    startCluster({ replicas: 1 }),
  ]);
  const [from, to] = [source, cluster];
  const follow = (): SyncRun => (run = startRun(from.url, to.url, { until: 'stopped' }));
  let stopped = false;
  const writing = writeAcross(from.client(), () => stopped);
  follow();
  await run!.reached('in-step');
  await sleep(1500);
  for (const slot of [100, 6000, 12_000, 15_000]) {
    const owner = await to.ownerOf(slot);
    await to.moveSlot(
      slot,
      to.members.find(({ id }, i) => i < 3 && id !== owner.id)!,
    );
  }
  await sleep(1000);
  run!.session.stop('now');
  await run!.outcome.catch(() => undefined);
  follow();
  await run!.reached('in-step');
  await to.failover(to.members[3]!);
  await sleep(2000);
  await poll('in step again', () => run!.phases.at(-1) === 'in-step');
  stopped = true;
  expect(await writing).toBeGreaterThan(1000);
  run!.session.stop('drain');
  expect(await run!.outcome).toMatchObject({ reason: 'stopped' });
  const report = await compareServers({
    world: systemWorld,
    source: parseEndpoint(from.url),
    target: parseEndpoint(to.url),
  });
  expect(report.differences).toEqual([]);
  expect(report.databases[0]!.compared).toBeGreaterThan(20);
});

it('is copied to anew where a node has gone back to before a command, and what that read has gone on', async () => {
  [source, cluster] = await Promise.all([
    startRedis({ args: ['--repl-diskless-sync-delay', '0', '--repl-backlog-size', '32mb'] }),
    startCluster(),
  ]);
  const [from, to] = [source, cluster];
  const client = from.client();
  const offset = async (): Promise<number> =>
    Number(/master_repl_offset:(\d+)/.exec(await client.info('replication'))![1]);
  const follow = async (): Promise<void> => {
    run = startRun(from.url, to.url, { until: 'stopped' });
    await run.reached('in-step');
  };
  await client.sadd('read', 'x');
  await follow();
  await client.sadd('written', 'y');
  const before = await offset();
  await client.sunionstore('written', 'written', 'read');
  await client.sadd('read', 'z');
  run!.session.stop('drain');
  await run!.outcome;
  // As after a failover to a replica that did not have the end.
  const owner = await to.ownerOf(keySlot(Buffer.from('written')));
  expect(owner.id).not.toBe((await to.ownerOf(keySlot(Buffer.from('read')))).id);
  const [lane] = await owner.client.keys('lockstep:*:lane:*');
  await owner.client.hset(lane!, 'offset', before);
  await owner.client.srem('written', 'x');
  await follow();
  run!.session.stop('drain');
  expect(await run!.outcome).toMatchObject({ reason: 'stopped', fullCopies: 1 });
  expect((await to.client.smembers('written')).sort()).toEqual(['x', 'y']);
  expect((await to.client.smembers('read')).sort()).toEqual(['x', 'z']);
});
