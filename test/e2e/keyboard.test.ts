import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { focused, KeyboardUser } from './journey/keyboard-user.ts';
import { heading, phase } from './journey/pages.ts';
import { openSession, type BrowserSession } from './support/browser-session.ts';
import { describeBrowser } from './support/window-tools.ts';

const PRECHECK_MS = 60_000;
describeBrowser('the set-up by keyboard alone', () => {
  let session: BrowserSession;
  let source: RedisProcess;
  let target: RedisProcess;
  let keys: KeyboardUser;
  const tabTo = (name: string | RegExp, key?: string): Promise<void> => keys.tabTo(name, key);
  const enter = (text: string): Promise<void> => keys.enter(text);
  const press = (key: string): Promise<void> => session.page.keyboard.press(key);

  beforeAll(async () => {
    source = await startRedis({ args: ['--repl-diskless-sync-delay', '0', '--repl-timeout', '30'] });
    target = await startRedis();
    await source.client().set('greeting', 'hello');
    session = await openSession();
    keys = new KeyboardUser(session.page);
    await heading(session.page, 'Tasks').waitFor();
  });

  afterAll(async () => {
    await session?.close();
    await Promise.all([source?.stop(), target?.stop()]);
  });

  test('begins with a link that skips what is above the content', async () => {
    const { page } = session;
    await tabTo('Skip to the content');
    const box = await page.getByText('Skip to the content').boundingBox();
    expect(box && box.x >= 0 && box.y >= 0).toBe(true);
    await press('Enter');

    expect(await page.evaluate(() => document.activeElement?.id)).toBe('main');
    await press('Tab');
    expect(await page.evaluate(() => document.activeElement?.closest('#main') !== null)).toBe(true);
  });

  test('leads through all steps to a task in step', async () => {
    const { page } = session;
    await tabTo('New synchronisation');
    await press('Enter');
    await heading(page, 'New synchronisation').waitFor();
    await tabTo('Host');
    await enter('127.0.0.1');
    await tabTo('Port');
    await enter(String(source.port));
    await tabTo('Test connection');
    await press('Space');
    await page
      .getByRole('region', { name: 'Source' })
      .getByText(/^Connected at/)
      .waitFor();
    await tabTo('Host');
    await enter('127.0.0.1');
    await tabTo('Port');
    await enter(String(target.port));
    await tabTo('Next: What to copy');
    await press('Enter');

    await page.getByRole('heading', { name: /What to copy/ }).waitFor();
    await tabTo('Precheck and report');
    await press('ArrowDown');
    await page.getByText('What is overwritten cannot be brought back').waitFor();
    await press('ArrowUp');
    await page.getByText('What is overwritten cannot be brought back').waitFor({ state: 'detached' });
    await tabTo('Next: How to run');
    await press('Enter');

    await page.getByRole('textbox', { name: 'Name' }).waitFor();
    await tabTo('Name');
    await enter('By keyboard');
    await press('Enter');
    await page.getByText('The precheck has ended').waitFor({ timeout: PRECHECK_MS });
    await tabTo(/^Ignore this warning/);
    await press('Space');
    await page.getByText(/Ignored by you at/).waitFor();
    // While it is off, Tab leads past it and out of the page.
    await expect.poll(() => page.getByRole('button', { name: 'Next: Start' }).isEnabled()).toBe(true);
    await tabTo('Next: Start');
    await press('Enter');
    await page.getByRole('button', { name: 'Start the task' }).waitFor();
    await tabTo('Start the task');
    await press('Enter');
    await heading(page, 'By keyboard').waitFor();
    await phase(page, 'In step').waitFor({ timeout: PRECHECK_MS });
    expect(await target.client().get('greeting')).toBe('hello');
  });

  test('moves between the parts of the task, and asks before it stops', async () => {
    const { page } = session;
    await tabTo('Overview');
    await press('ArrowRight');
    await page.getByRole('tab', { name: 'Drift', selected: true }).waitFor();
    await tabTo('Stop', 'Shift+Tab');
    await press('Enter');
    await page.getByRole('dialog').waitFor();
    await press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(async () => (await focused(page)).name).toBe('Stop');

    expect((await focused(page)).visible).toBe(true);
    expect(session.faults).toEqual([]);
  });

  test('showed the focus at every stop of the way', () => {
    expect([...new Set(keys.unseen)]).toEqual([]);
  });
});
