import type { Cluster, Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compareServers, type CompareOptions } from '../../electron/engine/verify/compare-servers.ts';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import type { CompareReport } from '../../shared/model/comparison.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { slotRanges } from '../../shared/model/slot-ranges.ts';
import { eventually } from '../support/eventually.ts';
import { startCluster, type ClusterMember, type TestCluster } from '../support/cluster.ts';
import { atNight } from '../support/nightly.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { runCli } from '../support/run-cli.ts';

let single: RedisProcess;
let cluster: TestCluster;
/** Of another layout, so that no shard has the slots of one of the others. */
let other: TestCluster;
let client: Redis;

beforeAll(async () => {
  [single, cluster, other] = await Promise.all([
    startRedis(),
    startCluster({ replicas: 1 }),
    startCluster({ primaries: 2 }),
  ]);
  client = single.client();
});
afterAll(async () => {
  await Promise.all([single?.stop(), cluster?.stop(), other?.stop()]);
});

type Server = Redis | Cluster;

beforeEach(async () => {
  await client.flushall();
  await client.call('FUNCTION', 'FLUSH');
  await client.select(0);
  for (const one of [cluster, other])
    for (const member of one.members) {
      const isPrimary = (await member.client.info('replication')).includes('role:master');
      if (isPrimary) await member.client.flushall();
      if (isPrimary) await member.client.call('FUNCTION', 'FLUSH');
    }
});

const compare = (
  source: string,
  target: string,
  options: Partial<CompareOptions> = {},
): Promise<CompareReport> =>
  compareServers({
    world: systemWorld,
    source: parseEndpoint(source),
    target: parseEndpoint(target),
    ...options,
  });

/** Of every type, large ones as well, under names whose slots lie all over. */
async function fill(server: Server): Promise<void> {
  const work: Promise<unknown>[] = [];
  for (let n = 0; n < 1500; n++) work.push(server.set(`string:${n}`, `value ${n}`));
  for (let n = 0; n < 60; n++) {
    work.push(
      server.rpush(`list:${n}`, ...Array.from({ length: n + 1 }, (_, i) => `element ${i}`)),
      server.sadd(`set:${n}`, ...Array.from({ length: 200 }, (_, i) => `member ${i}`)),
      server.zadd(`zset:${n}`, ...Array.from({ length: 50 }, (_, i) => [i, `m${i}`]).flat()),
      server.hset(`hash:${n}`, ...Array.from({ length: 50 }, (_, i) => [`f${i}`, `v${i}`]).flat()),
      server.xadd(`stream:${n}`, '5-1', 'f', 'v'),
      server.set(`expires:${n}`, 'x', 'PXAT', AT_MS + n * 1000),
    );
  }
  work.push(
    server.set('large:string', Buffer.alloc(300_000, 'x')),
    server.hset(
      'large:hash',
      ...Array.from({ length: 3000 }, (_, i) => [`field ${i}`, 'y'.repeat(40)]).flat(),
    ),
    server.set('{tag}{other}', '1'),
    server.set('{}empty', '2'),
    server.set('open{brace', '3'),
    server.set('schlüssel:{鍵}', '4'),
  );
  await Promise.all(work);
}
const AT_MS = Date.now() + 3_600_000;
const FILLED = 1500 + 60 * 6 + 6;

const names = ['a standalone server', 'a cluster', 'another cluster'] as const;
const sides = (): Record<(typeof names)[number], { url: string; client: Server }> => ({
  'a standalone server': { url: single.url, client },
  'a cluster': { url: cluster.url, client: cluster.client },
  'another cluster': { url: other.url, client: other.client },
});

