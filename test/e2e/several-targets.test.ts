import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { button, endpointCard, enterServer, heading } from './journey/pages.ts';
import { openSession, type BrowserSession } from './support/browser-session.ts';
import { describeBrowser } from './support/window-tools.ts';

const PRECHECK_MS = 60_000;

describeBrowser('one source and two targets', () => {
  let session: BrowserSession;
  let source: RedisProcess;
  let targets: RedisProcess[];

  beforeAll(async () => {
    source = await startRedis({ args: ['--repl-diskless-sync-delay', '0', '--repl-timeout', '600'] });
    targets = [await startRedis(), await startRedis()];
    await source.client().set('greeting', 'hello');
    session = await openSession();
  });

  afterAll(async () => {
    await session?.close();
    await Promise.all([source?.stop(), ...(targets ?? []).map((target) => target.stop())]);
  });

  test('become two tasks by one set-up, both in step', async () => {
    const { page } = session;
    await button(page, 'New synchronisation').first().click();
    await enterServer(endpointCard(page, 'Source'), source.port);
    await enterServer(endpointCard(page, 'Target'), targets[0]!.port);
    await button(page, 'Add another target').click();
    await enterServer(page.getByRole('region', { name: 'Target 2' }), targets[1]!.port);
    await button(page, /^Next: What/).click();
    await button(page, /^Next: How/).click();
    await page.getByRole('textbox', { name: 'Name' }).fill('Shop');
    await button(page, /^Next: Precheck/).click();
    const next = button(page, 'Next: Start');
    for (const { port } of targets) {
      await page.getByRole('tab', { name: new RegExp(String(port)) }).click();
      await page.getByText('The precheck has ended').first().waitFor({ timeout: PRECHECK_MS });
      const ignore = button(page, /^Ignore this warning/);
      while ((await ignore.count()) > 0) {
        const name = (await ignore.first().getAttribute('aria-label')) ?? '';
        await ignore.first().click();
        await button(page, name.replace('Ignore this warning', 'Undo ignoring')).waitFor();
      }
    }
    await next.click();
    await button(page, 'Start 2 tasks').click();
    await heading(page, 'Tasks').waitFor();
    await expect
      .poll(() => page.locator('tbody [data-status=in-step]').count(), { timeout: PRECHECK_MS })
      .toBe(2);
    for (const target of targets)
      await eventually('the copy is there', async () => (await target.client().get('greeting')) === 'hello');

    const list = page.getByRole('table', { name: 'Tasks' });
    for (const { port } of targets)
      expect(await list.getByText(`127.0.0.1:${port}`, { exact: true }).count()).toBe(1);
    expect(await page.getByTestId('status-summary').textContent()).toBe('2 in step');
  });

  test('stand in the order of the column that is chosen', async () => {
    const { page } = session;
    const names = (): Promise<string[]> => page.locator('tbody tr td:first-child a').allTextContents();
    const byName = page.getByRole('columnheader', { name: 'Task' });
    await byName.getByRole('button').click();
    const ascending = await names();
    expect(await byName.getAttribute('aria-sort')).toBe('ascending');
    await byName.getByRole('button').click();

    expect(await byName.getAttribute('aria-sort')).toBe('descending');
    expect(ascending).toHaveLength(2);
    expect(ascending).toEqual([...ascending].sort());
    expect(await names()).toEqual(ascending.toReversed());
    expect(session.faults).toEqual([]);
  });
});
