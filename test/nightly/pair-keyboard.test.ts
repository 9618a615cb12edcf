/** Rehearsals and comparisons of two servers by keyboard alone, and how their pages look at 150 % and on a large screen. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { focused, KeyboardUser } from '../e2e/journey/keyboard-user.ts';
import { heading } from '../e2e/journey/pages.ts';
import { accessibilityFaults } from '../e2e/support/axe.ts';
import { openSession, type BrowserSession } from '../e2e/support/browser-session.ts';
import { takeScreenshots } from '../e2e/support/screenshots.ts';
import { describeBrowser } from '../e2e/support/window-tools.ts';
import { plantDifferences } from '../support/planted-differences.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';

const LONG_MS = 60_000;

describeBrowser('two servers by keyboard alone', () => {
  let session: BrowserSession;
  let source: RedisProcess;
  let target: RedisProcess;
  let differing: RedisProcess;
  let keys: KeyboardUser;

  beforeAll(async () => {
    const args = ['--repl-diskless-sync-delay', '0'];
    [source, target, differing] = await Promise.all([
      startRedis({ args }),
      startRedis({ args }),
      startRedis(),
    ]);
    await plantDifferences(source.client(), differing.client(), { keys: 2000, share: 0.1, seed: 3 });
    session = await openSession();
    keys = new KeyboardUser(session.page);
    await heading(session.page, 'Tasks').waitFor();
  });

  afterAll(async () => {
    await session?.close();
    await Promise.all([source?.stop(), target?.stop(), differing?.stop()]);
  });

  const press = (key: string): Promise<void> => session.page.keyboard.press(key);
  const server = async (port: number): Promise<void> => {
    await keys.tabTo('Host');
    await keys.enter('127.0.0.1');
    await keys.tabTo('Port');
    await keys.enter(String(port));
  };
  /** As it is at 150 % on a small screen, and on a large one. */
  const look = async (what: string): Promise<void> => {
    const { page } = session;
    for (const [name, width, height] of [
      ['150', 900, 700],
      ['large', 2560, 1440],
    ] as const) {
      await page.setViewportSize({ width, height });
      await takeScreenshots(page, `pair-${what}-${name}`, { fullPage: true });
      const sideways = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(sideways, `${what} at ${width} is scrolled sideways`).toBeLessThanOrEqual(0);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
    expect(await accessibilityFaults(page), what).toEqual([]);
  };

  test('a copy is rehearsed, and removed after a question', async () => {
    const { page } = session;
    await keys.tabTo('Rehearse');
    await press('Enter');
    await heading(page, 'Rehearse').waitFor();
    await server(source.port);
    await server(target.port);
    await look('rehearsal-set-up');
    await keys.tabTo('Stay in step for, in seconds');
    await keys.enter('1');
    await keys.tabTo('Begin the rehearsal', 'Shift+Tab');
    await press('Enter');
    await page.getByText('The copy is equal. What is to become of it?').waitFor({ timeout: LONG_MS });
    await look('rehearsal-question');
    await keys.tabTo(/^Remove [\d,]+ keys…$/);
    await press('Enter');
    await page.getByRole('dialog').waitFor();
    await press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(async () => (await focused(page)).name).toMatch(/^Remove [\d,]+ keys…$/);
    await press('Enter');
    await page.getByRole('dialog').waitFor();
    await keys.tabTo(/^Remove [\d,]+ keys$/);
    await press('Enter');
    await page.getByText('The goals were met', { exact: true }).waitFor({ timeout: LONG_MS });
    await look('rehearsal-report');
    expect(await target.client().keys('*')).toEqual([]);
  });

  test('a loss is chosen with the arrows, cut and ended, and an earlier run is shown again', async () => {
    const { page } = session;
    await keys.tabTo('Rehearse again');
    await press('Enter');
    await keys.tabTo('A full copy');
    await press('ArrowDown');
    await page.getByRole('radio', { name: 'The loss of the source', checked: true }).waitFor();
    await keys.tabTo('Begin the rehearsal', 'Shift+Tab');
    await press('Enter');
    await page.getByText('The pair is in step').waitFor({ timeout: LONG_MS });
    await keys.tabTo('Cut the link now');
    await press('Enter');
    await page.getByText(/answers, and is free to be used$/).waitFor({ timeout: LONG_MS });
    await keys.tabTo('End the rehearsal');
    await press('Enter');
    await page.getByText('Recovery time (RTO)', { exact: true }).waitFor({ timeout: LONG_MS });
    await look('rehearsal-loss');
    await keys.tabTo(/^Show the run of /);
    await press('Enter');
    await page.getByText('Report: Copy rehearsal').waitFor();
    // The focus stays on what was pressed.
    expect(await focused(page)).toMatchObject({
      name: expect.stringMatching(/^Shown: the run of /),
      visible: true,
    });
  });

  test('two servers are compared, and a prefix is opened', async () => {
    const { page } = session;
    await page.evaluate(() => (location.hash = '#/tasks'));
    await heading(page, 'Tasks').waitFor();
    await keys.tabTo('Compare two servers');
    await press('Enter');
    await heading(page, 'Compare two servers').waitFor();
    await server(source.port);
    await server(differing.port);
    await look('comparison-set-up');
    await keys.tabTo('Compare now');
    await press('Enter');
    await page.getByText(/^\d+ differences$/).waitFor({ timeout: LONG_MS });
    await look('comparison');
    // The map is one stop, and its cells are gone through with the arrows.
    await keys.tabTo(/^(order|user|job):.* keys on /);
    for (let n = 0; n < 9 && !/^job:.* keys on /.test((await focused(page)).name); n++)
      await press('ArrowRight');
    await press('Enter');
    await expect
      .poll(() => page.getByRole('navigation', { name: 'Prefix' }).textContent())
      .toBe('Database 0job:');
  });

  test('showed the focus at every stop of the way', () => {
    // Behind the last stop of a page lies nothing, and then its first one.
    expect([...new Set(keys.unseen)].filter((name) => name !== 'nothing')).toEqual([]);
    expect(session.faults).toEqual([]);
  });
});
