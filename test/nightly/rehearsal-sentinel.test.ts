/** Rehearsals of a pair both sides of which Sentinels watch, in the window. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { button, dialog, heading, paste } from '../e2e/journey/pages.ts';
import { accessibilityFaults } from '../e2e/support/axe.ts';
import { openWindow, type ElectronWindow } from '../e2e/support/electron-window.ts';
import { takeScreenshots } from '../e2e/support/screenshots.ts';
import { describeWindow } from '../e2e/support/window-tools.ts';
import { startWatched, type Watched } from '../support/sentinel.ts';

const KEYS = 700;
const LONG_MS = 120_000;

describeWindow('a rehearsal of what Sentinels watch, in the window', () => {
  let opened: ElectronWindow;
  let source: Watched;
  let target: Watched;

  beforeAll(async () => {
    const args = ['--repl-diskless-sync-delay', '0'];
    [source, target] = await Promise.all([
      startWatched({ name: 'old', args }),
      startWatched({ name: 'new', args }),
    ]);
    const filling = source.servers[0].client().pipeline();
    for (let n = 0; n < KEYS; n++) filling.set(`user:${n}`, `value ${n}`);
    await filling.exec();
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
    await takeScreenshots(opened.page, `rehearsal-sentinel-${what}`, { fullPage: true });
    expect(await accessibilityFaults(opened.page), what).toEqual([]);
  };
  const choose = async (kind: string): Promise<void> => {
    await button(opened.page, 'Rehearse again').click();
    await opened.page.getByRole('radio', { name: kind }).check();
  };

  test('of a copy empties the primary again', async () => {
    const { page } = opened;
    await button(page, 'Rehearse').click();
    await heading(page, 'Rehearse').waitFor();
    for (const [side, { url }] of [
      ['Source', source],
      ['Target', target],
    ] as const)
      await paste(
        page,
        () => page.getByRole('region', { name: side, exact: true }).getByLabel('Host').focus(),
        url,
      );
    await page.getByRole('textbox', { name: 'Stay in step for, in seconds' }).fill('1');
    await button(page, 'Begin the rehearsal').click();
    await button(page, `Remove ${KEYS} keys…`).click({ timeout: LONG_MS });
    await dialog(page)
      .getByRole('button', { name: `Remove ${KEYS} keys` })
      .click();
    await page.getByText('The goals were met', { exact: true }).waitFor({ timeout: LONG_MS });
    await look('copy');
    expect(await target.servers[0].client().keys('*')).toEqual([]);
  });

  test('of the loss goes on with the primary that the Sentinels name by then', async () => {
    const { page } = opened;
    await choose('The loss of the source');
    await button(page, 'Begin the rehearsal').click();
    await button(page, 'Cut the link now').click({ timeout: LONG_MS });
    await button(page, 'End the rehearsal').waitFor({ timeout: LONG_MS });
    await source.servers[0].client().set('after-the-loss', 'yes');
    await source.failover(source.servers[0]);
    await button(page, 'End the rehearsal').click();
    await page.getByText('Recovery time (RTO)', { exact: true }).waitFor({ timeout: LONG_MS });
    await look('failover');
    expect(await target.servers[0].client().get('after-the-loss')).toBe('yes');
  });

  test('of a move looks at the primary of either side', async () => {
    const { page } = opened;
    const forgotten = source.servers[1].client({ connectionName: 'billing' });
    const writer = setInterval(() => void forgotten.incr('invoices'), 200);
    await choose('A planned move');
    await page.getByRole('textbox', { name: 'Quiet for, in seconds' }).fill('2');
    await button(page, 'Begin the rehearsal').click();
    const gate = page.getByRole('list', { name: 'Checklist' });
    await gate
      .getByText(/\(billing\), last command incr/)
      .first()
      .waitFor({ timeout: LONG_MS });
    await look('blocked');
    clearInterval(writer);
    await button(page, 'Cut over now').click({ timeout: LONG_MS });
    await page.getByText('The goals were met', { exact: true }).waitFor({ timeout: LONG_MS });
    await look('moved');
    expect(await target.servers[0].client().get('invoices')).toBe(await forgotten.get('invoices'));
    expect(opened.faults).toEqual([]);
  });
});