describe.each([
  ['a standalone server', 'a cluster', 0, 3],
  ['a cluster', 'a standalone server', 3, 0],
  ['a cluster', 'another cluster', 3, 2],
  ['another cluster', 'a cluster', 2, 3],
] as const)('%s and %s', (from, to, fromShards, toShards) => {
  it('are compared key by key, with the counts of each shard', async () => {
    const [source, target] = [sides()[from], sides()[to]];
    await Promise.all([fill(source.client), fill(target.client)]);
    const equal = await compare(source.url, target.url);
    expect(equal).toMatchObject({ equal: true, differences: [], leftOut: { slots: [], databases: [] } });
    expect(equal.databases).toEqual([
      { db: 0, sourceKeys: FILLED, targetKeys: FILLED, compared: FILLED, differing: 0 },
    ]);
    for (const [shards, count] of [
      [equal.shards.source, fromShards],
      [equal.shards.target, toShards],
    ] as const) {
      expect(shards).toHaveLength(count);
      const sum = (of: 'sourceKeys' | 'targetKeys' | 'compared' | 'slotCount'): number =>
        shards.reduce((total, shard) => total + shard[of], 0);
      if (count > 0) expect([sum('compared'), sum('slotCount')]).toEqual([FILLED, 16384]);
      for (const shard of shards) expect(shard.sourceKeys).toBe(shard.targetKeys);
    }

    await target.client.append('string:7', '!');
    await target.client.del('hash:3');
    await target.client.set('only here', '1');
    await target.client.pexpireat('expires:9', AT_MS + 999_000);
    await target.client.hset('large:hash', 'field 17', 'z');
    const report = await compare(source.url, target.url);
    expect(report.differences.map(({ key, kind }) => `${kind} ${key}`).toSorted()).toEqual([
      'missing-on-source only here',
      'missing-on-target hash:3',
      'ttl expires:9',
      'value large:hash',
      'value string:7',
    ]);
    expect(report.databases).toEqual([
      { db: 0, sourceKeys: FILLED, targetKeys: FILLED, compared: FILLED - 1, differing: 5 },
    ]);
    for (const shards of [report.shards.source, report.shards.target])
      if (shards.length > 0) expect(shards.reduce((sum, { differing }) => sum + differing, 0)).toBe(5);
  });
});

it('finds the shard in which keys differ', async () => {
  await Promise.all([fill(client), fill(cluster.client)]);
  const owner = await cluster.ownerOf(keySlot(Buffer.from('string:1')));
  await cluster.client.append('string:1', '!');
  const { shards } = await compare(single.url, cluster.url);
  expect(shards.target.filter(({ differing }) => differing > 0)).toMatchObject([
    { primary: `127.0.0.1:${owner.server.port}`, differing: 1 },
  ]);
});

it('tells in which slots keys differ, and whose those are on either side', async () => {
  await Promise.all([fill(other.client), fill(cluster.client)]);
  await Promise.all(['string:1', 'string:2', 'list:3'].map((key) => other.client.del(key)));
  const slots = ['string:1', 'string:2', 'list:3'].map((key) => keySlot(Buffer.from(key)));
  const { slots: told } = await compare(cluster.url, other.url);
  expect(told!.differing).toEqual(slots.toSorted((a, b) => a - b).map((slot) => ({ slot, keys: 1 })));
  for (const slot of slots) {
    const range = told!.ranges.find(({ slots: text }) =>
      slotRanges(text).some(({ first, last }) => first <= slot && slot <= last),
    );
    expect(range).toMatchObject({
      source: `127.0.0.1:${(await cluster.ownerOf(slot)).server.port}`,
      target: `127.0.0.1:${(await other.ownerOf(slot)).server.port}`,
    });
  }
  expect(told!.ranges.reduce((sum, { differing }) => sum + differing, 0)).toBe(3);
  const { stdout, status } = await runCli(['compare', '--source', cluster.url, '--target', other.url]);
  expect(status).toBe(1);
  expect(stdout).toMatch(
    new RegExp(
      `Slots [\\d-]+ \\(127\\.0\\.0\\.1:\\d+ on the source, 127\\.0\\.0\\.1:\\d+ on the target\\): \\d differ, in slots? [\\d, ]*${slots[0]}`,
    ),
  );
  await client.flushall();
  expect(await compare(single.url, single.url)).not.toHaveProperty('slots');
});

it('never asks a replica, though its address is the one that is given', async () => {
  await Promise.all([fill(client), fill(cluster.client)]);
  const replicas = cluster.members.slice(3);
  const calls = async (): Promise<string[]> => {
    const infos = await Promise.all(replicas.map((member) => member.client.info('commandstats')));
    return infos.map((info) =>
      (info.match(/cmdstat_(scan|dump|pttl|memory\|usage):calls=\d+/g) ?? []).join(),
    );
  };
  const before = await calls();
  expect(await compare(replicas[0]!.server.url, single.url)).toMatchObject({ equal: true });
  expect(await calls()).toEqual(before);
});

