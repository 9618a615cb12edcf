import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { button, dialog, phase } from './journey/pages.ts';
import { openSession, type BrowserSession } from './support/browser-session.ts';
import { makeTask } from './support/make-task.ts';
import { describeBrowser } from './support/window-tools.ts';

const PASSWORD = 'canary-of-the-settings';
const START_MS = 60_000;
const KEEP = 'Keep passwords in a file';
const RESUME = 'Resume tasks when Lockstep starts';

describeBrowser('the settings', () => {
  let session: BrowserSession;
  let source: RedisProcess;
  let target: RedisProcess;

  const toSettings = (): Promise<void> => session.page.evaluate(() => void (location.hash = '#/settings'));
  /** As by keyboard: what is drawn of a switch stands beside its element. */
  const flip = (label: string): Promise<void> =>
    session.page.getByRole('switch', { name: label }).press('Space');
  const secrets = (): string => path.join(session.dataDir, 'secrets.json');
  const stored = (): boolean => existsSync(secrets()) && readFileSync(secrets(), 'utf8').includes(PASSWORD);

  beforeAll(async () => {
    source = await startRedis({ requirepass: PASSWORD, args: ['--repl-diskless-sync-delay', '0'] });
    target = await startRedis();
    session = await openSession();
    await makeTask(await session.client(), { source, target, sourcePassword: PASSWORD });
  });

  afterAll(async () => {
    await session?.close();
    await Promise.all([source?.stop(), target?.stop()]);
  });

  test('choose the colours, at once and for the next time', async () => {
    const { page } = session;
    const scheme = (): Promise<string | undefined> =>
      page.evaluate(() => document.documentElement.dataset['mantineColorScheme']);
    const background = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await toSettings();
    const colours = page.getByRole('radiogroup', { name: 'Colours' });
    await colours.getByText('Light', { exact: true }).click();
    await expect.poll(scheme).toBe('light');
    const light = await background();
    await colours.getByText('Dark', { exact: true }).click();
    await expect.poll(scheme).toBe('dark');
    expect(await background()).not.toBe(light);

    await page.reload();
    await expect.poll(() => page.getByRole('radio', { name: 'Dark' }).isChecked()).toBe(true);
    expect(await scheme()).toBe('dark');
  });

  test('keep passwords in a file only after what that means was read', async () => {
    const { page } = session;
    const keep = page.getByRole('switch', { name: KEEP });
    await flip(KEEP);
    await dialog(page)
      .getByText(/They are not encrypted/)
      .waitFor();
    await dialog(page).getByRole('button', { name: 'Cancel' }).click();
    await dialog(page).waitFor({ state: 'detached' });
    await expect.poll(() => keep.isChecked()).toBe(false);
    expect(stored()).toBe(false);

    await flip(KEEP);
    await dialog(page).getByRole('button', { name: 'Keep them in a file' }).click();
    await expect.poll(() => keep.isChecked()).toBe(true);
    // The setting is told before what follows from it is done.
    await expect.poll(stored).toBe(true);
    expect((statSync(secrets()).mode & 0o777).toString(8)).toBe('600');
  });

  test('let a task start after a restart without asking for its password', async () => {
    await session.restart();
    const { page } = session;
    await button(page, 'Resume Orders').first().click();
    await dialog(page).getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('link', { name: 'Orders' }).click();
    await phase(page, 'In step').waitFor({ timeout: START_MS });

    expect(await dialog(page).count()).toBe(0);
  });

  test('let tasks go on by themselves after a restart', async () => {
    const { page } = session;
    await toSettings();
    const resume = page.getByRole('switch', { name: RESUME });
    await flip(RESUME);
    await expect.poll(() => resume.isChecked()).toBe(true);
    await session.restart(() => void source.client().set('written-meanwhile', 'yes'));
    await page.getByRole('link', { name: 'Orders' }).click();
    await phase(page, 'In step').waitFor({ timeout: START_MS });

    expect(await target.client().get('written-meanwhile')).toBe('yes');
  });

  test('forget the passwords again when that is turned off', async () => {
    const { page } = session;
    await toSettings();
    const keep = page.getByRole('switch', { name: KEEP });
    await flip(KEEP);
    await expect.poll(() => keep.isChecked()).toBe(false);
    await expect.poll(stored).toBe(false);

    await session.restart();
    await page.getByRole('link', { name: 'Orders' }).click();
    await page.getByText('The password of the source has to be entered again').waitFor();
    expect(session.faults).toEqual([]);
  });
});
