/** Clusters of other servers, from the folder that LOCKSTEP_TEST_SERVERS names; skipped without them. */
import { afterEach, expect, it } from 'vitest';
import { inspectServer } from '../../electron/engine/control/inspect-server.ts';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { compareServers } from '../../electron/engine/verify/compare-servers.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import type { CompareReport } from '../../shared/model/comparison.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { serverBinary, startRedis, type RedisProcess } from '../support/redis-server.ts';

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});

async function pair(version: string, ...args: string[]): Promise<[TestCluster, RedisProcess]> {
  const binary = serverBinary(version)!;
  const [cluster, single] = await Promise.all([
    startCluster({ binary, primaries: 2, replicas: 1, args }),
    startRedis({ binary }),
  ]);
  running.push(cluster, single);
  return [cluster, single];
}

const compare = (source: string, target: string): Promise<CompareReport> =>
  compareServers({ world: systemWorld, source: parseEndpoint(source), target: parseEndpoint(target) });

for (const version of ['6.2', '8.0', 'valkey-8.1', 'valkey-9.1']) {
  it.skipIf(!serverBinary(version))(`${version} is found whole, and compared`, async () => {
    const [cluster, single] = await pair(version);
    const client = single.client();
    for (let n = 0; n < 200; n++)
      await Promise.all([client.set(`k${n}`, 'x'), cluster.client.set(`k${n}`, 'x')]);
    const { topology } = await inspectServer(systemWorld, 'source', parseEndpoint(cluster.url));
    expect(topology).toMatchObject({ shards: 2, uncoveredSlots: 0 });
    expect(topology!.nodes).toHaveLength(4);
    for (const node of topology!.nodes)
      expect(node).toMatchObject({
        fault: null,
        version: expect.stringContaining(version.replace('valkey-', '')),
      });
    await cluster.moveSlot(keySlot(Buffer.from('k1')), cluster.members[0]!);
    await cluster.client.append('k7', '!');
    const report = await compare(cluster.url, single.url);
    expect(report.differences).toMatchObject([{ key: 'k7', kind: 'value' }]);
    expect(report.databases).toMatchObject([{ db: 0, sourceKeys: 200, compared: 200 }]);
  });
}

it.skipIf(!serverBinary('valkey-9.1'))(
  'a cluster with several databases keeps them in a comparison',
  async () => {
    const [cluster, single] = await pair('valkey-9.1', '--cluster-databases', '4');
    const client = single.client();
    await client.select(3);
    for (let n = 0; n < 50; n++) {
      const owner = (await cluster.ownerOf(keySlot(Buffer.from(`k${n}`)))).client;
      await owner.select(3);
      await Promise.all([client.set(`k${n}`, 'x'), owner.set(`k${n}`, 'x')]);
      await owner.select(0);
    }
    const equal = await compare(single.url, cluster.url);
    expect(equal).toMatchObject({ equal: true, databases: [{ db: 3, compared: 50 }] });
    await client.append('k5', '!');
    await client.select(7);
    await client.set('far', 'x');
    expect((await compare(single.url, cluster.url)).differences).toMatchObject([
      { db: 3, key: 'k5', kind: 'value' },
      { db: 7, key: 'far', kind: 'missing-on-target', target: 'no database 7' },
    ]);
  },
);
