import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { median } from './process-usage.ts';
import { electronProgram, openDisplay, openMeasuredWindow } from './page-window.ts';

/**
 * How long the window takes from the start of its process to its first contentful paint, and to the list of tasks, on data
 * of its own that are kept from start to start. `node test/bench/page-start.ts [--starts 5] [--electron <path>]`
 */
const at = process.argv.indexOf('--starts');
const starts = at < 0 ? 5 : Number(process.argv[at + 1]);

const seconds = (ms: number): string => `${(ms / 1000).toFixed(2)} s`;

const program = await electronProgram();
const display = await openDisplay();
const dataDir = mkdtempSync(path.join(tmpdir(), 'lockstep-bench-'));
const paints: number[] = [];
try {
  for (let start = 1; start <= starts; start += 1) {
    const window = await openMeasuredWindow(program, display.name, dataDir);
    try {
      const paintedAtMs = await window.page.evaluate(async () => {
        const entry = (): PerformanceEntry | undefined =>
          performance.getEntriesByName('first-contentful-paint')[0];
        while (!entry()) await new Promise((resolve) => setTimeout(resolve, 10));
        return performance.timeOrigin + entry()!.startTime;
      });
      await window.page.getByRole('heading', { name: 'No synchronisation yet' }).waitFor();
      const loadedMs = await window.page.evaluate(() => performance.timeOrigin);
      const paintMs = paintedAtMs - window.startedAtMs;
      paints.push(paintMs);
      console.log(
        `start ${start}: first contentful paint after ${seconds(paintMs)} (the page began to load after ${seconds(loadedMs - window.startedAtMs)})`,
      );
    } finally {
      await window.close();
    }
  }
  console.log(`median of ${starts} starts: ${seconds(median(paints))}`);
} finally {
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  await display.close();
}
