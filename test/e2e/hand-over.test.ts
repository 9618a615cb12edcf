import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient, type Client } from '../../shared/contract/client.ts';
import { eventually } from '../support/eventually.ts';
import { lateOn } from '../support/lateness.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { button, dialog, phase } from './journey/pages.ts';
import { accessibilityFaults } from './support/axe.ts';
import { bridgeOf } from './support/bridge-of.ts';
import { openWindow, type ElectronWindow } from './support/electron-window.ts';
import { makeTask, taskOf } from './support/make-task.ts';
import { describeWindow } from './support/window-tools.ts';

describeWindow('a target that nobody has handed over', () => {
  let opened: ElectronWindow;
  let client: Client;
  let source: RedisProcess;
  let target: RedisProcess;
  let id: string;

  beforeAll(async () => {
    source = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
    target = await startRedis();
    await source.client().set('session', 'v', 'EX', 5000);
    opened = await openWindow();
    const open = await bridgeOf(opened.page);
    client = createClient(await open());
    id = await makeTask(client, { source, target });
  });

  afterAll(async () => {
    await opened?.close();
    await Promise.all([source?.stop(), target?.stop()]);
  });

  const killEngine = async (): Promise<void> => {
    const pid = await opened.app.evaluate(
      ({ app }) => app.getAppMetrics().find(({ name }) => name === 'Lockstep engine')?.pid,
    );
    process.kill(pid!, 'SIGKILL');
  };

  test('is offered to be, once the source is gone and the engine was killed, and is by keyboard alone', async () => {
    const { page } = opened;
    await page.evaluate((task) => (location.hash = `#/tasks/${task}/overview`), id);
    await phase(page, 'In step').waitFor();
    await source.stop();
    await killEngine();
    await eventually('it was noticed', async () => (await taskOf(client, id)).state === 'restarting');
    await client.request('task.stop', { id });
    await phase(page, 'Stopped').waitFor();
    expect(await lateOn(target.client(), 'session')).not.toBe('exact');

    await page.getByText('Keys on the target may go after their time').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    const offered = button(page, 'Make expiry exact on the target…');
    await offered.focus();
    await page.keyboard.press('Enter');
    await dialog(page).getByText(`127.0.0.1:${target.port}`).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Cancel');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');

    await eventually('it is handed over', async () => (await taskOf(client, id)).targetStanding === 'exact');
    expect(await lateOn(target.client(), 'session')).toBe('exact');
    await offered.waitFor({ state: 'detached' });
    expect(await phase(page, 'Stopped').count()).toBe(1);
    expect(opened.faults).toEqual([]);
  });
});