describe('databases that a cluster does not have', () => {
  beforeEach(async () => {
    await Promise.all([client.set('k', '1'), cluster.client.set('k', '1')]);
    await client.select(3);
    await client.set('far', '1');
    await client.select(0);
  });

  it('hold keys that are missing there', async () => {
    const report = await compare(single.url, cluster.url);
    expect(report.differences).toMatchObject([
      { db: 3, key: 'far', kind: 'missing-on-target', target: 'no database 3' },
    ]);
    expect(report.shards.target.reduce((sum, { sourceKeys }) => sum + sourceKeys, 0)).toBe(2);
    const back = await compare(cluster.url, single.url);
    expect(back.differences).toMatchObject([{ db: 3, kind: 'missing-on-source', source: 'no database 3' }]);
  });

  it('are left out when others are chosen, and said to be', async () => {
    expect(await compare(single.url, cluster.url, { databases: [0] })).toMatchObject({
      equal: true,
      leftOut: { databases: [3] },
    });
  });
});

it('finds a function library that one primary lacks', async () => {
  const code = "#!lua name=shared\nredis.register_function('f', function() return 1 end)";
  await client.call('FUNCTION', 'LOAD', code);
  const primaries = cluster.members.slice(0, 3);
  for (const member of primaries) await member.client.call('FUNCTION', 'LOAD', code);
  expect(await compare(single.url, cluster.url)).toMatchObject({ equal: true, leftOut: { functions: true } });
  await primaries[1]!.client.call('FUNCTION', 'DELETE', 'shared');
  const { differences } = await compare(single.url, cluster.url);
  expect(differences).toMatchObject([{ kind: 'function', key: 'shared', db: null }]);
  expect(differences[0]!.target).toContain(`127.0.0.1:${primaries[1]!.server.port}: absent`);
});

describe('slots that are under way', () => {
  const tagged = (n: number): string => `moving:{tag}:${n}`;
  const slot = keySlot(Buffer.from('tag'));
  const fillTagged = async (server: Server, count = 300): Promise<void> => {
    await Promise.all(Array.from({ length: count }, (_, n) => server.set(tagged(n), `value ${n}`)));
  };
  const elsewhere = async (): Promise<ClusterMember> => {
    const owner = await cluster.ownerOf(slot);
    return cluster.members.find((member, i) => i < 3 && member.id !== owner.id)!;
  };

  it('are compared on both of their ends, on either side', async () => {
    await Promise.all([fillTagged(client), fillTagged(cluster.client)]);
    const to = await elsewhere();
    await cluster.openMove(slot, to);
    expect(await cluster.carry(slot, to, 120)).toBe(120);
    try {
      for (const [source, target] of [
        [single.url, cluster.url],
        [cluster.url, single.url],
      ] as const) {
        const report = await compare(source, target);
        expect(report).toMatchObject({ equal: true, leftOut: { slots: [] } });
        expect(report.databases).toMatchObject([{ sourceKeys: 300, targetKeys: 300, compared: 300 }]);
      }
      // One that has been carried, one that has not, one that no client would find at the old end, one of the other side.
      const carried = (await to.client.call('CLUSTER', 'GETKEYSINSLOT', slot, 1)) as string[];
      const waiting = (await (
        await cluster.ownerOf(slot)
      ).client.call('CLUSTER', 'GETKEYSINSLOT', slot, 1)) as string[];
      await Promise.all([client.append(carried[0]!, '!'), client.append(waiting[0]!, '!')]);
      await client.set('more:{tag}', '1');
      await to.client.pipeline().call('ASKING').set('less:{tag}', '1').exec();
      const { differences } = await compare(single.url, cluster.url);
      expect(differences.map(({ key, kind }) => `${kind} ${key}`).toSorted()).toEqual(
        [
          'missing-on-source less:{tag}',
          'missing-on-target more:{tag}',
          `value ${carried[0]}`,
          `value ${waiting[0]}`,
        ].toSorted(),
      );
    } finally {
      await cluster.carry(slot, to);
      await cluster.closeMove(slot, to);
    }
  });

  atNight(
    'are found whole while they are moved to and fro, and nothing is counted that is no difference',
    async () => {
      await Promise.all([fill(client), fill(cluster.client), fillTagged(client), fillTagged(cluster.client)]);
      let going = true;
      let moves = 0;
      const move = async (): Promise<void> => {
        while (going) {
          await cluster.moveSlot(slot, await elsewhere());
          moves += 1;
        }
      };
      const moving = move();
      try {
        for (let round = 0; round < 2; round++) {
          const report = await compare(cluster.url, single.url);
          expect(report.differences).toEqual([]);
          // Either it stood still long enough, or it is named.
          expect(report.equal || report.leftOut.slots.includes(slot)).toBe(true);
        }
      } finally {
        going = false;
        await moving;
      }
      expect(moves).toBeGreaterThan(3);
      await cluster.settled();
      expect(await compare(cluster.url, single.url)).toMatchObject({
        equal: true,
        databases: [{ sourceKeys: FILLED + 300, compared: FILLED + 300 }],
      });
    },
  );
});

