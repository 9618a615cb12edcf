import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../../support/eventually.ts';
import { startRedis, type RedisProcess } from '../../support/redis-server.ts';
import { startWatched, type Watched } from '../../support/sentinel.ts';
import type { Application } from '../support/application.ts';
import { button, dialog, endpointCard, enterServer, heading, paste, phase, tab } from './pages.ts';
import type { Look } from './journey.ts';

const OF_SERVERS = 'canary-Yr4:servers';
const OF_SENTINELS = 'canary-Yr4-sentinels';
const STEP_MS = 20_000;
const LONG_MS = 60_000;

/** A source that Sentinels watch, from the pasted address over a failover to the settings: the tests build on each other. */
export function sentinelJourney(open: () => Promise<Application>, lookAt: Look): void {
  let application: Application;
  let source: Watched;
  let target: RedisProcess;

  const look = async (what: string): Promise<void> => {
    await lookAt(application.page, what);
    expect(application.faults, `faults of the page at ${what}`).toEqual([]);
  };
  const arrives = (key: string): Promise<void> =>
    eventually(`${key} has arrived`, async () => (await target.client().get(key)) === 'yes');

  beforeAll(async () => {
    [source, target] = await Promise.all([
      startWatched({
        ...{ requirepass: OF_SERVERS, password: OF_SENTINELS },
        args: ['--repl-timeout', '120', '--repl-diskless-sync-delay', '0'],
      }),
      startRedis(),
    ]);
    await source.servers[0].client().set('from-the-copy', 'yes');
    application = await open();
    application.page.setDefaultTimeout(STEP_MS);
  });

  afterAll(async () => {
    await application?.close();
    await Promise.all([source?.stop(), target?.stop()]);
  });

  test('is taken over from a pasted address, and refused by its Sentinels without their password', async () => {
    const { page } = application;
    await button(page, 'New synchronisation').first().click();
    const card = endpointCard(page, 'Source');
    await paste(page, () => card.getByLabel('Host').focus(), source.url);
    await card
      .getByText(/^Taken over from the address: 3 Sentinels, name mymaster, password of the servers/)
      .waitFor();
    expect(await card.getByLabel('Sentinels', { exact: true }).inputValue()).toBe(
      source.sentinels.map(({ port }) => `127.0.0.1:${port}`).join('\n'),
    );
    await card.getByRole('button', { name: 'Test connection' }).click();
    await card.getByText('The Sentinels of the source refuse the password').waitFor();
    await look('sentinel-refused');
  });

  test('is found, and says who names it and who does not', async () => {
    const { page } = application;
    const card = endpointCard(page, 'Source');
    await card.getByRole('textbox', { name: 'Password of the Sentinels' }).fill(OF_SENTINELS);
    await enterServer(endpointCard(page, 'Target'), target.port);
    const names = `mymaster is 127.0.0.1:${source.servers[0].port}, named by`;
    await card.getByRole('button', { name: 'Test connection' }).click();
    await card.getByText(`${names} 3 of 3 Sentinels`).waitFor();
    await look('sentinel-set-up');

    const sentinels = card.getByLabel('Sentinels', { exact: true });
    const all = await sentinels.inputValue();
    await sentinels.fill(`${all}\n127.0.0.1:1`);
    // What was entered for three of them is not sent to a fourth.
    await card
      .getByText(/^The server was changed, and what was stored is not sent/)
      .first()
      .waitFor();
    await sentinels.fill(all);
    await expect.poll(() => card.getByText(/^Stored/).count(), { timeout: STEP_MS }).toBe(2);
  });

  test('passes the precheck, and starts', async () => {
    const { page } = application;
    await button(page, /^Next: What/).click();
    await button(page, /^Next: How/).click();
    const name = page.getByRole('textbox', { name: 'Name' });
    expect(await name.inputValue()).toBe('mymaster → 127.0.0.1');
    await name.fill('Orders by Sentinels');
    await button(page, /^Next: Precheck/).click();
    await page.getByText('The precheck has ended').first().waitFor({ timeout: LONG_MS });
    await page
      .getByText(/mymaster/)
      .first()
      .waitFor();
    await look('sentinel-precheck');
    const warning = button(page, /^Ignore this warning/);
    while ((await warning.count()) > 0) await warning.first().click();
    await button(page, 'Next: Start').click();
    await page.getByText(/^Copy all databases of mymaster@127\.0\.0\.1:\d+/).waitFor();
    await look('sentinel-summary');
    await button(page, 'Start the task').click();
    await heading(page, 'Orders by Sentinels').waitFor();
    await phase(page, 'In step').waitFor({ timeout: LONG_MS });
    expect(await target.client().get('from-the-copy')).toBe('yes');
  });

  test('says where the primary is, and goes on with another one after a failover', async () => {
    const { page } = application;
    const head = page.locator('main header').filter({ has: page.getByRole('heading', { level: 1 }) });
    const at = (server: RedisProcess) => head.getByText(`127.0.0.1:${server.port}`, { exact: true });
    const [first, second] = source.servers;
    await at(first).waitFor();
    await head.getByText('mymaster, watched by 3 Sentinels').waitFor();
    await source.failover(first);
    await at(second).waitFor({ timeout: LONG_MS });
    await phase(page, 'In step').waitFor({ timeout: LONG_MS });
    await second.client().set('after-the-failover', 'yes');
    await arrives('after-the-failover');
    await phase(page, 'In step').waitFor({ timeout: LONG_MS });
    await look('sentinel-after-failover');
    await tab(page, 'Events').click();
    await page
      .getByRole('row', {
        name: new RegExp(`The primary of mymaster, the source, is 127.0.0.1:${second.port} now`),
      })
      .waitFor();
    await tab(page, 'Settings').click();
    await page.getByText('Password of the Sentinels').waitFor();
    await look('sentinel-settings');
  });

  test('asks for both passwords after a restart, and the Sentinels can be changed while it is stopped', async () => {
    const { page: before } = application;
    await button(before, 'Stop').click();
    await dialog(before).getByRole('button', { name: 'Stop the task' }).click();
    await phase(before, 'Stopped').waitFor({ timeout: LONG_MS });
    await application.restart();
    const { page } = application;
    page.setDefaultTimeout(STEP_MS);
    await page.getByRole('link', { name: 'Orders by Sentinels' }).click();
    await tab(page, 'Settings').click();
    const card = endpointCard(page, 'Source');
    const kept = source.sentinels.slice(0, 2).map(({ port }) => `127.0.0.1:${port}`);
    await card.getByLabel('Sentinels', { exact: true }).fill(kept.join('\n'));
    await button(page, 'Save').click();
    await page.getByText('Saved.', { exact: true }).waitFor();
    await button(page, 'Resume').click();
    await dialog(page).getByLabel('Password of the source').fill(OF_SERVERS);
    await dialog(page).getByLabel('Password of the Sentinels of the source').fill(OF_SENTINELS);
    await look('sentinel-passwords');
    await dialog(page).getByRole('button', { name: 'Start' }).click();
    await phase(page, 'In step').waitFor({ timeout: LONG_MS });
    await page.getByText('mymaster, watched by 2 Sentinels').waitFor();
    await source.servers[1].client().set('after-the-restart', 'yes');
    await arrives('after-the-restart');
    await tab(page, 'Events').click();
    await page.getByRole('row', { name: /Changed: the address of the source from mymaster@/ }).waitFor();
  });

  test('has written neither password anywhere', async () => {
    const files = readdirSync(application.dataDir, { recursive: true, encoding: 'utf8' })
      .map((entry) => path.join(application.dataDir, entry))
      .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
    expect(files.length).toBeGreaterThan(0);
    expect(files.filter((file) => readFileSync(file).includes('canary-Yr4'))).toEqual([]);
    expect(await application.page.content()).not.toContain('canary-Yr4');
  });
}
