import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { button, endpointCard, enterServer } from './journey/pages.ts';
import { accessibilityFaults } from './support/axe.ts';
import { openWindow, type ElectronWindow } from './support/electron-window.ts';
import { takeScreenshots } from './support/screenshots.ts';
import { describeWindow } from './support/window-tools.ts';

const TEST_MS = 60_000;

describeWindow('a cluster in the set-up', () => {
  let window: ElectronWindow;
  let cluster: TestCluster;
  let target: RedisProcess;

  beforeAll(async () => {
    [cluster, target] = await Promise.all([startCluster({ replicas: 1 }), startRedis()]);
    for (let n = 0; n < 200; n++) await cluster.client.set(`key-${n}`, 'x');
    for (const { client, server } of cluster.members) {
      await client.config('SET', 'cluster-announce-hostname', `redis-${server.port}.invalid`);
      await client.config('SET', 'cluster-preferred-endpoint-type', 'hostname');
    }
    await eventually('all know all names', async () => {
      const told = await Promise.all(cluster.members.map(({ client }) => client.call('CLUSTER', 'NODES')));
      return told.every((nodes) => String(nodes).split('.invalid').length === 7);
    });
    window = await openWindow();
  });
  afterAll(async () => {
    await window?.close();
    await Promise.all([cluster?.stop(), target?.stop()]);
  });

  test('is shown by its nodes, found where the address map says, and can be followed', async () => {
    const { page } = window;
    await button(page, 'New synchronisation').first().click();
    const source = endpointCard(page, 'Source');
    await enterServer(source, cluster.members[0]!.server.port);
    await enterServer(endpointCard(page, 'Target'), target.port);
    await source.getByRole('button', { name: 'Test connection' }).click();
    await source.getByText('Cluster of 3 shards, 6 nodes').waitFor({ timeout: TEST_MS });
    // The one that was given is there, whatever it announces.
    await source.getByText('5 of 6 nodes cannot be reached from here').waitFor();
    await takeScreenshots(page, 'cluster-unreached', { fullPage: true });

    await source.getByRole('button', { name: 'Fill in the nodes' }).click();
    const rows = source.getByLabel('Announced address');
    expect(await rows.count()).toBe(5);
    for (let index = 0; index < 5; index++) {
      const announced = await rows.nth(index).inputValue();
      await source
        .getByLabel('Reached at')
        .nth(index)
        .fill(`127.0.0.1:${announced.split(':')[1]}`);
    }
    await source.getByRole('button', { name: 'Test all nodes' }).click();
    await source.getByText('200').first().waitFor({ timeout: TEST_MS });
    await expect.poll(() => source.getByText('cannot be reached from here').count()).toBe(0);
    const nodes = source.getByRole('region', { name: 'Nodes of the cluster' });
    expect(await nodes.getByText('reached at 127.0.0.1').count()).toBe(6);
    await takeScreenshots(page, 'cluster-reached', { fullPage: true });
    expect(await accessibilityFaults(page)).toEqual([]);

    await button(page, /^Next: What/).click();
    await button(page, /^Next: How/).click();
    await button(page, /^Next: Precheck/).click();
    await page.getByText('The precheck has ended').first().waitFor({ timeout: TEST_MS });
    await page.locator('[data-check="cluster-sync"]').getByText('From a cluster of 3 shards').waitFor();
    expect(await page.locator('[data-check="cluster-nodes"]').getByText('All nodes are well').count()).toBe(
      1,
    );
    await takeScreenshots(page, 'cluster-precheck', { fullPage: true });
    expect(window.faults).toEqual([]);
  });
});
