/** A rehearsal as its user makes it in the window: a copy to its verdict, and the loss of the source of a task that runs. */
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWriter } from '../../electron/headless/demo-data/writer/start-writer.ts';
import { createClient, type Client } from '../../shared/contract/client.ts';
import { plantDifferences } from '../support/planted-differences.ts';
import { atNight } from '../support/nightly.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { button, dialog, enterServer, heading, phase } from './journey/pages.ts';
import { accessibilityFaults } from './support/axe.ts';
import { bridgeOf } from './support/bridge-of.ts';
import { openWindow, type ElectronWindow } from './support/electron-window.ts';
import { makeTask, taskOf, untilInStep } from './support/make-task.ts';
import { savedFiles, type SavedFiles } from './support/saved-files.ts';
import { takeScreenshots } from './support/screenshots.ts';
import { describeWindow } from './support/window-tools.ts';

const PASSWORD = 'canary-of-the-rehearsal';
const STEP_MS = 60_000;

describeWindow('a rehearsal in the window', () => {
  let opened: ElectronWindow;
  let client: Client;
  let files: SavedFiles;
  let source: RedisProcess;
  let target: RedisProcess;
  let standby: RedisProcess;
  /** A task from the source to the standby. */
  let id: string;

  beforeAll(async () => {
    const args = ['--repl-diskless-sync-delay', '0'];
    [source, target, standby] = await Promise.all([
      startRedis({ args, requirepass: PASSWORD }),
      startRedis(),
      startRedis(),
    ]);
    // The source alone has them.
    await plantDifferences(source.client(), standby.client(), { keys: 3000, share: 0, seed: 11 });
    await standby.client().flushall();
    opened = await openWindow();
    files = await savedFiles(opened);
    client = createClient(await (await bridgeOf(opened.page))());
  });

  afterAll(async () => {
    await opened?.app.evaluate(({ dialog: native }) => {
      native.showMessageBox = async () => ({ response: 0, checkboxChecked: false });
    });
    await opened?.close();
    files?.remove();
    await Promise.all([source?.stop(), target?.stop(), standby?.stop()]);
  });

  const steps = (): Locator => opened.page.getByRole('list', { name: 'Steps' });

  test('of a copy is timed, judged, saved, and leaves the target as it was', async () => {
    const { page } = opened;
    await button(page, 'Rehearse').click();
    await heading(page, 'Rehearse').waitFor();
    await enterServer(page.getByRole('region', { name: 'Source', exact: true }), source.port, PASSWORD);
    await enterServer(page.getByRole('region', { name: 'Target', exact: true }), target.port);
    await page.getByRole('textbox', { name: 'Stay in step for, in seconds' }).fill('1');
    await button(page, 'Begin the rehearsal').click();
    await steps().getByText('Full copy', { exact: true }).waitFor({ timeout: STEP_MS });
    const keys = (await source.client().dbsize()).toLocaleString('en-US');
    await button(page, `Remove ${keys} keys…`).waitFor({ timeout: STEP_MS });
    expect(await target.client().dbsize()).toBeGreaterThan(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshots(page, 'rehearsal-question', { fullPage: true });
    await button(page, `Remove ${keys} keys…`).click();
    await dialog(page).getByText(`Remove ${keys} keys from 127.0.0.1:${target.port}?`).waitFor();
    await dialog(page)
      .getByRole('button', { name: `Remove ${keys} keys` })
      .click();
    await page.getByText('The goals were met', { exact: true }).waitFor({ timeout: STEP_MS });
    expect(await target.client().keys('*')).toEqual([]);
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshots(page, 'rehearsal-report', { fullPage: true });

    const saved = await files.save(() => button(page, 'Save report').click());
    expect(saved.name).toMatch(/-to-127-0-0-1-\d+-copy-rehearsal-\d{4}-.*\.html$/);
    expect(saved.content.toString('utf8')).toContain(`Compared: ${keys} keys, all equal`);
    expect(saved.content.toString('utf8')).not.toContain(PASSWORD);
    const pdf = await files.save(() => button(page, 'Save as PDF').click());
    expect(pdf.name).toMatch(/\.pdf$/);
    expect(pdf.content.subarray(0, 5).toString('latin1')).toBe('%PDF-');
    expect(pdf.content.length).toBeGreaterThan(10_000);
  });

  /** Begins a rehearsal of the task from its page. */
  const beginWith = async (kind: string): Promise<void> => {
    const { page } = opened;
    await page.evaluate((task) => (location.hash = `#/tasks/${task}/overview`), id);
    await button(page, 'More that can be done').click();
    await page.getByRole('menuitem', { name: 'Rehearse…' }).click();
    const again = button(page, 'Rehearse again');
    await again.or(button(page, 'Begin the rehearsal')).waitFor();
    if (await again.isVisible()) await again.click();
    await page.getByRole('radio', { name: kind }).check();
  };

  atNight('of the loss of the source works with the run of a task, which then goes on', async () => {
    const { page } = opened;
    const from = source.client();
    id = await makeTask(client, { source, target: standby, sourcePassword: PASSWORD });
    await beginWith('The loss of the source');
    await button(page, 'Begin the rehearsal').click();
    await button(page, 'Cut the link now').waitFor({ timeout: STEP_MS });
    expect(await taskOf(client, id)).toMatchObject({ state: 'running', phase: 'in-step' });
    await expect(client.request('task.stop', { id })).rejects.toMatchObject({ code: 'TASK_STATE' });
    for (let n = 0; n < 50; n++) await from.incr('written-meanwhile');
    await button(page, 'Cut the link now').click();
    await button(page, 'End the rehearsal').waitFor({ timeout: STEP_MS });
    expect(await taskOf(client, id)).toMatchObject({ state: 'stopped' });
    await from.set('after-the-loss', 'yes');
    expect(await standby.client().get('after-the-loss')).toBeNull();
    await button(page, 'End the rehearsal').click();
    await page.getByText('Recovery time (RTO)', { exact: true }).waitFor({ timeout: STEP_MS });
    await button(page, 'To the task').click();
    await phase(page, 'In step').waitFor({ timeout: STEP_MS });
    await expect
      .poll(() => standby.client().mget('after-the-loss', 'written-meanwhile'))
      .toEqual(['yes', '50']);
    const [last] = await client.request('rehearsal.kept', { id });
    expect(last).toMatchObject({ kind: 'failover', met: true });
    expect(last!.rtoMs).toBeGreaterThan(0);
    expect(opened.faults).toEqual([]);
  });

  atNight('of a move waits for who still writes, and asks again after each write', async () => {
    const { page } = opened;
    const forgotten = source.client({ connectionName: 'billing' });
    let writer = setInterval(() => void forgotten.incr('invoices'), 200);
    await beginWith('A planned move');
    await page.getByRole('textbox', { name: 'Quiet for, in seconds' }).fill('2');
    await button(page, 'Begin the rehearsal').click();
    const gate = page.getByRole('list', { name: 'Checklist' });
    await gate
      .getByText(/^127\.0\.0\.1:\d+ \(billing\), last command incr/)
      .first()
      .waitFor({ timeout: STEP_MS });
    expect(await accessibilityFaults(page)).toEqual([]);
    await takeScreenshots(page, 'rehearsal-blocked', { fullPage: true });
    clearInterval(writer);
    await button(page, 'Cut over now').waitFor({ timeout: STEP_MS });
    writer = setInterval(() => void forgotten.incr('invoices'), 200);
    await button(page, 'Cut over now').waitFor({ state: 'detached', timeout: STEP_MS });
    clearInterval(writer);
    await button(page, 'Cut over now').click({ timeout: STEP_MS });
    await page.getByText('The goals were met', { exact: true }).waitFor({ timeout: STEP_MS });
    expect(await standby.client().get('invoices')).toBe(await forgotten.get('invoices'));
    expect(await taskOf(client, id)).toMatchObject({ state: 'stopped' });
    await takeScreenshots(page, 'rehearsal-moved', { fullPage: true });
    await button(page, 'Set up the way back').click();
    await heading(page, 'New synchronisation').waitFor();
    const card = page.getByRole('region', { name: 'Target', exact: true });
    await expect.poll(() => card.getByLabel('Port').inputValue()).toBe(String(source.port));
  });

  atNight(
    'under writes loses what it says, and replaces nothing of others unless that is agreed to',
    async () => {
      const { page } = opened;
      const writer = startWriter(
        { host: '127.0.0.1', port: source.port, user: undefined, password: PASSWORD, tls: false, db: 0 },
        { ratePerSecond: 3000, databases: [0], seed: 5 },
      );
      try {
        await client.request('task.start', { id });
        await untilInStep(client, id);
        await beginWith('The loss of the source');
        await button(page, 'Begin the rehearsal').click();
        await button(page, 'Cut the link now').click({ timeout: STEP_MS });
        await button(page, 'End the rehearsal').waitFor({ timeout: STEP_MS });
        expect(await accessibilityFaults(page)).toEqual([]);
        await takeScreenshots(page, 'rehearsal-free', { fullPage: true });
        await standby.client().set('theirs', 'precious');
        await button(page, 'End the rehearsal').click();
        await button(page, 'Replace by a new copy…').click({ timeout: STEP_MS });
        await dialog(page).getByRole('button', { name: 'Cancel' }).click();
        await takeScreenshots(page, 'rehearsal-others', { fullPage: true });
        await button(page, 'Leave the target as it is').click();
        await page.getByText('Lost data (RPO)', { exact: true }).waitFor({ timeout: STEP_MS });
        expect(await standby.client().get('theirs')).toBe('precious');
        expect(await taskOf(client, id)).toMatchObject({ state: 'stopped' });
        expect(await accessibilityFaults(page)).toEqual([]);
        await takeScreenshots(page, 'rehearsal-failover', { fullPage: true });
      } finally {
        await writer.stop();
      }
      expect(opened.faults).toEqual([]);
    },
  );
});
