import { chromium, type CDPSession, type Page } from 'playwright-core';
import type { TaskView } from '../../shared/model/task-view.ts';
import { buildPage } from '../support/page/build.ts';
import type { ScenarioHost } from '../support/page/scenario.ts';
import { servePage } from '../support/page/serve.ts';

/**
 * What the overview of a running task costs: the main thread's time for each report, and the heap over an hour of reports
 * that are given as fast as the page draws them. `node test/bench/task-page.ts [--seconds 5] [--reports 3600]`
 */
const EARLY_REPORTS = 600;
const WARM_UP_MS = 3000;
const WINDOWS = 7;

const option = (name: string, fallback: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
};
const seconds = option('seconds', 5);
const reports = option('reports', 3600);

const mb = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MB`;

/** Processor time of the page's main thread since it began, by what it was spent on, in seconds. */
async function mainThread(devtools: CDPSession): Promise<Readonly<Record<string, number>>> {
  const { metrics } = await devtools.send('Performance.getMetrics');
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

/** In windows, of which the cheapest one tells most: other programs take caches and half of each core. */
async function costOfReports(page: Page, devtools: CDPSession): Promise<void> {
  await page.waitForTimeout(WARM_UP_MS);
  const windows: { readonly all: number; readonly script: number }[] = [];
  for (let window = 0; window < WINDOWS; window += 1) {
    const before = await mainThread(devtools);
    await page.waitForTimeout(seconds * 1000);
    const after = await mainThread(devtools);
    const msPerSecond = (name: string): number =>
      (((after[name] ?? 0) - (before[name] ?? 0)) / seconds) * 1000;
    windows.push({ all: msPerSecond('TaskDuration'), script: msPerSecond('ScriptDuration') });
  }
  windows.sort((a, b) => a.all - b.all);
  const [least, median] = [windows[0]!, windows[Math.floor(WINDOWS / 2)]!];
  console.log(
    `main thread, ms for each report: least ${least.all.toFixed(0)} (script ${least.script.toFixed(0)}), ` +
      `median ${median.all.toFixed(0)} (script ${median.script.toFixed(0)}) of ${WINDOWS} windows of ${seconds} s`,
  );
}

/** Gives that many reports a second apart by their own clock, each when the page has drawn the one before. */
const feed = (page: Page, from: number, to: number): Promise<void> =>
  page.evaluate(
    async ([first, last]) => {
      const { scenario } = window as unknown as { scenario: ScenarioHost };
      const beganMs = Date.now();
      for (let index = first; index < last; index += 1) {
        const task: TaskView = scenario.changeTask('orders', {});
        const { metrics } = task;
        if (!metrics) throw new Error('the task has no figures');
        const rate = 12_000 + 4000 * Math.sin(index / 20);
        const flow = { ...metrics.applied, commandsPerSecond: rate, bytesPerSecond: rate * 148 };
        scenario.changeTask('orders', {
          metrics: {
            ...metrics,
            atMs: Math.max(metrics.atMs, beganMs) + 1000,
            applied: flow,
            read: flow,
            lag: { bytes: 40_000, seconds: 0.3 + 0.2 * Math.sin(index / 7) },
          },
        });
        await new Promise((resolve) => setTimeout(resolve));
      }
    },
    [from, to] as const,
  );

async function heapBytes(devtools: CDPSession): Promise<number> {
  for (let round = 0; round < 3; round += 1) await devtools.send('HeapProfiler.collectGarbage');
  return (await devtools.send('Runtime.getHeapUsage')).usedSize;
}

const [folder, browser] = await Promise.all([
  buildPage([]),
  chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] }),
]);
const server = await servePage(folder);
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const devtools = await page.context().newCDPSession(page);
  // Processor time, not the clock's: other programs on the machine do not count.
  await devtools.send('Performance.setTimeDomain', { timeDomain: 'threadTicks' });
  await devtools.send('Performance.enable');
  await page.goto(`${server.url}?scenario=task-in-step#/tasks/orders/overview`);
  await page.locator('path[data-line]').first().waitFor();
  await costOfReports(page, devtools);
  await page.goto(`${server.url}?scenario=task-gaps#/tasks/orders/overview`);
  await page.locator('path[data-line]').first().waitFor();
  await feed(page, 0, EARLY_REPORTS);
  const early = await heapBytes(devtools);
  await feed(page, EARLY_REPORTS, reports);
  const late = await heapBytes(devtools);
  console.log(
    `heap after ${EARLY_REPORTS} reports ${mb(early)}, after ${reports} reports ${mb(late)} (${((late / early - 1) * 100).toFixed(1)} %)`,
  );
} finally {
  await browser.close();
  server.close();
}
