/** A server is entered once, looked at, chosen where one is asked for, and guarded by its name. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { button, enterServer } from './journey/pages.ts';
import { openDesktop, type Application } from './support/application.ts';
import { accessibilityFaults } from './support/axe.ts';
import { takeScreenshots } from './support/screenshots.ts';
import { describeWindow } from './support/window-tools.ts';

const PASSWORD = 'canary-of-the-book';

describeWindow('saved servers', () => {
  let application: Application;
  let server: RedisProcess;
  let other: RedisProcess;

  beforeAll(async () => {
    [server, other] = await Promise.all([startRedis({ requirepass: PASSWORD }), startRedis()]);
    application = await openDesktop();
  });
  afterAll(async () => {
    await application?.close();
    await Promise.all([server?.stop(), other?.stop()]);
  });

  test('are entered once, looked at, and chosen with their password', async () => {
    const { page } = application;
    await page.getByRole('link', { name: 'Servers' }).click();
    await page.getByText('No server saved yet').waitFor();
    await page.getByRole('link', { name: 'Add a server' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Orders live');
    await page.getByRole('combobox', { name: 'Group' }).fill('Shop');
    await page.getByLabel('Production').check();
    await page.getByLabel('Host').fill('127.0.0.1');
    await page.getByLabel('Port').fill(String(server.port));
    await page.getByRole('textbox', { name: 'Password' }).fill(PASSWORD);
    await button(page, 'Test connection').click();
    await page.getByText('Connected at').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshots(page, 'saved-server', { fullPage: true });
    await button(page, 'Save').click();
    await button(page, 'Look at all').click();
    await page.getByText('Reached', { exact: true }).waitFor();
    await takeScreenshots(page, 'saved-servers', { fullPage: true });

    await page.getByRole('link', { name: 'Tasks', exact: true }).click();
    await button(page, 'Compare two servers').click();
    await page.getByRole('combobox', { name: 'Saved server for the source' }).click();
    await page.getByRole('option', { name: 'Orders live' }).click();
    const source = page.getByRole('region', { name: 'Source', exact: true });
    await source.getByText('Connected at').waitFor();
    await source.getByText('Production', { exact: true }).waitFor();
    await enterServer(page.getByRole('region', { name: 'Target', exact: true }), other.port);
    await takeScreenshots(page, 'saved-server-chosen', { fullPage: true });
    expect(await accessibilityFaults(page)).toEqual([]);

    await button(page, 'Compare now').click();
    const question = page.getByRole('dialog', { name: 'A production server' });
    const goOn = question.getByRole('button', { name: 'Go on' });
    await question.getByLabel('Type Orders live to go on').fill('orders live');
    expect(await goOn.isDisabled()).toBe(true);
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshots(page, 'production-name');
    await question.getByLabel('Type Orders live to go on').fill('Orders live');
    await goOn.click();
    await page.getByText('Both sides are equal').first().waitFor();
    await takeScreenshots(page, 'production-compared', { fullPage: true });
    expect(application.faults).toEqual([]);
  });
});
