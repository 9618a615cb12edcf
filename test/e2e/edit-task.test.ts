import { readdirSync, cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWriter, type Writer } from '../../electron/headless/demo-data/writer/start-writer.ts';
import type { Client } from '../../shared/contract/client.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { button, dialog, endpointCard, heading, phase, tab } from './journey/pages.ts';
import { openSession, type BrowserSession } from './support/browser-session.ts';
import { makeTask, taskOf } from './support/make-task.ts';
import { describeBrowser } from './support/window-tools.ts';

const WRITTEN_PER_SECOND = 2000;
const LIMIT_PER_SECOND = 300;
const RATE_MS = 20_000;

describeBrowser('the settings of a task', () => {
  let session: BrowserSession;
  let client: Client;
  let source: RedisProcess;
  let target: RedisProcess;
  let moved: RedisProcess | undefined;
  let writer: Writer | undefined;
  let id: string;
  const copy = mkdtempSync(path.join(tmpdir(), 'lockstep-moved-'));

  const save = async (): Promise<void> => {
    await button(session.page, 'Save').click();
    await session.page.getByText('Saved.', { exact: true }).waitFor();
  };
  const appliedPerSecond = async (): Promise<number> =>
    (await taskOf(client, id)).metrics?.applied.commandsPerSecond ?? 0;

  beforeAll(async () => {
    source = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
    target = await startRedis({ args: ['--save', '3600 1000000'] });
    await source.client().set('from-the-copy', 'yes');
    session = await openSession();
    client = await session.client();
    id = await makeTask(client, { source, target });
    const endpoint = {
      host: '127.0.0.1',
      port: source.port,
      user: undefined,
      password: undefined,
      tls: false,
      db: 0,
    };
    writer = startWriter(endpoint, { ratePerSecond: WRITTEN_PER_SECOND, databases: [0], seed: 3 });
    await session.page.evaluate((task) => (location.hash = `#/tasks/${task}/settings`), id);
  });

  afterAll(async () => {
    await writer?.stop().catch(() => undefined);
    await session?.close();
    await Promise.all([source?.stop(), target?.stop(), moved?.stop()]);
    rmSync(copy, { recursive: true, force: true });
  });

  test('a name and a limit hold at once while it runs', async () => {
    const { page } = session;
    await eventually(
      'the writes are applied',
      async () => (await appliedPerSecond()) > WRITTEN_PER_SECOND / 2,
    );
    await page.getByRole('textbox', { name: 'Name' }).fill('Orders, slowly');
    await page.getByRole('textbox', { name: 'Commands a second' }).fill(String(LIMIT_PER_SECOND));
    await save();
    await heading(page, 'Orders, slowly').waitFor();

    // It has to stay there: a single slow second is no limit.
    let slow = 0;
    await eventually('what is applied keeps to the limit', async () => {
      const { metrics } = await taskOf(client, id);
      const rate = metrics?.applied.commandsPerSecond ?? Infinity;
      slow = rate > 0 && rate <= LIMIT_PER_SECOND * 1.2 ? slow + 1 : 0;
      await page.waitForTimeout(500);
      return slow >= 4;
    });
    await page.getByRole('textbox', { name: 'Commands a second' }).fill('');
    await save();
    await expect.poll(appliedPerSecond, { timeout: RATE_MS }).toBeGreaterThan(WRITTEN_PER_SECOND / 2);
  });

  test('the address is changed while it is stopped, and it goes on there without a new copy', async () => {
    const { page } = session;
    await writer?.stop();
    writer = undefined;
    expect(await endpointCard(page, 'Target').getByLabel('Port').count()).toBe(0);
    await button(page, 'Stop').click();
    await dialog(page).getByRole('button', { name: 'Stop the task' }).click();
    await phase(page, 'Stopped').waitFor();

    // The target moves to another port with all that it holds.
    await target.client().save();
    for (const file of readdirSync(target.dir))
      cpSync(path.join(target.dir, file), path.join(copy, file), { recursive: true });
    await target.stop();
    moved = await startRedis({ dir: copy });
    await source.client().set('written-meanwhile', 'yes');
    await endpointCard(page, 'Target').getByLabel('Port').fill(String(moved.port));
    await save();
    await button(page, 'Resume').click();
    await dialog(page)
      .getByText(/goes on from its checkpoint/)
      .waitFor();
    await dialog(page).getByRole('button', { name: 'Resume' }).click();
    await phase(page, 'In step').waitFor();
    await eventually(
      'the write has arrived',
      async () => (await moved!.client().get('written-meanwhile')) === 'yes',
    );
    expect(await moved.client().get('from-the-copy')).toBe('yes');

    await tab(page, 'Events').click();
    await page.getByRole('row', { name: /Changed: the address of the target from/ }).waitFor();
    expect(await page.getByRole('row', { name: /The full copy is complete/ }).count()).toBe(1);
    expect(session.faults).toEqual([]);
  });

  test('or while it is paused, where it says first whether that is the same data', async () => {
    const { page } = session;
    const other = await startRedis();
    await tab(page, 'Settings').click();
    await button(page, 'Pause').click();
    await phase(page, 'Paused').waitFor();
    const port = endpointCard(page, 'Source').getByLabel('Port');
    await port.fill(String(other.port));
    await button(page, 'Save').click();
    await dialog(page)
      .getByText(/copied from .* before, and that was other data/)
      .waitFor();
    await dialog(page).getByRole('button', { name: 'Cancel' }).click();
    expect((await taskOf(client, id)).source.port).toBe(source.port);
    await other.stop();

    // The same server by another name.
    await port.fill(String(source.port));
    await endpointCard(page, 'Source').getByLabel('Host').fill('localhost');
    await button(page, 'Save').click();
    await dialog(page)
      .getByText(/goes on from its checkpoint/)
      .waitFor();
    await dialog(page).getByRole('button', { name: 'Save and begin anew' }).click();
    await page.getByText('Saved.', { exact: true }).waitFor();
    await phase(page, 'Paused').waitFor();
    await source.client().set('written-in-the-pause', 'yes');
    await button(page, 'Resume').click();
    await phase(page, 'In step').waitFor();
    await eventually(
      'the write has arrived',
      async () => (await moved!.client().get('written-in-the-pause')) === 'yes',
    );
    expect((await taskOf(client, id)).source.host).toBe('localhost');
    expect(session.faults).toEqual([]);
  });
});
