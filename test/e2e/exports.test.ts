import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient, type Client } from '../../shared/contract/client.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { button, phase, tab } from './journey/pages.ts';
import { bridgeOf } from './support/bridge-of.ts';
import { openSession, type BrowserSession } from './support/browser-session.ts';
import { openWindow, type ElectronWindow } from './support/electron-window.ts';
import { makeTask } from './support/make-task.ts';
import { savedFiles } from './support/saved-files.ts';
import { describeBrowser, describeWindow } from './support/window-tools.ts';

const COMPARE_MS = 60_000;
/** A key that a spreadsheet would take for a formula, with what has to be quoted. */
const AWKWARD_KEY = '=cmd|"x",1';

interface Exporting {
  readonly page: Page;
  readonly client: Client;
  /** Clicks, and waits for the file that is saved. */
  readonly save: (click: () => Promise<void>) => Promise<{ name: string; text: string }>;
  readonly close: () => Promise<void>;
}

/** The same files by the same buttons, whatever the page runs in. */
function exportTests(open: () => Promise<Exporting>): void {
  let exporting: Exporting;
  let source: RedisProcess;
  let target: RedisProcess;

  beforeAll(async () => {
    source = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
    target = await startRedis();
    await source.client().set('greeting', 'hello');
    exporting = await open();
    const { client, page } = exporting;
    const id = await makeTask(client, { source, target });
    await target.client().mset(AWKWARD_KEY, 'only here', 'greeting', 'changed');
    await page.evaluate((task) => (location.hash = `#/tasks/${task}/drift`), id);
  });

  afterAll(async () => {
    await exporting?.close();
    await Promise.all([source?.stop(), target?.stop()]);
  });

  test('a comparison, as CSV and as JSON', async () => {
    const { page, save } = exporting;
    await button(page, 'Compare now').click();
    await page.getByText('2 differences', { exact: true }).waitFor({ timeout: COMPARE_MS });
    const csv = await save(() => button(page, 'CSV').click());
    const json = await save(() => button(page, 'JSON').click());
    const lines = csv.text.split('\r\n');
    const report = JSON.parse(json.text) as Record<string, unknown>;

    expect(csv.name).toMatch(/^orders-differences-\d{4}-\d{2}-\d{2}T[\d-]+\.csv$/);
    expect(lines[0]).toBe('database,key,difference,source,target');
    expect(lines.filter((line) => line !== '')).toHaveLength(3);
    expect(csv.text).toContain('"\'=cmd|""x"",1"');
    expect(json.name).toMatch(/^orders-differences-.*\.json$/);
    expect(report).toMatchObject({ task: 'Orders', equal: false, differencesTotal: 2 });
    expect(report['differences']).toEqual(
      expect.arrayContaining([expect.objectContaining({ db: 0, key: 'greeting' })]),
    );
  });

  test('the events, as text and as JSON', async () => {
    const { page, save } = exporting;
    await tab(page, 'Events').click();
    await page.getByRole('row', { name: /The full copy is complete/ }).waitFor();
    const text = await save(() => button(page, 'Text').click());
    const json = await save(() => button(page, 'JSON').click());
    const { task, events } = JSON.parse(json.text) as {
      task: string;
      events: { at: string; text: string }[];
    };

    expect(text.name).toMatch(/^orders-events-.*\.log$/);
    expect(text.text).toMatch(/^\d{4}-\d{2}-\d{2}T[\d:.]+Z {2}info {5}The full copy is complete/m);
    expect(text.text.trimEnd().split('\n')).toHaveLength(events.length);
    expect(task).toBe('Orders');
    expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).sort());
    expect(events.some((event) => event.text.includes('The full copy is complete'))).toBe(true);
    await phase(page, 'In step').waitFor();
  });
}

describeBrowser('what a browser downloads', () => exportTests(openBrowserToExport));
describeWindow('what the window saves', () => exportTests(openWindowToExport));

async function openBrowserToExport(): Promise<Exporting> {
  const session: BrowserSession = await openSession();
  const { page } = session;
  return {
    page,
    client: await session.client(),
    save: async (click) => {
      const [download] = await Promise.all([page.waitForEvent('download'), click()]);
      return { name: download.suggestedFilename(), text: readFileSync(await download.path(), 'utf8') };
    },
    close: () => session.close(),
  };
}

async function openWindowToExport(): Promise<Exporting> {
  const opened: ElectronWindow = await openWindow();
  const transports = await bridgeOf(opened.page);
  const files = await savedFiles(opened);
  return {
    page: opened.page,
    client: createClient(await transports()),
    save: async (click) => {
      const { name, content } = await files.save(click);
      return { name, text: content.toString('utf8') };
    },
    close: async () => {
      await opened.app.evaluate(({ dialog }) => {
        dialog.showMessageBox = async () => ({ response: 0, checkboxChecked: false });
      });
      await opened.close();
      files.remove();
    },
  };
}
