import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { button, phase } from './journey/pages.ts';
import { openSession, type BrowserSession } from './support/browser-session.ts';
import { makeTask } from './support/make-task.ts';
import { describeBrowser } from './support/window-tools.ts';

describeBrowser('a page whose host is gone', () => {
  let session: BrowserSession;
  let source: RedisProcess;
  let target: RedisProcess;

  beforeAll(async () => {
    source = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
    target = await startRedis();
    session = await openSession();
    const id = await makeTask(await session.client(), { source, target });
    await session.page.evaluate((task) => (location.hash = `#/tasks/${task}/overview`), id);
    await phase(session.page, 'In step').waitFor();
  });

  afterAll(async () => {
    await session?.close();
    await Promise.all([source?.stop(), target?.stop()]);
  });

  test('says so, and shows its figures as those of before', async () => {
    const { page } = session;
    await session.stopHost();
    const banner = page.getByRole('alert').filter({ hasText: 'The connection to the application is gone' });
    await banner.waitFor();

    expect(await banner.textContent()).toContain('What you see is as it was last.');
    expect(await page.locator('main[data-stale]').count()).toBe(1);
    await button(page, 'Pause').click();
    await page
      .getByRole('alert')
      .filter({ hasText: /was not sent|is closed|was answered/ })
      .waitFor();
  });

  test('asks for the new link when the host is back, and goes on by itself once that was opened', async () => {
    const { page } = session;
    await session.startHost();
    const banner = page.getByRole('alert').filter({ hasText: 'asks for a new link' });
    await banner.waitFor();
    expect(await page.locator('main[data-stale]').count()).toBe(1);

    const other = await page.context().newPage();
    await other.goto(session.host.link);
    await other.getByText('One task ran when Lockstep ended').waitFor();
    await page.locator('main[data-stale]').waitFor({ state: 'detached' });
    expect(await banner.count()).toBe(0);
    // The host has stopped the task as it ended.
    await phase(page, 'Stopped').waitFor();
    await page.getByText('This task ran when Lockstep ended').waitFor();
    await page.getByText('Lag').locator('..').getByText('not running').waitFor();
  });
});
