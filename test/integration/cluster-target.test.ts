/** From a standalone server to a cluster, under a writer, through what happens to either. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { setTimeout as sleep } from 'node:timers/promises';
import { lookAhead } from '../../electron/engine/parts/task-outlook.ts';
import { compareServers } from '../../electron/engine/verify/compare-servers.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { localEndpoint } from '../../electron/headless/demo-data/local-endpoint.ts';
import { startWriter, type Writer } from '../../electron/headless/demo-data/writer/start-writer.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { atNight, byDay } from '../support/nightly.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun, taskSpec, type SyncRun } from '../support/sync-run.ts';

let source: RedisProcess;
let cluster: TestCluster;
let run: SyncRun | undefined;
let writer: Writer | undefined;

const begin = async (replicas = 0): Promise<void> => {
  [source, cluster] = await Promise.all([
    startRedis({ args: ['--repl-diskless-sync-delay', '0', '--repl-backlog-size', '32mb'] }),
    startCluster({ replicas }),
  ]);
};

afterEach(async () => {
  run?.session.stop('now');
  await run?.outcome.catch(() => undefined);
  run = undefined;
  await writer?.stop().catch(() => undefined);
  writer = undefined;
  await Promise.all([source?.stop(), cluster?.stop()]);
});

const write = (ratePerSecond = 2000, seed = 1): Writer =>
  (writer = startWriter(localEndpoint(source.port), {
    ratePerSecond,
    databases: [0],
    seed,
    reconnect: true,
  }));

const follow = (): SyncRun => (run = startRun(source.url, cluster.url, { until: 'stopped' }));

/** Ends the writer, has the run apply all of it, and compares. */
const expectEqual = async (fullCopies = 1, databases?: readonly number[]): Promise<void> => {
  await writer?.stop();
  writer = undefined;
  run!.session.stop('drain');
  expect(await run!.outcome).toMatchObject({ reason: 'stopped', fullCopies });
  run = undefined;
  const report = await compareServers({
    world: systemWorld,
    source: parseEndpoint(source.url),
    target: parseEndpoint(cluster.url),
    databases,
  });
  expect(report.differences).toEqual([]);
  expect(report.databases[0]?.compared).toBeGreaterThan(0);
};

const copies = (): number => run!.told.filter((text) => text.includes('full copy is complete')).length;

const settled = (): Promise<void> =>
  poll('changes have come', () => run!.session.sampler.metrics('in-step').applied.commands > 300);

