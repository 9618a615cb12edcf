import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckId, CheckResult } from '../../shared/model/precheck.ts';
import { checkpointFields, checkpointKey } from '../../electron/engine/checkpoint/checkpoint.ts';
import { keptSlotKey } from '../../electron/engine/checkpoint/kept-slots.ts';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { eventually } from '../support/eventually.ts';
import { startCluster, type ClusterMember, type TestCluster } from '../support/cluster.ts';
import { precheck, runMend, taskBetween } from '../support/precheck.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { checkpointWith } from '../support/target/checkpoints.ts';

let cluster: TestCluster;
let single: RedisProcess;

beforeAll(async () => {
  [cluster, single] = await Promise.all([startCluster({ replicas: 1 }), startRedis()]);
});
afterAll(async () => {
  await Promise.all([cluster?.stop(), single?.stop()]);
});

const IDS = ['cluster-nodes', 'cluster-coverage', 'cluster-owners', 'cluster-moves', 'cluster-sync'] as const;

const checks = async (source: string, target: string): Promise<(id: CheckId) => CheckResult> => {
  const results = await precheck(taskBetween(source, target), IDS);
  return (id) => results.get(id)!;
};

const addressOf = ({ server }: ClusterMember): string => `127.0.0.1:${server.port}`;

it('has nothing to say of two standalone servers', async () => {
  const of = await checks(single.url, single.url);
  for (const id of IDS.slice(0, 4))
    expect(of(id)).toMatchObject({ status: 'pass', found: 'Neither side is a cluster.' });
  expect(of('cluster-sync')).toMatchObject({ status: 'pass' });
});

it('finds nothing wrong with a cluster that is well, on either side', async () => {
  const to = await checks(single.url, cluster.members.at(-1)!.server.url);
  expect(IDS.map((id) => to(id).status)).toEqual(['pass', 'pass', 'pass', 'pass', 'pass']);
  expect(to('cluster-sync').found).toContain('a cluster of 3 shards');
  for (const target of [single.url, cluster.url]) {
    const of = await checks(cluster.url, target);
    expect(IDS.map((id) => of(id).status)).toEqual(['pass', 'pass', 'pass', 'pass', 'pass']);
    expect(of('cluster-sync').found).toContain('From a cluster of 3 shards');
  }
});

it('looks at the memory of every node of a target', async () => {
  const MB = 1024 ** 2;
  const from = single.client();
  await from.mset(...Array.from({ length: 8 }, (_, n) => [`large:${n}`, Buffer.alloc(2 * MB)]).flat());
  // Buffers of the client that has sent them count for a while among what is beside the data, also when they are gone.
  await eventually('the source tells what its data take', async () => {
    const [, dataset] = /used_memory_dataset:(\d+)/.exec(await from.info('memory'))!;
    return Number(dataset) > 16 * MB;
  });
  const primaries = cluster.members.slice(0, 3).map(({ client }) => client);
  const set = (...words: [string, string | number]): Promise<unknown> =>
    Promise.all(primaries.map((client) => client.config('SET', ...words)));
  const look = () =>
    precheck(taskBetween(single.url, cluster.url), ['target-memory', 'target-eviction-policy']);
  try {
    // Each has too little for all of it, and together they have enough.
    for (const client of primaries) {
      const used = Number(/used_memory:(\d+)/.exec(await client.info('memory'))![1]);
      await client.config('SET', 'maxmemory', used + 11 * MB);
    }
    expect((await look()).get('target-memory')?.status).toBe('pass');
    await set('maxmemory', 5 * MB);
    const small = (await look()).get('target-memory');
    expect(small).toMatchObject({
      status: 'failure',
      found: expect.stringContaining('3 nodes of the target'),
    });
    await primaries[2]!.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const evicts = (await look()).get('target-eviction-policy');
    expect(evicts).toMatchObject({ status: 'warning', found: expect.stringContaining('1 of its 3 nodes') });
  } finally {
    await set('maxmemory', 0);
    await set('maxmemory-policy', 'noeviction');
    await from.flushall();
  }
});

it('counts what stands on every node of a target', async () => {
  const empty = await precheck(taskBetween(single.url, cluster.url), ['target-empty', 'database-numbers']);
  expect(empty.get('target-empty')).toMatchObject({
    status: 'pass',
    found: 'No node of the target holds keys.',
  });
  expect(empty.get('database-numbers')?.status).toBe('pass');
  await Promise.all(Array.from({ length: 20 }, (_, n) => cluster.client.set(`standing:${n}`, n)));
  const other = single.client();
  await other.select(3);
  await other.set('of another database', 1);
  try {
    const of = await precheck(taskBetween(single.url, cluster.url), ['target-empty', 'database-numbers']);
    expect(of.get('target-empty')).toMatchObject({
      status: 'failure',
      found: expect.stringContaining('20 keys'),
    });
    expect(of.get('database-numbers')).toMatchObject({
      status: 'failure',
      found: expect.stringContaining('database 3 of the source'),
    });
    // Each node that holds some has a command of its own, after which nothing is in the way.
    const commands = of.get('target-empty')!.mends.flatMap(({ command }) => command ?? []);
    expect(commands).toHaveLength(3);
    for (const { server, client } of cluster.members.slice(0, 3))
      await runMend(
        client,
        commands.find((command) => command.includes(` -p ${server.port} `)),
      );
    expect(
      (await precheck(taskBetween(single.url, cluster.url), ['target-empty'])).get('target-empty'),
    ).toMatchObject({
      status: 'pass',
    });
  } finally {
    await other.flushall();
    await Promise.all(cluster.members.slice(0, 3).map(({ client }) => client.flushall()));
  }
});

