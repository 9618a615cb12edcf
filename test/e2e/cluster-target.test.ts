import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { button, dialog, endpointCard, enterServer, phase } from './journey/pages.ts';
import { accessibilityFaults } from './support/axe.ts';
import { openWindow, type ElectronWindow } from './support/electron-window.ts';
import { takeScreenshots } from './support/screenshots.ts';
import { describeWindow } from './support/window-tools.ts';

const LONG_MS = 60_000;

describeWindow('a cluster as the target', () => {
  let window: ElectronWindow;
  let source: RedisProcess;
  let cluster: TestCluster;

  beforeAll(async () => {
    [source, cluster] = await Promise.all([
      startRedis({ args: ['--repl-diskless-sync-delay', '0'] }),
      startCluster({ replicas: 1 }),
    ]);
    await source.client().mset(...Array.from({ length: 500 }, (_, n) => [`key:${n}`, n]).flat());
    await source.client().sunionstore('union', 'one', 'two');
    window = await openWindow();
  });

  afterAll(async () => {
    await window?.close();
    await Promise.all([source?.stop(), cluster?.stop()]);
  });

  test('is found by one of its nodes, passes the precheck, and comes into step', async () => {
    const { page } = window;
    await button(page, 'New synchronisation').first().click();
    await enterServer(endpointCard(page, 'Source'), source.port);
    const target = endpointCard(page, 'Target');
    await enterServer(target, cluster.members[2]!.server.port);
    await target.getByRole('button', { name: 'Test connection' }).click();
    await target.getByText('Cluster of 3 shards, 6 nodes').waitFor({ timeout: LONG_MS });
    await button(page, /^Next: What/).click();
    await page.getByRole('checkbox', { name: 'Database 0' }).waitFor();
    await page.getByRole('radio', { name: 'Only these' }).check();
    const into = page.getByRole('textbox', { name: 'Into databases of other numbers' });
    await into.fill('0:5');
    await page.getByText('The target is a cluster, and clusters have database 0 alone').waitFor();
    await takeScreenshots(page, 'databases-of-other-numbers', { fullPage: true });
    expect(await accessibilityFaults(page)).toEqual([]);
    await into.fill('');
    await page.getByRole('radio', { name: 'All databases' }).check();
    await button(page, /^Next: How/).click();
    await button(page, /^Next: Precheck/).click();
    await page.getByText('The precheck has ended').first().waitFor({ timeout: LONG_MS });
    await page.locator('[data-check="cluster-sync"]').getByText('to a cluster of 3 shards').waitFor();
    await takeScreenshots(page, 'cluster-target-precheck', { fullPage: true });
    expect(await accessibilityFaults(page)).toEqual([]);
    const warning = button(page, /^Ignore this warning/);
    while ((await warning.count()) > 0) await warning.first().click();
    await button(page, 'Next: Start').click();
    await button(page, 'Start the task').click();
    await phase(page, 'In step').waitFor({ timeout: LONG_MS });
    expect(await cluster.client.get('key:7')).toBe('7');
  });

  test('is followed over the loss of a node, and counted whole', async () => {
    const { page } = window;
    await cluster.members[1]!.server.kill();
    await expect
      .poll(async () => cluster.members[4]!.client.info('replication'), { timeout: LONG_MS })
      .toContain('role:master');
    await source.client().mset(...Array.from({ length: 500 }, (_, n) => [`later:${n}`, n]).flat());
    await expect
      .poll(
        async () =>
          (await Promise.all([0, 2, 4].map((i) => cluster.members[i]!.client.dbsize()))).reduce(
            (a, b) => a + b,
          ),
        { timeout: LONG_MS },
      )
      .toBe(1000 + 5);
    await phase(page, 'In step').waitFor({ timeout: LONG_MS });
    await page.getByText('1,000').first().waitFor({ timeout: LONG_MS });
    const nodes = page.getByRole('region', { name: 'Nodes of the target' });
    await nodes.getByRole('button', { name: 'Show the slot map' }).click();
    await nodes.getByRole('slider', { name: 'Slots of the target' }).waitFor();
    expect(await nodes.locator('tr[data-node]').count()).toBe(3);
    await takeScreenshots(page, 'cluster-target-task', { fullPage: true });
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('is handed over when the task stops', async () => {
    const { page } = window;
    await button(page, 'Stop').click();
    await dialog(page).getByRole('button', { name: 'Stop the task' }).click();
    await phase(page, 'Stopped').waitFor({ timeout: LONG_MS });
    expect(window.faults).toEqual([]);
  });
});