it('goes on through a planned failover', async () => {
  await Promise.all([fill(client), fill(cluster.client)]);
  const [primary, replica] = [cluster.members[1]!, cluster.members[4]!];
  let failed: Promise<void> | undefined;
  const report = await compare(cluster.url, single.url, {
    onProgress: () => void (failed ??= cluster.failover(replica)),
  });
  await failed;
  expect(report).toMatchObject({ equal: true, databases: [{ compared: FILLED }] });
  await cluster.failover(primary);
});

describe('the command line', () => {
  it('tells the counts of each shard', async () => {
    await Promise.all([fill(client), fill(cluster.client)]);
    const asked = ['compare', '--source', single.url, '--target', cluster.url];
    const [json, text] = await Promise.all([runCli([...asked, '--json']), runCli(asked)]);
    expect([json.status, text.status]).toEqual([0, 0]);
    const report = JSON.parse(json.stdout) as CompareReport;
    expect(report.shards.target.map(({ slotCount }) => slotCount).reduce((a, b) => a + b)).toBe(16_384);
    for (const { primary } of report.shards.target)
      expect(text.stdout).toContain(`Shard ${primary} of the target, slots`);
    expect(text.stdout).toMatch(
      /Shard 127\.0\.0\.1:\d+ of the target, slots 0-5460[^:]*: [\d,]+ keys on the source/,
    );
  });
});

it('reaches nodes where the address map of their side says', async () => {
  await Promise.all([client.set('k', '1'), other.client.set('k', '1')]);
  for (const { client: node, server } of other.members) {
    await node.config('SET', 'cluster-announce-hostname', `node-${server.port}.invalid`);
    await node.config('SET', 'cluster-preferred-endpoint-type', 'hostname');
  }
  await eventually('both know both names', async () => {
    const told = await Promise.all(other.members.map(({ client: node }) => node.call('CLUSTER', 'NODES')));
    return told.every((nodes) => String(nodes).split('.invalid').length === 3);
  });
  const asked = ['compare', '--source', single.url, '--target', other.url];
  const [none, wrong, right] = await Promise.all([
    runCli(asked),
    runCli([...asked, '--source-address-map', '*=127.0.0.1']),
    runCli([...asked, '--address-map', '*=nowhere.invalid', '--target-address-map', '*=127.0.0.1']),
  ]);
  const { port } = other.members[1]!.server;
  for (const { status, stderr } of [none, wrong]) {
    expect(status).toBe(4);
    expect(stderr).toContain(`node-${port}.invalid:${port}`);
  }
  expect(right.stderr).not.toContain('invalid');
  expect([right.status, right.stdout.split('\n').at(-2)]).toEqual([0, expect.stringMatching(/^Equal/)]);
  const bad = await runCli([...asked, '--address-map', '10.0.0.1:6379']);
  expect([bad.status, bad.stderr]).toEqual([2, expect.stringContaining('--address-map: Every rule is')]);
  for (const { client: node } of other.members)
    await node.config('SET', 'cluster-preferred-endpoint-type', 'ip');
});

it('is refused where slots belong to nobody', async () => {
  const holey = await startCluster({ primaries: 2, uncovered: 10 });
  try {
    await expect(compare(single.url, holey.url)).rejects.toMatchObject({
      code: 'TARGET_CLUSTER_DOWN',
      message: expect.stringContaining('10 of 16384 slots belong to no node (16374-16383)'),
    });
  } finally {
    await holey.stop();
  }
});

it('names a primary that cannot be reached, at the address that it announces', async () => {
  const down = other.members[1]!;
  await down.server.kill();
  await expect(compare(other.url, single.url)).rejects.toMatchObject({
    code: 'SOURCE_UNREACHABLE',
    message: expect.stringMatching(
      new RegExp(`^127\\.0\\.0\\.1:${down.server.port}: .*a node of the cluster`),
    ),
  });
  // No connection to the others is left open, which would keep the command line.
  const { status, durationMs } = await runCli(['compare', '--source', other.url, '--target', single.url]);
  expect(status).toBe(3);
  expect(durationMs).toBeLessThan(30_000);
});
