/** From the first page, without a task, to the prefix that differs and its keys. */
import type { Redis } from 'ioredis';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { atNight } from '../support/nightly.ts';
import { plantDifferences, type Planted } from '../support/planted-differences.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { button, enterServer, heading } from './journey/pages.ts';
import { openDesktop, type Application } from './support/application.ts';
import { accessibilityFaults } from './support/axe.ts';
import { takeScreenshots } from './support/screenshots.ts';
import { describeWindow } from './support/window-tools.ts';

const COMPARE_MS = 60_000;
const PASSWORD = 'canary-of-the-comparison';

describeWindow('two servers without a task', () => {
  let application: Application;
  let source: RedisProcess;
  let target: RedisProcess;
  let a: Redis;
  let b: Redis;
  let planted: Planted;

  beforeAll(async () => {
    [source, target] = await Promise.all([startRedis({ requirepass: PASSWORD }), startRedis()]);
    [a, b] = [source.client(), target.client()];
    planted = await plantDifferences(a, b, { keys: 4000, share: 0.1, seed: 7 });
    application = await openDesktop();
  });
  afterAll(async () => {
    await application?.close();
    await Promise.all([source?.stop(), target?.stop()]);
  });

  const cell = (page: Page, name: string): Locator =>
    page.getByRole('group', { name: /^Drift map/ }).getByRole('button', { name: new RegExp(`^${name}`) });
  const keys = (page: Page): Locator => page.getByRole('region', { name: 'Keys that differ' });
  const total = (): string => `${planted.kinds.size} differences`;
  const within = (prefix: string): number =>
    [...planted.kinds.keys()].filter((key) => key.startsWith(prefix)).length;

  test('are compared from the first page on', async () => {
    const { page } = application;
    await button(page, 'Compare two servers').click();
    await heading(page, 'Compare two servers').waitFor();
    await button(page, 'Compare now').click();
    await page.getByText('Enter the host name or the address of the source.').waitFor();
    await enterServer(page.getByRole('region', { name: 'Source', exact: true }), source.port, PASSWORD);
    await enterServer(page.getByRole('region', { name: 'Target', exact: true }), target.port);
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshots(page, 'compare-servers', { fullPage: true });
    await page.getByRole('checkbox', { name: 'What is in there' }).check();
    await button(page, 'Compare now').click();
    await page.getByText(total(), { exact: true }).waitFor({ timeout: COMPARE_MS });
    const contents = page.getByRole('region', { name: 'What is in there' });
    await contents.getByText(`Source: ${planted.sourceKeys.toLocaleString('en')} keys of about`).waitFor();
    await page.getByText('Area: memory', { exact: true }).click();
    await page.getByRole('group', { name: /as large as its keys take memory$/ }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshots(page, 'compare-map', { fullPage: true });
    await page.getByText('Area: keys', { exact: true }).click();
    await page.setViewportSize({ width: 1600, height: 1000 });
    await takeScreenshots(page, 'compare-beside');
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  test('show by pointer and by keyboard which prefix differs, and its keys', async () => {
    const { page } = application;
    await cell(page, 'job:').click();
    const path = page.getByRole('navigation', { name: 'Prefix' });
    await expect.poll(() => path.textContent()).toBe('Database 0job:');
    await cell(page, 'waiting:').focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowLeft');
    await cell(page, 'waiting:').focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => path.textContent()).toBe('Database 0job:waiting:');
    await keys(page)
      .getByText(`${within('job:waiting:')} of ${within('job:waiting:')} shown`)
      .waitFor();
    await cell(page, 'waiting:').focus();
    await page.keyboard.press('Backspace');
    await expect.poll(() => path.textContent()).toBe('Database 0job:');
    await keys(page).getByRole('combobox', { name: 'Kind of difference' }).click();
    await page.getByRole('option', { name: 'Other expiry' }).click();
    await keys(page)
      .getByText(`${planted.count('expiry', 'job:')} of ${within('job:')} shown`)
      .waitFor();
    await path.getByRole('button', { name: 'Database 0' }).click();
    await page.getByText('Table', { exact: true }).click();
    const rows = page.getByRole('table', { name: 'Prefixes' }).getByRole('row');
    const first = await rows.nth(1).textContent();
    const most = ['user:', 'page:', 'job:', 'order:', 'stock:', 'flag:'].toSorted(
      (x, y) => within(y) - within(x),
    );
    expect(first).toContain(`${most[0]}${within(most[0]!)}`);
    expect(await accessibilityFaults(page)).toEqual([]);
    for (const [width, height] of [
      [900, 800],
      [2560, 1440],
    ] as const) {
      await page.setViewportSize({ width, height });
      expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
      await takeScreenshots(page, `compare-table-${width}`, { fullPage: true });
    }
    await page.getByText('Map', { exact: true }).click();
    await takeScreenshots(page, 'compare-map-2560', { fullPage: true });
    await page.setViewportSize({ width: 900, height: 800 });
    await takeScreenshots(page, 'compare-map-900', { fullPage: true });
    await button(page, 'Show by slot').click();
    await page.getByRole('slider', { name: 'Slots in which keys differ' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.setViewportSize({ width: 1280, height: 800 });
    await takeScreenshots(page, 'compare-slots', { fullPage: true });
  });

  atNight('are counted, and looked at by a sample', async () => {
    const { page } = application;
    await page.getByText('Count', { exact: true }).click();
    await button(page, 'Compare again').click();
    const fewer = Math.abs(planted.sourceKeys - planted.targetKeys);
    await page.getByText(`At least ${fewer} differences`, { exact: true }).waitFor({ timeout: COMPARE_MS });
    await page.getByText('Sample', { exact: true }).click();
    await page.getByRole('textbox', { name: 'Size of the sample' }).fill('300');
    await button(page, 'Compare again').click();
    await page
      .getByText(/keys that chance has chosen: .* of all keys differ, 99 % sure/)
      .waitFor({ timeout: COMPARE_MS });
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshots(page, 'compare-sample', { fullPage: true });
  });

  atNight('are known after a restart, and what has changed since', async () => {
    const [gone, ...others] = [...planted.kinds].filter(([, kind]) => kind === 'extra').map(([key]) => key);
    await b.del(gone!, others[0]!, others[1]!);
    await b.mset('page:new1', '1', 'page:new2', '1');
    await application.restart();
    const { page } = application;
    await page
      .getByText(/differences? in the sample|\d+ differences?/)
      .first()
      .waitFor();
    await button(page, /^Open the comparison/)
      .or(page.getByRole('link', { name: /^Open the comparison/ }))
      .click();
    await page.getByText(/before Lockstep was started$/).waitFor();
    await page.getByText('Values', { exact: true }).click();
    const password = page.getByRole('textbox', { name: 'Password' }).first();
    await button(page, 'Change servers').click();
    if (await password.isVisible()) await password.fill(PASSWORD);
    await button(page, 'Compare again').click();
    await page
      .getByText(`${planted.kinds.size - 1} differences`, { exact: true })
      .waitFor({ timeout: COMPARE_MS });
    await page.getByRole('combobox', { name: 'What has changed since' }).click();
    await page.getByRole('option', { name: /values: \d+ differences/ }).click();
    await page.getByText('2 new, 3 gone').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshots(page, 'compare-since', { fullPage: true });
    expect(application.faults).toEqual([]);
  });
});
