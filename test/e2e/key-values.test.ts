/** A key that differs: both of its values, copied again while the task runs, and checked again. */
import type { Redis } from 'ioredis';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '../../shared/contract/client.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { button, dialog } from './journey/pages.ts';
import { accessibilityFaults } from './support/axe.ts';
import { bridgeOf } from './support/bridge-of.ts';
import { openWindow, type ElectronWindow } from './support/electron-window.ts';
import { makeTask } from './support/make-task.ts';
import { takeScreenshots } from './support/screenshots.ts';
import { describeWindow } from './support/window-tools.ts';

const COMPARE_MS = 60_000;

describeWindow('a key that differs', () => {
  let source: RedisProcess;
  let target: RedisProcess;
  let window: ElectronWindow;
  let page: Page;
  let a: Redis;
  let b: Redis;

  beforeAll(async () => {
    [source, target] = await Promise.all([
      startRedis({ args: ['--repl-diskless-sync-delay', '0'] }),
      startRedis(),
    ]);
    [a, b] = [source.client(), target.client()];
    await a.hset('user:1', { name: 'Ada', mail: 'ada@example.org', note: '{"plan":"pro","seats":3}' });
    await a.rpush('queue', 'one', 'two', 'three');
    window = await openWindow();
    ({ page } = window);
    const id = await makeTask(createClient(await (await bridgeOf(page))()), { source, target });
    await b.hset('user:1', 'name', 'Eve');
    await b.rpush('queue', 'four');
    await b.set('stray', 'x');
    await page.evaluate((task) => (location.hash = `#/tasks/${task}/drift`), id);
  });

  afterAll(async () => {
    await window?.close();
    await Promise.all([source?.stop(), target?.stop()]);
  });

  test('shows both values, and is as the source has it after it was copied again', async () => {
    await button(page, 'Compare now').click();
    await page.getByText('3 differences', { exact: true }).waitFor({ timeout: COMPARE_MS });
    await button(page, 'user:1').first().click();
    const cells = dialog(page).getByRole('table');
    await cells.getByText('Eve').first().waitFor();
    await cells.getByText('Ada').first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshots(page, 'key-values');
    await button(page, 'Copy again').click();
    await button(page, 'Copy 1 key again').last().click();
    await expect.poll(() => b.hget('user:1', 'name')).toBe('Ada');
    await expect.poll(() => cells.getByText('Eve').count()).toBe(0);
    await dialog(page).getByRole('button', { name: 'Close' }).last().click();
  });

  test('is removed where only the target has it, after a question that says how many', async () => {
    await button(page, /^Remove 1 key from the target/).click();
    await dialog(page).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshots(page, 'key-removal');
    expect(await b.exists('stray')).toBe(1);
    await dialog(page)
      .getByRole('button', { name: /^Remove/ })
      .click();
    await expect.poll(() => b.exists('stray')).toBe(0);
    await page.getByRole('checkbox', { name: 'Select queue' }).focus();
    await page.keyboard.press('Space');
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshots(page, 'keys-selected', { fullPage: true });
    await button(page, 'Copy this key again').click();
    const question = dialog(page).getByRole('button', { name: /^Copy/ });
    await question.click();
    await expect.poll(() => b.lrange('queue', 0, -1)).toEqual(['one', 'two', 'three']);
    await button(page, /^Check .* again/).click();
    await page.getByText(/Keys of the list were compared again/).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshots(page, 'key-repaired', { fullPage: true });
  });
});
