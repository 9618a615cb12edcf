import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { button, checkRow, endpointCard, enterServer, phase, tab } from './journey/pages.ts';
import { openSession, type BrowserSession } from './support/browser-session.ts';
import { describeBrowser } from './support/window-tools.ts';

const PRECHECK_MS = 60_000;
const CHECK = 'Keys already on the target';

describeBrowser('a target that holds keys', () => {
  let session: BrowserSession;
  let source: RedisProcess;
  let target: RedisProcess;

  beforeAll(async () => {
    source = await startRedis({ args: ['--repl-diskless-sync-delay', '0', '--repl-timeout', '600'] });
    target = await startRedis();
    await source.client().mset('shared', 'of the source', 'new', 'yes');
    await target.client().mset('shared', 'of the target', 'own', 'stays');
    await target.client({ db: 3 }).set('own-in-3', 'stays');
    session = await openSession();
  });

  afterAll(async () => {
    await session?.close();
    await Promise.all([source?.stop(), target?.stop()]);
  });

  test('is named with its counts before its keys may be overwritten', async () => {
    const { page } = session;
    await button(page, 'New synchronisation').first().click();
    await enterServer(endpointCard(page, 'Source'), source.port);
    await enterServer(endpointCard(page, 'Target'), target.port);
    await button(page, /^Next: What/).click();
    await page.getByRole('radio', { name: 'Overwrite keys of the same name' }).check();
    const warning = page
      .getByRole('status')
      .filter({ hasText: 'What is overwritten cannot be brought back' });
    await warning.getByText(/holds 3 keys/).waitFor();

    expect(await warning.textContent()).toContain(
      `127.0.0.1:${target.port} holds 3 keys now: 2 in database 0, 1 in database 3.`,
    );
    await button(page, /^Next: How/).click();
    await button(page, /^Next: Precheck/).click();
  });

  test('has to be agreed to once more in the precheck, by its name', async () => {
    const { page } = session;
    const next = button(page, 'Next: Start');
    const warning = checkRow(page, 'Warning', CHECK);
    await page.getByText('The precheck has ended').waitFor({ timeout: PRECHECK_MS });
    expect(await warning.textContent()).toMatch(/2 keys in database 0, 1 key in database 3.*own-in-3/);
    expect(await next.getAttribute('aria-disabled')).toBe('true');

    await button(page, `Ignore this warning: ${CHECK}`).click();
    await expect.poll(() => next.getAttribute('aria-disabled')).toBeNull();
    await next.click();
    await page.getByText('One warning is ignored').waitFor();
  });

  test('takes what the source holds, and keeps its other keys', async () => {
    const { page } = session;
    await button(page, 'Start the task').click();
    await phase(page, 'In step').waitFor({ timeout: PRECHECK_MS });
    const values = await target.client().mget('shared', 'new', 'own');

    expect(values).toEqual(['of the source', 'yes', 'stays']);
    expect(await target.client({ db: 3 }).get('own-in-3')).toBe('stays');
    await tab(page, 'Drift').click();
    await page.getByText('The target holds keys of its own').waitFor();
    expect(session.faults).toEqual([]);
  });
});
