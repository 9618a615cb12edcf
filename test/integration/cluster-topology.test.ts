import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { discoverCluster, type FoundCluster } from '../../electron/engine/control/discover-cluster.ts';
import { inspectServer } from '../../electron/engine/control/inspect-server.ts';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { describeSlots } from '../../electron/engine/router/slot-ranges.ts';
import { ownerOf } from '../../electron/engine/router/topology.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { describeCluster } from '../../shared/format/cluster-words.ts';
import { parseAddressMap } from '../../shared/model/address-map.ts';
import { describeEndpoint, parseEndpoint, type Endpoint } from '../../shared/model/endpoint.ts';
import { serverSummarySchema } from '../../shared/model/server-summary.ts';
import { startCluster, type ClusterMember, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

let cluster: TestCluster;

beforeAll(async () => {
  cluster = await startCluster({ replicas: 1 });
});
afterAll(async () => {
  await cluster?.stop();
});

it('knows the slot of a key as the server does', async () => {
  const keys = [
    ...['', 'foo', '{}x', 'a{b', '{a}{b}', '{{a}}', 'x{y}z', '}{', '{', '}', '{a', 'a}', 'foo{}{bar}'],
    ...['schlüssel', '{schlüssel}x', '鍵{鍵}', 'emoji 🔑{🔑'],
  ].map((text) => Buffer.from(text));
  for (let n = 0; n < 500; n++)
    keys.push(Buffer.from(Array.from({ length: n % 40 }, (_, i) => (n * 7919 + i * i * 31 + i) % 256)));
  // Braces at every place of short names.
  for (let n = 0; n < 729; n++)
    keys.push(Buffer.from(Array.from({ length: 6 }, (_, i) => '{}a'[Math.floor(n / 3 ** i) % 3]).join('')));
  const { client } = cluster.members[0]!;
  const replies = await Promise.all(keys.map((key) => client.call('CLUSTER', 'KEYSLOT', key)));
  expect(keys.map((key) => keySlot(key))).toEqual(replies);
});

const found = (url = cluster.url, more: Partial<Endpoint> = {}): Promise<FoundCluster> =>
  discoverCluster(systemWorld, 'source', { ...parseEndpoint(url), ...more });

const addressOf = ({ server }: ClusterMember): string => `127.0.0.1:${server.port}`;

describe('the address of any node', () => {
  it('is enough to find all of the cluster, be it that of a replica', async () => {
    for (const member of [cluster.members[0]!, cluster.members.at(-1)!]) {
      const { topology, announced, unreached } = await found(member.server.url);
      expect(unreached.size).toBe(0);
      expect(topology.nodes.map((node) => describeEndpoint(announced(node))).toSorted()).toEqual(
        cluster.members.map(addressOf).toSorted(),
      );
      expect(
        topology.shards.map(({ primary, replicas, slots }) => [
          primary.id,
          replicas[0]?.id,
          describeSlots(slots),
        ]),
      ).toEqual(
        ['0-5460', '5461-10921', '10922-16383'].map((slots, i) => [
          ...[cluster.members[i]!.id, cluster.members[3 + i]!.id, slots],
        ]),
      );
      expect([topology.uncovered, topology.doubled, topology.moves]).toEqual([[], [], []]);
    }
  });

  it('tells slots under way, whoever is asked', async () => {
    const [first, second, third] = cluster.members as [ClusterMember, ClusterMember, ClusterMember];
    await cluster.openMove(42, second);
    try {
      const move = { slot: 42, from: first.id, to: second.id };
      for (const { server } of [first, second, third, cluster.members.at(-1)!])
        expect((await found(server.url)).topology.moves).toEqual([move]);
      // As a reshard that was broken off leaves it: only one end has its mark.
      await second.client.call('CLUSTER', 'SETSLOT', 42, 'STABLE');
      expect((await found(third.server.url)).topology.moves).toEqual([move]);
    } finally {
      await first.client.call('CLUSTER', 'SETSLOT', 42, 'STABLE');
    }
    await cluster.moveSlot(42, third);
    const { topology } = await found();
    expect([ownerOf(topology, 42)?.id, topology.moves]).toEqual([third.id, []]);
    await cluster.moveSlot(42, first);
  });
});

describe('nodes that announce what cannot be reached from here', () => {
  const announce = (name: string, valueOf: (member: ClusterMember) => string | number) =>
    Promise.all(
      cluster.members.map((member) =>
        member.client.config('SET', `cluster-announce-${name}`, valueOf(member)),
      ),
    );
  const isHeard = (what: string, text: string) =>
    eventually(what, async () => {
      const told = await Promise.all(cluster.members.map(({ client }) => client.call('CLUSTER', 'NODES')));
      return told.every((nodes) => String(nodes).split(text).length - 1 === cluster.members.length);
    });

  it('are named by the address that they announce, and found where the address map says', async () => {
    const [first, second, third] = cluster.members as [ClusterMember, ClusterMember, ClusterMember];
    // Nothing listens there; the servers know one another by their real addresses, and by these after it was told.
    await announce('hostname', ({ server }) => `node-${server.port}.invalid`);
    await Promise.all(
      cluster.members.map(({ client }) =>
        client.config('SET', 'cluster-preferred-endpoint-type', 'hostname'),
      ),
    );
    await isHeard('all know the host names', '.invalid');
    try {
      const name = ({ server }: ClusterMember): string => `node-${server.port}.invalid`;
      const lost = await found();
      expect(
        [...lost.unreached.values()].map(({ code, message }) => [code, message.split(': ')[0]]).toSorted(),
      ).toEqual(
        [second, third]
          .map((member) => ['SOURCE_UNREACHABLE', `${name(member)}:${member.server.port}`])
          .toSorted(),
      );
      // What the others say of them is known all the same.
      expect(lost.topology.shards.map(({ primary }) => primary.id)).toEqual([first.id, second.id, third.id]);

      for (const text of [
        '*=127.0.0.1',
        [second, third].map((member) => `${name(member)}=127.0.0.1`).join(','),
        [second, third]
          .map((member) => `${name(member)}:${member.server.port}=127.0.0.1:${member.server.port}`)
          .join(','),
      ]) {
        const { unreached, endpointOf, topology } = await found(cluster.url, {
          addressMap: parseAddressMap(text),
        });
        expect(unreached.size).toBe(0);
        expect(describeEndpoint(endpointOf(topology.shards[1]!.primary))).toBe(addressOf(second));
      }

      const summary = await inspectServer(systemWorld, 'source', parseEndpoint(cluster.url));
      expect(summary.topology!.nodes.map(({ address }) => address)).toContain(
        `${name(second)}:${second.server.port}`,
      );
      expect(summary.topology!.nodes[2]).toMatchObject({
        role: 'primary',
        version: null,
        fault: { code: 'SOURCE_UNREACHABLE' },
      });
      const reached = await inspectServer(systemWorld, 'source', {
        ...parseEndpoint(cluster.url),
        addressMap: parseAddressMap('*=127.0.0.1'),
      });
      expect(reached.topology!.nodes.map(({ fault }) => fault)).toEqual(Array(6).fill(null));
      expect(reached.topology!.nodes[2]!.reachedAt).toBe(addressOf(second));
    } finally {
      await Promise.all(
        cluster.members.map(({ client }) => client.config('SET', 'cluster-preferred-endpoint-type', 'ip')),
      );
    }
    // Names that are announced, and not preferred, are still names that a rule may be for.
    const { endpointOf, topology } = await found(cluster.url, {
      addressMap: parseAddressMap(`node-${second.server.port}.invalid=localhost`),
    });
    expect(endpointOf(topology.shards[1]!.primary).host).toBe('localhost');
  });

  it('are found at the address that was given, where they announce none', async () => {
    await Promise.all(
      cluster.members.map(({ client }) =>
        client.config('SET', 'cluster-preferred-endpoint-type', 'unknown-endpoint'),
      ),
    );
    try {
      const { unreached, topology, announced } = await found(cluster.url.replace('127.0.0.1', 'localhost'));
      expect(unreached.size).toBe(0);
      expect(new Set(topology.nodes.map((node) => announced(node).host))).toEqual(new Set(['localhost']));
    } finally {
      await Promise.all(
        cluster.members.map(({ client }) => client.config('SET', 'cluster-preferred-endpoint-type', 'ip')),
      );
    }
  });
});

describe('a connection test', () => {
  it('says what the cluster is made of, with the keys and the memory of all primaries', async () => {
    for (let n = 0; n < 300; n++) await cluster.client.set(`key-${n}`, 'x');
    await cluster.client.set('expires', 'x', 'EX', 1000);
    // The replica that is asked holds a third of the keys.
    const summary = await inspectServer(
      systemWorld,
      'target',
      parseEndpoint(cluster.members.at(-1)!.server.url),
    );
    expect(serverSummarySchema.parse(summary)).toEqual(summary);
    expect(summary).toMatchObject({ cluster: true, databases: [{ db: 0, keys: 301, expires: 1 }] });
    const { topology } = summary;
    expect(describeCluster(topology!)).toBe('Cluster of 3 shards, 6 nodes');
    expect(topology).toMatchObject({ shards: 3, uncoveredSlots: 0, movingSlots: 0 });
    const [first, second] = cluster.members as [ClusterMember, ClusterMember];
    expect(
      topology!.nodes.map(({ role, replicatesFrom, slots }) => [role, replicatesFrom, slots]).slice(0, 3),
    ).toEqual([
      ['primary', null, '0-5460'],
      ['replica', addressOf(first), ''],
      ['primary', null, '5461-10921'],
    ]);
    expect(topology!.nodes[2]!.address).toBe(addressOf(second));
    for (const { version, usedMemoryBytes, roundTripMs } of topology!.nodes) {
      expect(version).toMatch(/^\d+\.\d+/);
      expect(usedMemoryBytes).toBeGreaterThan(100_000);
      expect(roundTripMs).toBeGreaterThan(0);
    }
  });

  it('needs no right to look at the cluster, and then shows the one node', async () => {
    const { client, server } = cluster.members[0]!;
    await client.call('ACL', 'SETUSER', 'watcher', 'on', '>secret', '+info');
    const summary = await inspectServer(
      systemWorld,
      'source',
      parseEndpoint(`redis://watcher:secret@127.0.0.1:${server.port}`),
    );
    expect(summary.cluster).toBe(true);
    expect(summary.topology).toBeUndefined();
  });
});

it('follows a failover', async () => {
  const [first] = cluster.members as [ClusterMember];
  const replica = cluster.members[3]!;
  await cluster.failover(replica);
  const { topology } = await found(first.server.url);
  expect(topology.shards[0]).toMatchObject({ primary: { id: replica.id }, replicas: [{ id: first.id }] });
});