describe('a cluster as a target', () => {
  beforeEach(() => begin());

  it('is copied to, followed under writes of every kind, and equal', async () => {
    await source.client().eval(`for i = 1, 3000 do redis.call('SET', 'before:' .. i, i) end`, 0);
    write();
    follow();
    await run!.reached('in-step');
    await settled();
    const { lanes = [], offsets } = run!.session.sampler.metrics('in-step');
    expect(lanes.map(({ slots }) => slots)).toEqual(['0-5460', '5461-10921', '10922-16383']);
    for (const { behindBytes, commands } of lanes) {
      expect(commands).toBeGreaterThan(0);
      expect(behindBytes).toBeLessThan(offsets.source);
    }
    await expectEqual();
    // Times to live are exact again, and of the tool's own there is nothing but what a later run goes on from.
    const own = await Promise.all(cluster.members.map(({ client }) => client.keys('lockstep:*')));
    expect(
      own
        .flat()
        .map((name) => name.replace(/\{\w+\}:lane:\d+/, 'lane'))
        .toSorted(),
    ).toEqual([
      'lockstep:lane:test',
      'lockstep:lane:test',
      'lockstep:lane:test',
      'lockstep:{tasks}',
      'lockstep:{tasks}:checkpoint:test',
    ]);
  });

  it('goes on from its lanes after a stop, and after a run that was cut off', async () => {
    write();
    follow();
    await run!.reached('in-step');
    await settled();
    run!.session.stop('drain');
    await run!.outcome;
    // What a start would come to, asked by way of a node that has no account of the task.
    const spec = taskSpec(source.url, cluster.members[2]!.server.url, {});
    const keys = await Promise.all(cluster.members.map(({ client }) => client.dbsize()));
    const outlook = await lookAhead(systemWorld, spec);
    expect(outlook).toMatchObject({ start: 'resume', writes: 'none', faults: [] });
    // Some have expired meanwhile.
    const standing = keys.reduce((sum, some) => sum + some) - 5;
    expect(outlook.targetKeys).toBeLessThanOrEqual(standing);
    expect(outlook.targetKeys).toBeGreaterThan(standing - 50);
    await sleep(500);
    follow();
    await run!.reached('in-step');
    await settled();
    await expectEqual(0);
  });

  it('has all of its lanes at one offset after a stop in order, whatever is under way', async () => {
    // More than a busy machine applies is not all there after the 10 s that a stop takes at the most.
    write(1000);
    const offsets = async (): Promise<number> => {
      const found = await Promise.all(
        cluster.members.map(async ({ client }) => {
          const names = await client.keys('lockstep:*:lane:*');
          return Promise.all(names.map((name) => client.hget(name, 'offset')));
        }),
      );
      return new Set(found.flat()).size;
    };
    for (let turn = 0; turn < 4; turn++) {
      follow();
      await run!.reached('in-step');
      run!.session.stop('drain');
      const { fullCopies } = await run!.outcome;
      expect([fullCopies, await offsets()]).toEqual([turn === 0 ? 1 : 0, 1]);
    }
    await writer!.stop();
  });

  atNight(
    'has database 0 alone of a source that uses others, over runs that are stopped at once',
    async () => {
      const [zero, three] = [source.client(), source.client()];
      await three.select(3);
      let going = true;
      const counting = (async () => {
        for (let n = 0; going; n++)
          await Promise.all(
            Array.from({ length: 20 }, (_, i) => (n + i) % 50).flatMap((i) => [
              zero.incr(`counter:${i}`),
              three.incrby(`counter:${i}`, 1000),
            ]),
          );
      })();
      for (let round = 0; round < 3; round++) {
        run = startRun(source.url, cluster.url, { until: 'stopped', databases: [0] });
        await run.reached('in-step');
        await sleep(300);
        run.session.stop('now');
        expect(await run.outcome).toMatchObject({ fullCopies: round === 0 ? 1 : 0 });
      }
      run = startRun(source.url, cluster.url, { until: 'stopped', databases: [0] });
      await run.reached('in-step');
      going = false;
      await counting;
      await expectEqual(0, [0]);
    },
  );

  it('has commands whose keys lie on several nodes', async () => {
    const from = source.client();
    follow();
    await run!.reached('in-step');
    for (let i = 0; i < 40; i++) {
      await from
        .multi()
        .mset(`a:${i}`, i, `b:${i}`, i, `c:${i}`, i)
        .incr('counter')
        .rename(`a:${i}`, `renamed:${i}`)
        .rpush(`list:${i}`, 1, 2, 3)
        .lmove(`list:${i}`, `other:${i}`, 'LEFT', 'RIGHT')
        .sadd(`set:${i}`, 'x', 'y')
        .smove(`set:${i}`, `moved:${i}`, 'x')
        .sunionstore(`union:${i}`, `set:${i}`, `moved:${i}`)
        .set(`timed:${i}`, 1, 'EX', 1000)
        .copy(`timed:${i}`, `copied:${i}`)
        .del(`b:${i}`, `c:${i}`)
        .exec();
    }
    await expectEqual();
    expect(await cluster.client.get('counter')).toBe('40');
  });

  it('is emptied where the source is, and keeps its libraries in step', async () => {
    const from = source.client();
    await from.call(
      'FUNCTION',
      'LOAD',
      "#!lua name=first\nredis.register_function('f', function() return 1 end)",
    );
    await from.mset(...Array.from({ length: 200 }, (_, i) => [`old:${i}`, i]).flat());
    follow();
    await run!.reached('in-step');
    await from.flushall();
    await from.call(
      'FUNCTION',
      'LOAD',
      "#!lua name=second\nredis.register_function('g', function() return 2 end)",
    );
    await from.call('FUNCTION', 'DELETE', 'first');
    await from.mset(...Array.from({ length: 100 }, (_, i) => [`new:${i}`, i]).flat());
    await expectEqual();
    expect(await cluster.client.get('old:1')).toBeNull();
  });

  it('is copied to anew where the source no longer has what follows, and loses what the source has lost', async () => {
    const from = source.client();
    await from.mset(...Array.from({ length: 300 }, (_, i) => [`key:${i}`, i]).flat());
    follow();
    await run!.reached('in-step');
    run!.session.stop('drain');
    await run!.outcome;
    await from.del(...Array.from({ length: 20 }, (_, i) => `key:${i}`));
    await source.restart();
    const again = source.client();
    await again.mset(...Array.from({ length: 280 }, (_, i) => [`key:${i + 20}`, `again ${i}`]).flat());
    follow();
    await run!.reached('in-step');
    await expectEqual();
    expect(await cluster.client.get('key:3')).toBeNull();
  });

  it.each(byDay(1, [1, 0, 2]))('is copied to anew where node %i came back empty', async (number) => {
    write();
    follow();
    await run!.reached('in-step');
    await settled();
    const { server } = cluster.members[number]!;
    await server.kill();
    await server.restart();
    await cluster.settled();
    await poll('it was copied to', () => copies() === 2);
    await poll('in step again', () => run!.phases.at(-1) === 'in-step');
    await expectEqual(2);
  });

  it('is copied to anew where the checkpoint of a lane is removed', async () => {
    write();
    follow();
    await run!.reached('in-step');
    await settled();
    const { client } = cluster.members[1]!;
    const [lane] = await client.keys('lockstep:*:lane:*');
    await client.del(lane!);
    await poll('it was copied to', () => copies() === 2);
    await poll('in step again', () => run!.phases.at(-1) === 'in-step');
    await expectEqual(2);
  });

  atNight('has commands of more words than a script runs', async () => {
    const from = source.client();
    const numbers = Array.from({ length: 20_000 }, (_, i) => i);
    follow();
    await run!.reached('in-step');
    await from
      .multi()
      .rpush('list', ...numbers)
      .lpush('list', ...numbers)
      .sadd('set', ...numbers)
      .srem('set', ...numbers.slice(0, 9000))
      .hset('hash', ...numbers)
      .zadd('sorted', 'NX', ...numbers)
      .mset(...numbers.flatMap((i) => [`{one}${i}`, i]))
      .del(...numbers.slice(0, 9000).map((i) => `{one}${i}`))
      .exec();
    await expectEqual();
    expect(await cluster.client.llen('list')).toBe(40_000);
  });

  it('makes a new copy after a command that no node takes', async () => {
    const from = source.client();
    await from.set('{a}1', 1);
    follow();
    await run!.reached('in-step');
    await from.sadd('{a}1s', 1);
    await from.sunionstore('{a}to', ...Array.from({ length: 9000 }, (_, i) => `{a}${i}s`));
    await expect(run!.outcome).rejects.toMatchObject({ code: 'COMMAND_TOO_LARGE' });
    follow();
    await run!.reached('in-step');
    await expectEqual();
  });

  atNight('keeps up through slots that are moved to and fro', async () => {
    write(3000);
    follow();
    await run!.reached('in-step');
    const slots = Array.from({ length: 6 }, (_, i) => i * 2000 + 7);
    for (const slot of slots) {
      const owner = await cluster.ownerOf(slot);
      await cluster.moveSlot(
        slot,
        cluster.members.find(({ id }) => id !== owner.id)!,
      );
    }
    await cluster.settled();
    await poll('in step again', () => run!.phases.at(-1) === 'in-step');
    await expectEqual();
  });

  atNight(
    'gives times to live back exact that were carried from node to node while they were late',
    async () => {
      const from = source.client();
      const setting = from.pipeline();
      for (let i = 0; i < 2000; i++)
        setting.set(`{carried}:${i}`, i, 'PX', (i % 2 === 0 ? 3_600_000 : 400_000_000) + i);
      await setting.exec();
      follow();
      await run!.reached('in-step');
      const slot = keySlot(Buffer.from('{carried}'));
      const owner = await cluster.ownerOf(slot);
      const to = cluster.members.find(({ id }) => id !== owner.id)!;
      await cluster.moveSlot(slot, to);
      await from.set('{carried}:after', 1);
      await poll('it goes on', async () => (await to.client.exists('{carried}:after')) === 1);
      const { told } = run!;
      await expectEqual();
      // The one that has account of the task is not all of the target.
      expect(told.some((text) => text.includes('on all nodes of the target have their exact expiry'))).toBe(
        true,
      );
    },
  );

  atNight('goes on when a node was away for a while', async () => {
    write();
    follow();
    await run!.reached('in-step');
    await settled();
    const node = cluster.members[1]!.server;
    await node.kill('SIGSTOP');
    await sleep(1500);
    await node.kill('SIGCONT');
    await poll('in step again', () => run!.phases.at(-1) === 'in-step');
    await expectEqual();
  });
});

describe('a cluster with replicas', () => {
  beforeEach(() => begin(1));

  it('is followed over a failover by hand, and over one that a dead primary brings', async () => {
    write();
    follow();
    await run!.reached('in-step');
    await settled();
    await cluster.failover(cluster.members[3]!);
    await poll('in step again', () => run!.phases.at(-1) === 'in-step');
    await cluster.members[1]!.server.kill();
    await poll('the replica has taken over', async () =>
      (await cluster.members[4]!.client.info('replication')).includes('role:master'),
    );
    const before = run!.session.sampler.metrics('in-step').applied.commands;
    await poll('it goes on', () => run!.session.sampler.metrics('in-step').applied.commands > before + 500);
    await expectEqual();
  });
});
