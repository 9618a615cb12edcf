import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadMixedSet } from '../../../electron/headless/demo-data/mixed-set.ts';
import { startWriter, type Writer } from '../../../electron/headless/demo-data/writer/start-writer.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { eventually } from '../../support/eventually.ts';
import { startRedis, type RedisProcess } from '../../support/redis-server.ts';
import type { Application } from '../support/application.ts';
import { button, checkRow, dialog, endpointCard, enterServer, heading, phase, tab } from './pages.ts';

const PASSWORD = 'canary:p@ss/word';
const KEYS = 20_000;
const STEP_MS = 20_000;
/** For what a busy machine takes longer for: a full copy, a comparison, a target that comes back. */
const LONG_MS = 60_000;

/** Looks at a page by a name: makes pictures of it, or asks axe-core what it has against it. */
export type Look = (page: Page, what: string) => Promise<void>;

/** A synchronisation from its set-up to its end, as a user goes through it: the tests build on each other. */
export function journey(open: () => Promise<Application>, lookAt: Look): void {
  let application: Application;
  let source: RedisProcess;
  let target: RedisProcess;
  let writer: Writer | undefined;

  const look = async (what: string): Promise<void> => {
    await lookAt(application.page, what);
    expect(application.faults, `faults of the page at ${what}`).toEqual([]);
  };
  const endpoint = (): Endpoint => ({
    host: '127.0.0.1',
    port: source.port,
    user: undefined,
    password: PASSWORD,
    tls: false,
    db: 0,
  });
  const write = (): Writer =>
    startWriter(endpoint(), { ratePerSecond: 1000, databases: [0, 1], seed: 7, reconnect: true });

  beforeAll(async () => {
    // A timeout that is too short is a warning, and a key on the target a failure.
    source = await startRedis({
      requirepass: PASSWORD,
      args: ['--repl-timeout', '45', '--repl-diskless-sync-delay', '0'],
    });
    target = await startRedis({ args: ['--appendonly', 'yes', '--save', ''] });
    await target.client().set('left-over', 'value');
    await loadMixedSet(endpoint(), { keys: KEYS, withTtlShare: 0.3, seed: 5 });
    application = await open();
    application.page.setDefaultTimeout(STEP_MS);
  });

  afterAll(async () => {
    await writer?.stop().catch(() => undefined);
    await application?.close();
    await Promise.all([source?.stop(), target?.stop()]);
  });

  test('begins with an empty list that says what to do', async () => {
    const { page } = application;
    await heading(page, 'Tasks').waitFor();
    await button(page, 'Try it on two sandbox servers').waitFor();
    await look('empty');
    await button(page, 'New synchronisation').first().click();
    await heading(page, 'New synchronisation').waitFor();
  });

  test('says what is wrong with a field where it stands', async () => {
    const { page } = application;
    const card = endpointCard(page, 'Source');
    await card.getByLabel('Port').fill('99999');
    await button(page, /^Next/).click();
    await card.getByText(/port/i).and(page.locator('[class*="error" i]')).first().waitFor();
    // The click on Next counts although the field that is left moves the page.
    await card.getByText(/host/).and(page.locator('[class*="error" i]')).first().waitFor();
    await look('fields');
  });

  test('takes an address as it is pasted, and shows both servers', async () => {
    const { page } = application;
    const from = endpointCard(page, 'Source');
    const to = endpointCard(page, 'Target');
    await enterServer(from, source.port, 'wrong');
    await button(page, 'Test connection').first().click();
    await from.getByText('The source refuses the credentials').waitFor();
    await from.getByLabel('Host').fill('');
    await from.getByLabel('Host').focus();
    await page.evaluate((text) => {
      const data = new DataTransfer();
      data.setData('text/plain', text);
      document.activeElement?.dispatchEvent(
        new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }),
      );
    }, source.url);
    expect(await from.getByLabel('Host').inputValue()).toBe('127.0.0.1');
    await enterServer(to, target.port);
    await from.getByRole('button', { name: 'Test connection' }).click();
    await to.getByRole('button', { name: 'Test connection' }).click();
    for (const card of [from, to])
      await card
        .getByText(/Redis \d+\.\d+/)
        .first()
        .waitFor();
    await look('setup-1');
    await button(page, /^Next/).click();
  });

  test('asks what to take, and how', async () => {
    const { page } = application;
    await page.getByRole('row', { name: /Database 0/ }).waitFor();
    await look('setup-2');
    await button(page, /^Next/).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Orders to standby');
    await look('setup-3');
    await button(page, /^Next/).click();
  });

  test('does not start before the precheck has passed', async () => {
    const { page } = application;
    const empty = 'Keys already on the target';
    await checkRow(page, 'Failed', empty).waitFor({ timeout: LONG_MS });
    await page
      .getByText(/left-over/)
      .first()
      .waitFor();
    await page
      .getByRole('status')
      .filter({ hasText: 'The precheck has ended' })
      .waitFor({ timeout: LONG_MS });
    await look('precheck-failed');
    expect(await button(page, 'Next: Start').isDisabled()).toBe(true);

    await target.client().flushall();
    await button(page, `Run again: ${empty}`).click();
    await checkRow(page, 'Passed', empty).waitFor({ timeout: LONG_MS });
    await button(page, 'Ignore this warning: repl-timeout of the source').click();
    await page.getByText(/Ignored by you at/).waitFor();
    await look('precheck-passed');
    await button(page, 'Next: Start').click();
  });

  test('sums up in a sentence, starts, and comes into step under writes', async () => {
    const { page } = application;
    await page
      .getByText(/^Copy all databases of 127\.0\.0\.1:\d+ \(Redis .* then pass on every change/)
      .waitFor();
    await look('setup-5');
    writer = write();
    await button(page, 'Start the task').click();
    await heading(page, 'Orders to standby').waitFor();
    await phase(page, 'In step').waitFor({ timeout: LONG_MS });
    await eventually('commands are applied', async () => Number(await target.client().dbsize()) > KEYS / 2);
    // Something for the charts to show.
    await page.waitForTimeout(4000);
    await look('task');
  });

  test('goes on by itself when the target was killed and comes back', async () => {
    const { page } = application;
    await target.kill();
    await phase(page, 'Reconnecting').waitFor({ timeout: LONG_MS });
    await look('reconnecting');
    await target.restart();
    await phase(page, 'In step').waitFor({ timeout: LONG_MS });
  });

  test('shows no drift once the writes have ended, and finds every key equal', async () => {
    const { page } = application;
    await writer?.stop();
    await tab(page, 'Drift').click();
    const drift = page.getByRole('region', { name: 'Difference of the keys without expiry' });
    await drift
      .getByText('Both sides hold the same number of keys')
      .or(drift.getByText(/Only keys that expire/))
      .first()
      .waitFor({ timeout: LONG_MS });
    await button(page, 'Compare now').click();
    await button(page, 'Compare again').waitFor({ timeout: LONG_MS });
    // All of it, so that a failure tells what differs.
    expect(await page.getByRole('main').innerText()).toContain('Both sides are equal');
    await look('drift');
  });

  test('names the keys that differ', async () => {
    const { page } = application;
    await target.client().set('stray', 'only here');
    await button(page, 'Compare again').click();
    await page.getByText('stray', { exact: true }).waitFor({ timeout: LONG_MS });
    await look('differences');
    await target.client().del('stray');
  });

  test('pauses, and applies afterwards what was written meanwhile', async () => {
    const { page } = application;
    await tab(page, 'Overview').click();
    await button(page, 'Pause').click();
    await phase(page, 'Paused').waitFor();
    await source.client().set('written-while-paused', 'yes');
    await page.waitForTimeout(1500);
    expect(await target.client().get('written-while-paused')).toBeNull();
    await look('paused');
    await button(page, 'Resume').click();
    await eventually(
      'the write has arrived',
      async () => (await target.client().get('written-while-paused')) === 'yes',
    );
    await phase(page, 'In step').waitFor({ timeout: LONG_MS });
  });

  test('keeps a log that can be read', async () => {
    const { page } = application;
    await tab(page, 'Events').click();
    await page.getByRole('row', { name: /The full copy is complete/ }).waitFor();
    await page
      .getByRole('row', { name: /The connection to the target broke|The target cannot be reached/ })
      .first()
      .waitFor();
    await look('events');
  });

  test('stops when asked, and says before what that means', async () => {
    const { page } = application;
    await button(page, 'Stop').click();
    await dialog(page)
      .getByText(/expiry of keys on the target is made exact/)
      .waitFor();
    await look('stop-question');
    await dialog(page).getByRole('button', { name: 'Stop the task' }).click();
    await phase(page, 'Stopped').waitFor({ timeout: LONG_MS });
    await tab(page, 'Settings').click();
    await page.getByRole('textbox', { name: 'Name' }).waitFor();
    await look('task-settings');
  });

  test('is there after a restart of the application, stopped, and goes on when its password is given', async () => {
    await application.restart();
    const { page } = application;
    page.setDefaultTimeout(STEP_MS);
    await page.getByRole('link', { name: 'Orders to standby' }).waitFor();
    await look('list-stopped');
    await page.getByRole('link', { name: 'Orders to standby' }).click();
    await source.client().set('written-while-stopped', 'yes');
    await button(page, 'Resume').click();
    await dialog(page).getByLabel('Password of the source').fill(PASSWORD);
    await look('password');
    await dialog(page).getByRole('button', { name: 'Start' }).click();
    await phase(page, 'In step').waitFor({ timeout: LONG_MS });
    await eventually(
      'the write has arrived',
      async () => (await target.client().get('written-while-stopped')) === 'yes',
    );
    await tab(page, 'Events').click();
    await page
      .getByRole('row', { name: /In step/ })
      .first()
      .waitFor();
    expect(await page.getByRole('row', { name: /The full copy is complete/ }).count()).toBe(1);
  });

  test('is offered to go on when it ran as the application ended', async () => {
    await application.restart();
    const { page } = application;
    page.setDefaultTimeout(STEP_MS);
    await page.getByText('One task ran when Lockstep ended').waitFor();
    await look('resume-offer');
    await button(page, 'Resume Orders to standby').first().click();
    await dialog(page).getByLabel('Password of the source').fill(PASSWORD);
    await dialog(page).getByRole('button', { name: 'Start' }).click();
    await page.getByRole('link', { name: 'Orders to standby' }).click();
    await phase(page, 'In step').waitFor({ timeout: LONG_MS });
    await page.getByRole('link', { name: 'Settings' }).first().click();
    await heading(page, 'Settings').waitFor();
    await look('settings');
  });

  test('has written the password nowhere', () => {
    const holding = filesUnder(application.dataDir).filter((file) => readFileSync(file).includes(PASSWORD));
    expect(filesUnder(application.dataDir).length).toBeGreaterThan(0);
    expect(holding).toEqual([]);
  });
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((entry) => path.join(folder, entry))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true);
}
