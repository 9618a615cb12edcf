import { execFileSync } from 'node:child_process';
import { existsSync, readlinkSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { atNight } from '../support/nightly.ts';
import { button, dialog, heading, phase, tab } from './journey/pages.ts';
import { openSession, type BrowserSession } from './support/browser-session.ts';
import { takeScreenshots } from './support/screenshots.ts';
import { describeBrowser } from './support/window-tools.ts';

const START_MS = 60_000;
/** Reports come once a second, so a chart that is drawn changes more than once in this time. */
const LIVE_MS = 2500;

interface Server {
  readonly pid: number;
  readonly folder: string;
}

describeBrowser('the sandbox', () => {
  let session: BrowserSession;
  let servers: Server[] = [];

  beforeAll(async () => {
    session = await openSession();
  });

  afterAll(() => session?.close());

  test('is one click away from the empty list', async () => {
    const { page } = session;
    await button(page, 'Try it on two sandbox servers').click();
    await heading(page, 'Sandbox').waitFor({ timeout: START_MS });
    await phase(page, 'In step').waitFor({ timeout: START_MS });
    servers = serversBelow(session.host.pid);

    expect(servers).toHaveLength(2);
    expect(servers.every(({ folder }) => existsSync(folder))).toBe(true);
  });

  test('shows its drift while it is written to', async () => {
    const { page } = session;
    await tab(page, 'Drift').click();
    const counts = page.getByRole('table').filter({ hasText: 'Database' }).first();
    await counts.getByRole('row', { name: /^0 / }).waitFor();
    const drift = page.getByRole('region', { name: 'Difference of the keys without expiry' });
    await drift.getByText(/^(Equal now|Last equal)/).waitFor();

    expect(await drift.textContent()).not.toContain('The sides differ');
  });

  test('draws live charts that tell their values, in every range', async () => {
    const { page } = session;
    await tab(page, 'Overview').click();
    const chart = page.getByRole('figure', { name: 'Commands of the stream' });
    const rowOf = chart.getByRole('row', { name: /Applied/ });
    await expect.poll(() => rowOf.textContent()).toMatch(/Applied[\d,]+\/s/);
    const plot = (await chart.locator('svg.recharts-surface').first().boundingBox())!;
    await page.mouse.move(plot.x + plot.width - 14, plot.y + plot.height / 2);
    await chart.getByText(/Applied: [\d,]+\/s/).waitFor();
    await page.mouse.move(0, 0);
    for (const range of ['1 h', '24 h', '10 min']) {
      await page.getByRole('radiogroup', { name: 'Time shown' }).getByText(range, { exact: true }).click();
      await expect.poll(() => rowOf.textContent()).toMatch(/Applied[\d,]+\/s/);
    }
  });

  test('shows in all charts the part of the strip that is drawn across', async () => {
    const { page } = session;
    const track = page.getByRole('slider', { name: /^What happened, one after the other/ });
    const { x, y, width, height } = (await track.boundingBox())!;
    const at = (share: number): [number, number] => [x + share * width, y + height - 4];
    await page.mouse.move(...at(0.3));
    await page.mouse.down();
    await page.mouse.move(...at(0.7), { steps: 4 });
    await page.mouse.up();
    const chosen = page.getByText(/^\d\d:\d\d:\d\d to \d\d:\d\d:\d\d \(/);
    const [, from = '', to = ''] = /^(\S+) to (\S+) /.exec((await chosen.textContent()) ?? '')!;
    expect(from < to).toBe(true);
    // Charts tell the values of the same moment: that of the left edge, then of the right one.
    const figures = page.getByRole('region', { name: 'Charts' }).getByRole('figure');
    expect(await figures.count()).toBeGreaterThan(3);
    const moment = async (side: 'left' | 'right'): Promise<string> => {
      const drawn = figures.first().locator('svg.recharts-surface').first();
      await drawn.scrollIntoViewIfNeeded();
      const plot = (await drawn.boundingBox())!;
      await page.mouse.move(side === 'left' ? plot.x + 80 : plot.x + plot.width - 14, plot.y + 40);
      const texts = await figures.locator('.recharts-tooltip-wrapper').allInnerTexts();
      const told = new Set(texts.map((text) => /\d\d:\d\d:\d\d/.exec(text)?.[0] ?? 'none'));
      return [...told].join(', ');
    };
    for (const side of ['left', 'right'] as const) {
      await expect.poll(() => moment(side)).toMatch(/^\d\d:\d\d:\d\d$/);
      const shown = await moment(side);
      expect([from, shown, to]).toEqual([from, shown, to].toSorted());
    }
    await page.mouse.move(0, 0);
    await page.getByRole('radiogroup', { name: 'Time shown' }).getByText('10 min', { exact: true }).click();
    await chosen.waitFor({ state: 'detached' });
  });

  test('is not drawn while nobody sees it, and goes on without a fault afterwards', async () => {
    const { page } = session;
    const drawn = (withinMs: number, most: number): Promise<number> =>
      page.evaluate(countMutations, { withinMs, most });
    expect(await drawn(START_MS, 1)).toBe(1);
    await hide(session, true);
    expect(await drawn(LIVE_MS, Infinity)).toBe(0);
    await hide(session, false);
    // Of more than one report, since the first one draws what was left out.
    for (let report = 0; report < 2; report += 1) {
      expect(await drawn(START_MS, 1)).toBe(1);
      await page.waitForTimeout(LIVE_MS / 5);
    }
    expect(session.faults).toEqual([]);
  });

  test('is gone with its servers and their folders when it is deleted', async () => {
    const { page } = session;
    await button(page, 'Stop').click();
    await dialog(page).getByRole('button', { name: 'Stop the task' }).click();
    await phase(page, 'Stopped').waitFor({ timeout: START_MS });
    await tab(page, 'Settings').click();
    await button(page, 'Delete the task').click();
    await dialog(page).getByRole('button', { name: 'Delete the task' }).click();
    await button(page, 'Try it on two sandbox servers').waitFor();
    await eventually('the servers have ended', () => servers.every(({ pid }) => !isRunning(pid)));
    await eventually('their folders are gone', () => servers.every(({ folder }) => !existsSync(folder)));

    expect(serversBelow(session.host.pid)).toEqual([]);
    expect(session.faults).toEqual([]);
  });

  atNight('can be a server and a cluster, whose nodes the page tells of', async () => {
    const { page } = session;
    await button(page, 'Try it with a sandbox cluster').click();
    await heading(page, 'Sandbox').waitFor({ timeout: START_MS });
    await phase(page, 'In step').waitFor({ timeout: START_MS });
    const nodes = page.getByRole('region', { name: 'Nodes of the target' });
    await expect.poll(() => nodes.locator('tr[data-node]').count()).toBe(3);
    expect(serversBelow(session.host.pid)).toHaveLength(5);
    await takeScreenshots(page, 'sandbox-cluster', { fullPage: true });
    expect(session.faults).toEqual([]);
  });
});

/** Makes the page believe that its tab is in the background, as the browser tells it. */
const hide = (session: BrowserSession, hidden: boolean): Promise<void> =>
  session.page.evaluate((value) => {
    Object.defineProperty(document, 'hidden', { value, configurable: true });
    Object.defineProperty(document, 'visibilityState', {
      value: value ? 'hidden' : 'visible',
      configurable: true,
    });
    document.dispatchEvent(new Event('visibilitychange'));
  }, hidden);

/** Runs in the page: how often what belongs to a chart has changed within that time, or until so many times. */
async function countMutations({ withinMs, most }: { withinMs: number; most: number }): Promise<number> {
  let count = 0;
  let enough = (): void => undefined;
  const reached = new Promise<void>((resolve) => (enough = resolve));
  const observer = new MutationObserver((records) => {
    for (const { target } of records) {
      const element = target instanceof Element ? target : target.parentElement;
      if (element?.closest('[class*=recharts]') && count < most) count += 1;
    }
    if (count >= most) enough();
  });
  observer.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
  await Promise.race([reached, new Promise((resolve) => setTimeout(resolve, withinMs))]);
  observer.disconnect();
  return count;
}

/** The redis-server processes that descend from a process. */
function serversBelow(ancestor: number): Server[] {
  const rows = execFileSync('ps', ['-eo', 'pid=,ppid=,comm='], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .map(([pid, parent, name = '']) => ({ pid: Number(pid), parent: Number(parent), name }));
  const family = new Set([ancestor]);
  // Parents may stand after their children in the list.
  for (let before = 0; before !== family.size;) {
    before = family.size;
    for (const { pid, parent } of rows) if (family.has(parent)) family.add(pid);
  }
  return rows
    .filter(({ pid, name }) => family.has(pid) && name.startsWith('redis-server'))
    .map(({ pid }) => ({ pid, folder: workingFolder(pid) }));
}

const workingFolder = (pid: number): string => readlinkSync(`/proc/${pid}/cwd`);

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
