import type { Page } from 'playwright-core';
import { setTimeout as sleep } from 'node:timers/promises';
import { startWriter } from '../../electron/headless/demo-data/writer/start-writer.ts';
import { createClient } from '../../shared/contract/client.ts';
import { bridgeOf } from '../e2e/support/bridge-of.ts';
import { makeTask } from '../e2e/support/make-task.ts';
import { startRedis } from '../support/redis-server.ts';
import { electronProgram, openDisplay, openMeasuredWindow, type MeasuredWindow } from './page-window.ts';
import { runSeconds } from './page-run-time.ts';

/**
 * What a task in step costs of one core, for each process of the application: idle with the list open, with the page of the
 * task open, and with that page out of sight; then with 800 writes a second. `node test/bench/page-cost.ts [--seconds 20] [--electron <path>]`
 */
const SETTLE_MS = 5000;
const WRITES_PER_SECOND = 800;

const at = process.argv.indexOf('--seconds');
const seconds = at < 0 ? 20 : Number(process.argv[at + 1]);

async function measure(window: MeasuredWindow, what: string): Promise<void> {
  await sleep(SETTLE_MS);
  const processes = window.processes();
  const spent = (): Map<string, number> =>
    new Map(
      [...processes].map(([role, pids]) => [role, pids.reduce((sum, pid) => sum + runSeconds(pid), 0)]),
    );
  const before = spent();
  const beganMs = performance.now();
  await sleep(seconds * 1000);
  const passed = (performance.now() - beganMs) / 1000;
  const after = spent();
  const shares = [...after]
    .map(([role, cpu]) => [role, ((cpu - (before.get(role) ?? 0)) / passed) * 100] as const)
    .filter(([role, share]) => share >= 0.05 || role === 'engine')
    .map(([role, share]) => `${role} ${share.toFixed(1)} %`);
  console.log(`${what}: ${shares.join(', ')}`);
}

/** As a page learns that its window is minimised. */
const hide = (page: Page): Promise<void> =>
  page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { value: true, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'));
  });

const program = await electronProgram();
const [display, source, target] = await Promise.all([
  openDisplay(),
  startRedis({ args: ['--repl-diskless-sync-delay', '0'] }),
  startRedis(),
]);
try {
  for (let key = 0; key < 1000; key += 1) await source.client().set(`key:${key}`, 'value');
  const window = await openMeasuredWindow(program, display.name);
  try {
    const { page } = window;
    await page.getByRole('heading', { name: 'No synchronisation yet' }).waitFor();
    const id = await makeTask(createClient(await (await bridgeOf(page))()), { source, target });
    // Loaded anew: the bridge above would pass every report on to this process as well.
    const open = async (hash: string): Promise<void> => {
      await page.evaluate((wanted) => (location.hash = wanted), hash);
      await page.reload();
      await page.getByText('In step').first().waitFor();
    };
    await open('#/tasks');
    await measure(window, 'idle, list of tasks');
    await open(`#/tasks/${id}/overview`);
    await measure(window, 'idle, page of the task');
    await hide(page);
    await measure(window, 'idle, page of the task out of sight');
    await open(`#/tasks/${id}/overview`);
    const endpoint = {
      host: '127.0.0.1',
      port: source.port,
      user: undefined,
      password: undefined,
      tls: false,
      db: 0,
    };
    const writer = startWriter(endpoint, {
      ratePerSecond: WRITES_PER_SECOND,
      databases: [0],
      seed: 1,
      tickMs: 50,
    });
    await measure(window, `${WRITES_PER_SECOND} writes a second, page of the task`);
    await writer.stop();
  } finally {
    await window.close();
  }
} finally {
  await Promise.all([source.stop(), target.stop(), display.close()]);
}
