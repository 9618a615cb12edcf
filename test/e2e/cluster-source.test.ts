import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { button, dialog, endpointCard, enterServer, phase, tab } from './journey/pages.ts';
import { openDesktop, type Application } from './support/application.ts';
import { accessibilityFaults } from './support/axe.ts';
import { takeScreenshots } from './support/screenshots.ts';
import { describeWindow } from './support/window-tools.ts';

const LONG_MS = 60_000;
const PASSWORD = 'of-each-node';
const KEYS = 600;
const MOVED = 40;

describeWindow('a cluster as the source', () => {
  let application: Application;
  let cluster: TestCluster;
  let target: RedisProcess;

  const look = async (what: string): Promise<void> => {
    await takeScreenshots(application.page, `cluster-source-${what}`, { fullPage: true });
    expect(await accessibilityFaults(application.page), `accessibility of ${what}`).toEqual([]);
  };
  /** The rows of the table of shards, a text a cell. */
  const shards = async (): Promise<string[][]> => {
    const rows = application.page
      .getByRole('region', { name: 'Shards of the source' })
      .locator('tr[data-shard]');
    return Promise.all((await rows.all()).map((row) => row.locator('th, td').allInnerTexts()));
  };
  const phases = async (): Promise<(string | undefined)[]> => (await shards()).map((cells) => cells[3]);
  /** Both sides hold the same number of keys, as far as the page counts them. */
  const noDrift = (): Promise<void> =>
    application.page
      .locator('main')
      .getByText(/^(equal now|last equal)/)
      .waitFor({ timeout: LONG_MS });
  const write = async (prefix: string): Promise<void> => {
    await Promise.all(
      Array.from({ length: KEYS }, (_, n) => cluster.client.set(`${prefix}:${n}`, `${prefix}-${n}`)),
    );
  };
  const arrived = (keys: number): Promise<void> =>
    eventually(
      `${keys} keys are there`,
      async () =>
        (await target.client().keys('*')).filter((key) => !key.startsWith('lockstep:')).length === keys,
      LONG_MS,
    );

  beforeAll(async () => {
    [cluster, target] = await Promise.all([
      startCluster({
        replicas: 1,
        requirepass: PASSWORD,
        args: ['--repl-diskless-sync-delay', '0'],
      }),
      startRedis(),
    ]);
    await write('first');
    application = await openDesktop();
  });
  afterAll(async () => {
    await application?.close();
    await Promise.all([cluster?.stop(), target?.stop()]);
  });

  test('is found by one of its nodes, and passes its test', async () => {
    const { page } = application;
    await button(page, 'New synchronisation').first().click();
    const source = endpointCard(page, 'Source');
    await enterServer(source, cluster.members[4]!.server.port, PASSWORD);
    await enterServer(endpointCard(page, 'Target'), target.port);
    await source.getByRole('button', { name: 'Test connection' }).click();
    await source.getByText('Cluster of 3 shards, 6 nodes').waitFor({ timeout: LONG_MS });
    const nodes = source.getByRole('region', { name: 'Nodes of the cluster' });
    expect(await nodes.getByRole('row').count()).toBe(1 + 6);
    await look('set-up');
  });

  test('passes the precheck, and the choices say what does not hold for it', async () => {
    const { page } = application;
    await button(page, /^Next: What/).click();
    await page.getByText('The source is a cluster: keys are in database 0 there.').waitFor();
    await page.getByRole('radio', { name: /^Overwrite keys/ }).click();
    await page.getByText('What is overwritten cannot be brought back').waitFor();
    await look('what');
    await page.getByRole('radio', { name: /^Precheck and report/ }).click();
    await button(page, /^Next: How/).click();
    await button(page, /^Next: Precheck/).click();
    await page.getByText('The precheck has ended').first().waitFor({ timeout: LONG_MS });
    await page.locator('[data-check="cluster-sync"]').getByText('From a cluster of 3 shards').waitFor();
    const warning = button(page, /^Ignore this warning/);
    while ((await warning.count()) > 0) await warning.first().click();
    await button(page, 'Next: Start').click();
    await button(page, 'Start the task').click();
  });

  test('is in step shard by shard, as a table and a map show', async () => {
    const { page } = application;
    await phase(page, 'In step').waitFor({ timeout: LONG_MS });
    await arrived(KEYS);
    await expect.poll(phases, { timeout: LONG_MS }).toEqual(['In step', 'In step', 'In step']);
    const primaries = cluster.members.slice(0, 3).map(({ server }) => `127.0.0.1:${server.port}`);
    expect((await shards()).map((cells) => cells.slice(0, 2))).toEqual(
      primaries.map((at, n) => [String(n + 1), at]),
    );
    await button(page, 'Show the slot map').click();
    const map = page.getByRole('slider', { name: 'Slots of the source' });
    await map.focus();
    await map.press('End');
    await page.getByText(`Slot 16,383: shard 3, at ${primaries[2]}`).waitFor();
    await map.hover({ position: { x: 2, y: 2 } });
    await page.getByText(`Slot 0: shard 1, at ${primaries[0]}`).waitFor();
    await noDrift();
    await look('task');
  });

  test('is followed by the table while slots are moved', async () => {
    const { page } = application;
    const slots = Array.from({ length: MOVED }, (_, slot) => slot);
    await cluster.moveSlots(slots, cluster.members[2]!);
    await write('second');
    const map = page.getByRole('slider', { name: 'Slots of the source' });
    await map.hover({ position: { x: 2, y: 2 } });
    await page.getByText(/^Slot 0: shard 3/).waitFor({ timeout: LONG_MS });
    await expect
      .poll(async () => (await shards()).map((cells) => cells[2]!.replaceAll(/\s+/g, ' ')), {
        timeout: LONG_MS,
      })
      .toEqual(['5,421 40-5460', '5,461 5461-10921', '5,502 0-39, 10922-16383']);
    await arrived(2 * KEYS);
    await expect.poll(phases, { timeout: LONG_MS }).toEqual(['In step', 'In step', 'In step']);
    await look('moved');
    await tab(page, 'Events').click();
    await page.getByRole('row', { name: /Shard 3 of the source has 5502 slots/ }).waitFor();
    await tab(page, 'Overview').click();
  });

  test('stops, and goes on after a restart with the one password of all nodes', async () => {
    await button(application.page, 'Stop').click();
    await dialog(application.page).getByRole('button', { name: 'Stop the task' }).click();
    await phase(application.page, 'Stopped').waitFor({ timeout: LONG_MS });
    expect(await phases()).toEqual(['Stopped', 'Stopped', 'Stopped']);
    await tab(application.page, 'Settings').click();
    const source = endpointCard(application.page, 'Source');
    await source.getByRole('button', { name: 'Test connection' }).click();
    await source.getByText('Cluster of 3 shards, 6 nodes').waitFor({ timeout: LONG_MS });
    await write('third');

    await application.restart();
    const { page } = application;
    await page
      .getByRole('link', { name: /127\.0\.0\.1/ })
      .first()
      .click();
    await button(page, 'Resume').click();
    await dialog(page).getByLabel('Password of the source').fill(PASSWORD);
    await dialog(page).getByRole('button', { name: 'Start' }).click();
    await phase(page, 'In step').waitFor({ timeout: LONG_MS });
    await arrived(3 * KEYS);
    await expect.poll(phases, { timeout: LONG_MS }).toEqual(['In step', 'In step', 'In step']);
    expect(await target.client().get(`third:${KEYS - 1}`)).toBe(`third-${KEYS - 1}`);
    expect(new Set(await target.client().keys('third:*')).size).toBe(KEYS);
    await noDrift();
    await look('resumed');
    expect(application.faults).toEqual([]);
  });
});