it('tells what stands on the nodes of a target, and what becomes of it by what was chosen', async () => {
  const look = async (existing: 'fail' | 'overwrite', source: string) =>
    (await precheck({ ...taskBetween(source, cluster.url), existing }, ['target-empty'])).get(
      'target-empty',
    )!;
  expect(await look('fail', single.url)).toMatchObject({ status: 'pass' });
  await cluster.client.set('mine', 1);
  // Another task has left names of keys behind that are gone by now.
  const left = Array.from({ length: 4000 }, (_, slot) => keptSlotKey('other', '0123abcd', slot));
  await Promise.all(left.map((set) => cluster.client.sadd(set, 'name')));
  try {
    const found = { found: expect.stringContaining('hold 1 key (mine)') as string };
    expect(await look('fail', single.url)).toMatchObject({ status: 'failure', ...found });
    // That of another task may lie anywhere, met or not: nothing is to be flushed.
    const holder = await cluster.ownerOf(keySlot(Buffer.from('{tasks}')));
    await holder.client.hset('lockstep:{tasks}', 'other', 'run-1');
    await holder.client.hmset(checkpointKey('other'), ...checkpointFields(checkpointWith({ active: false })));
    expect((await look('fail', single.url)).mends.filter(({ command }) => command !== undefined)).toEqual([]);
    await holder.client.del('lockstep:{tasks}', checkpointKey('other'));
    expect(await look('overwrite', single.url)).toMatchObject({ status: 'warning' });
    await cluster.client.del('mine');
    expect(await look('fail', single.url)).toMatchObject({ status: 'pass' });
  } finally {
    await Promise.all(left.map((set) => cluster.client.del(set)));
    await cluster.client.del('mine');
  }
});

describe('what is not well is named:', () => {
  it('slots that are under way', async () => {
    const [first, second] = cluster.members as [ClusterMember, ClusterMember];
    await cluster.openMove(7, second);
    try {
      const of = await checks(cluster.members[2]!.server.url, single.url);
      expect(of('cluster-moves')).toMatchObject({
        status: 'warning',
        found: `Source: slot 7 is under way from ${addressOf(first)} to ${addressOf(second)}.`,
      });
      expect(of('cluster-coverage').status).toBe('pass');
    } finally {
      await cluster.closeMove(7, second);
      await cluster.moveSlot(7, first);
    }
  });

  it('slots that belong to nobody, and the nodes that say so', async () => {
    const holey = await startCluster({ primaries: 2, uncovered: 4 });
    try {
      const of = await checks(single.url, holey.url);
      expect(of('cluster-coverage')).toMatchObject({
        status: 'failure',
        found: `Target: 4 of 16,384 slots belong to no node (16380-16383); ${holey.members
          .map((member) => `${addressOf(member)} says cluster_state:fail`)
          .join('; ')}.`,
      });
      expect(of('cluster-nodes').status).toBe('pass');
    } finally {
      await holey.stop();
    }
  });

  it('a primary and a replica that are gone', async () => {
    const [primary, replica] = [cluster.members[1]!, cluster.members[5]!];
    await Promise.all([primary.server.kill(), replica.server.kill()]);
    const of = await checks(single.url, cluster.url);
    expect(of('cluster-nodes').status).toBe('failure');
    expect(of('cluster-nodes').found).toContain(
      `${addressOf(primary)} cannot be reached from here (${addressOf(primary)}: the connection was refused`,
    );
    await expect
      .poll(async () => (await checks(single.url, cluster.url))('cluster-nodes').found, { timeout: 20_000 })
      .toContain(`${addressOf(replica)} has failed, as the other nodes say`);
  });
});

it('foretells what the commands of several keys will cost on a cluster', async () => {
  const source = await startRedis();
  try {
    const client = source.client();
    await client.mset('a', '1', 'b', '2');
    await client.rename('a', 'c');
    const results = await precheck(taskBetween(source.url, cluster.url), ['cluster-commands']);
    expect(results.get('cluster-commands')).toMatchObject({
      status: 'notice',
      found: expect.stringMatching(/RENAME \(1\): exact.* MSET \(1\): each node/),
    });
    const alone = await precheck(taskBetween(source.url, source.url), ['cluster-commands']);
    expect(alone.get('cluster-commands')).toMatchObject({
      status: 'pass',
      found: 'The target is one server.',
    });
  } finally {
    await source.stop();
  }
});
