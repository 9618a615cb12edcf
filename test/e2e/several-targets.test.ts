import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { atNight } from '../support/nightly.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { button, dialog, endpointCard, enterServer, heading } from './journey/pages.ts';
import { openDesktop, type Application } from './support/application.ts';
import { accessibilityFaults } from './support/axe.ts';
import { takeScreenshots } from './support/screenshots.ts';
import { describeWindow } from './support/window-tools.ts';

const LONG_MS = 60_000;

describeWindow('one source and several targets', () => {
  let application: Application;
  let page: Page;
  let source: RedisProcess;
  let targets: RedisProcess[];

  beforeAll(async () => {
    source = await startRedis({ args: ['--repl-diskless-sync-delay', '0', '--repl-timeout', '600'] });
    targets = await Promise.all([startRedis(), startRedis(), startRedis()]);
    await source.client().set('greeting', 'hello');
    application = await openDesktop();
    ({ page } = application);
    page.setDefaultTimeout(LONG_MS);
  });

  afterAll(async () => {
    await application?.close();
    await Promise.all([source?.stop(), ...(targets ?? []).map((target) => target.stop())]);
  });

  const address = (target: RedisProcess): string => `127.0.0.1:${target.port}`;
  const row = (target: RedisProcess): Locator =>
    page.getByRole('table', { name: 'Targets' }).getByRole('row', { name: address(target) });
  const says = (target: RedisProcess, word: string): Promise<void> =>
    row(target).getByText(word, { exact: true }).first().waitFor();
  const arrived = (value: string, target: RedisProcess): Promise<void> =>
    eventually('the write has arrived', async () => (await target.client().get('greeting')) === value);

  /** From the first step to the last, with the warnings of each target ignored. */
  async function toTheStart(ports: readonly number[]): Promise<void> {
    await button(page, /^Next: What/).click();
    await button(page, /^Next: How/).click();
    const name = page.getByRole('textbox', { name: 'Name' });
    if ((await name.inputValue()) !== 'Shop') await name.fill('Shop');
    await button(page, /^Next: Precheck/).click();
    for (const port of ports) {
      if (ports.length > 1) await page.getByRole('tab', { name: new RegExp(String(port)) }).click();
      await page.getByText('The precheck has ended').first().waitFor();
      const ignore = button(page, /^Ignore this warning/);
      while ((await ignore.count()) > 0) {
        const label = (await ignore.first().getAttribute('aria-label')) ?? '';
        await ignore.first().click();
        await button(page, label.replace('Ignore this warning', 'Undo ignoring')).waitFor();
      }
    }
    await button(page, 'Next: Start').click();
  }

  test('become a group by one set-up, all in step', async () => {
    const [first, second] = targets as [RedisProcess, RedisProcess];
    await button(page, 'New synchronisation').first().click();
    await enterServer(endpointCard(page, 'Source'), source.port);
    await enterServer(endpointCard(page, 'Target'), first.port);
    await button(page, 'Add another target').click();
    await enterServer(page.getByRole('region', { name: 'Target 2' }), second.port);
    await toTheStart([first.port, second.port]);
    await button(page, 'Start 2 tasks').click();
    await heading(page, 'Shop').waitFor();
    for (const target of [first, second]) {
      await says(target, 'In step');
      await arrived('hello', target);
    }
    await page
      .getByText(/^Both targets are in step/)
      .first()
      .waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshots(page, 'group-in-step');
  });

  test('hold one another up in nothing: one is killed, and one is paused', async () => {
    const [first, second] = targets as [RedisProcess, RedisProcess];
    await second.kill();
    await says(second, 'Reconnecting');
    await page
      .getByText(new RegExp(`^${address(second)}: Reconnecting.*The other one: in step`))
      .first()
      .waitFor();
    await source.client().set('greeting', 'still here');
    await arrived('still here', first);
    await says(first, 'In step');
    await takeScreenshots(page, 'group-one-away');
    await second.restart();
    await says(second, 'In step');
    await arrived('still here', second);

    await row(first)
      .getByRole('button', { name: /^Pause/ })
      .click();
    await says(first, 'Paused');
    await source.client().set('greeting', 'during the pause');
    await arrived('during the pause', second);
    expect(await first.client().get('greeting')).toBe('still here');
  });

  test('are joined by a further one, and left by one', async () => {
    const [first, second, third] = targets as [RedisProcess, RedisProcess, RedisProcess];
    await button(page, 'Add target').click();
    await heading(page, 'New target of “Shop, 2 targets”').waitFor();
    await takeScreenshots(page, 'group-add-target');
    await enterServer(endpointCard(page, 'Target'), third.port);
    await toTheStart([third.port]);
    await button(page, 'Start the task').click();
    await heading(page, 'Shop').waitFor();
    await says(third, 'In step');
    await arrived('during the pause', third);
    await button(page, 'Resume all').click();
    await says(first, 'In step');

    await button(page, `Take ${address(second)} out of the group`).click();
    await dialog(page)
      .getByRole('radio', { name: /handed over/ })
      .check();
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshots(page, 'group-take-out');
    await button(page, 'Take it out').click();
    await row(second).waitFor({ state: 'detached' });
    await eventually('the target is handed over', async () => {
      const [checkpoint] = await second.client().keys('lockstep:*:checkpoint:*');
      return checkpoint !== undefined && (await second.client().hget(checkpoint, 'active')) === '0';
    });
    await source.client().set('greeting', 'for two');
    for (const target of [first, third]) await arrived('for two', target);
    expect(await second.client().get('greeting')).toBe('during the pause');
  });

  atNight('stand in the list as the group, in the order of the column that is chosen', async () => {
    await page.getByRole('link', { name: 'Tasks', exact: true }).click();
    await heading(page, 'Tasks').waitFor();
    const names = (): Promise<string[]> => page.locator('tbody tr td:first-child a').allTextContents();
    const [first, second, third] = targets.map((target) => `Shop (${address(target)})`);
    const members = [first!, third!].sort();
    const group = 'Shop, 2 targets';
    const byName = page.getByRole('columnheader', { name: 'Task' });
    await byName.getByRole('button').click();
    expect(await byName.getAttribute('aria-sort')).toBe('ascending');
    // The one that was taken out has a line of its own, before or behind the group as the names have it.
    const lines = members[0]! < second! ? [group, ...members, second!] : [second!, group, ...members];
    expect(await names()).toEqual(lines);
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshots(page, 'group-in-list');
    expect(application.faults).toEqual([]);
  });
});
