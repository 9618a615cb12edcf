/** Rehearsals of a cluster in the window: the copy, the loss and the move of all of its shards, and what each leaves on every node. */
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { button, dialog, enterServer, heading } from '../e2e/journey/pages.ts';
import { accessibilityFaults } from '../e2e/support/axe.ts';
import { openWindow, type ElectronWindow } from '../e2e/support/electron-window.ts';
import { takeScreenshots } from '../e2e/support/screenshots.ts';
import { describeWindow } from '../e2e/support/window-tools.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';

const KEYS = 900;
const LONG_MS = 120_000;

describeWindow('a rehearsal of a cluster in the window', () => {
  let opened: ElectronWindow;
  let source: TestCluster;
  let target: TestCluster;

  beforeAll(async () => {
    const args = ['--repl-diskless-sync-delay', '0'];
    [source, target] = await Promise.all([
      startCluster({ replicas: 1, args }),
      startCluster({ primaries: 2, args }),
    ]);
    await Promise.all(Array.from({ length: KEYS }, (_, n) => source.client.set(`user:${n}`, `value ${n}`)));
    opened = await openWindow();
  });

  afterAll(async () => {
    await opened?.app.evaluate(({ dialog: native }) => {
      native.showMessageBox = async () => ({ response: 0, checkboxChecked: false });
    });
    await opened?.close();
    await Promise.all([source?.stop(), target?.stop()]);
  });

  const look = async (what: string): Promise<void> => {
    await takeScreenshots(opened.page, `rehearsal-cluster-${what}`, { fullPage: true });
    expect(await accessibilityFaults(opened.page), what).toEqual([]);
  };
  /** All keys of all nodes of the target, the tool's own among them. */
  const held = async (): Promise<string[]> =>
    (await Promise.all(target.members.map(({ client }) => client.keys('*')))).flat();
  const begin = async (kind: string): Promise<void> => {
    const { page } = opened;
    const again = button(page, 'Rehearse again');
    await again.or(button(page, 'Begin the rehearsal')).waitFor();
    if (await again.isVisible()) await again.click();
    await page.getByRole('radio', { name: kind }).check();
  };
  const figure = (name: string): Locator =>
    opened.page.getByRole('table', { name: 'Measured' }).getByRole('row', { name });

  test('of a copy empties every node again', async () => {
    const { page } = opened;
    await button(page, 'Rehearse').click();
    await heading(page, 'Rehearse').waitFor();
    const [from, to] = [source.members[1]!.server.port, target.members[0]!.server.port];
    await enterServer(page.getByRole('region', { name: 'Source', exact: true }), from);
    await enterServer(page.getByRole('region', { name: 'Target', exact: true }), to);
    await page.getByRole('textbox', { name: 'Stay in step for, in seconds' }).fill('1');
    await button(page, 'Begin the rehearsal').click();
    await button(page, `Remove ${KEYS} keys…`).click({ timeout: LONG_MS });
    await dialog(page)
      .getByRole('button', { name: `Remove ${KEYS} keys` })
      .click();
    await page.getByText('The goals were met', { exact: true }).waitFor({ timeout: LONG_MS });
    await look('copy');
    expect(await held()).toEqual([]);
  });

  test('of the loss says what each shard lost, and goes on', async () => {
    const { page } = opened;
    await begin('The loss of the source');
    await button(page, 'Begin the rehearsal').click();
    await button(page, 'Cut the link now').waitFor({ timeout: LONG_MS });
    let n = 0;
    const writer = setInterval(() => void source.client.incr(`count:${n++ % 50}`), 2);
    await button(page, 'Cut the link now').click();
    await button(page, 'End the rehearsal').waitFor({ timeout: LONG_MS });
    clearInterval(writer);
    await look('free');
    await source.client.set('after-the-loss', 'yes');
    expect(await target.client.get('after-the-loss')).toBeNull();
    await button(page, 'End the rehearsal').click();
    await figure('Lost data (RPO)').waitFor({ timeout: LONG_MS });
    expect(await figure('Lost, shard by shard').innerText()).toMatch(/(slots \d+-\d+: .*){3}/);
    await look('failover');
    expect(await target.client.get('after-the-loss')).toBe('yes');
    expect(opened.faults).toEqual([]);
  });

  test('of a move waits for who writes to any of its nodes', async () => {
    const { page } = opened;
    const last = source.members[2]!;
    // One of a slot of that node.
    const key = Array.from({ length: 99 }, (_, n) => `invoice:${n}`).find(
      (name) => keySlot(Buffer.from(name)) > 10_922,
    )!;
    const forgotten = last.server.client({ connectionName: 'billing' });
    const writer = setInterval(() => void forgotten.incr(key), 200);
    await begin('A planned move');
    await page.getByRole('textbox', { name: 'Quiet for, in seconds' }).fill('2');
    await button(page, 'Begin the rehearsal').click();
    const gate = page.getByRole('list', { name: 'Checklist' });
    await gate
      .getByText(/\(billing\), last command incr/)
      .first()
      .waitFor({ timeout: LONG_MS });
    expect(await gate.getByText('To be run by you, on each primary of the source:').count()).toBe(1);
    await look('blocked');
    clearInterval(writer);
    await button(page, 'Cut over now').click({ timeout: LONG_MS });
    await page.getByText('The goals were met', { exact: true }).waitFor({ timeout: LONG_MS });
    await look('moved');
    expect(await target.client.get(key)).toBe(await source.client.get(key));
    expect(opened.faults).toEqual([]);
  });
});
