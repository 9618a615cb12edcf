/**
 * Draws docs/grafana-dashboard.json with figures that were recorded, where no Grafana is at hand:
 * `node scripts/docs/dashboard/picture.ts <folder> [chromium]`. The folder holds what /metrics has answered, a file for each answer, whose
 * name is the time in ms.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { parseMetrics } from '../../../test/support/metrics-text.ts';
import { drawDashboard, type Panel } from './draw.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const [folder, executablePath = '/usr/bin/chromium'] = process.argv.slice(2);
if (folder === undefined) throw new Error('which folder?');

const scrapes = readdirSync(folder)
  .filter((name) => /^\d+\.txt$/.test(name))
  .map((name) => ({ atMs: Number.parseInt(name, 10), text: readFileSync(path.join(folder, name), 'utf8') }))
  .filter(({ text }) => text !== '')
  .sort((a, b) => a.atMs - b.atMs)
  .map(({ atMs, text }) => ({ atMs, families: parseMetrics(text) }));
const { panels } = JSON.parse(readFileSync(path.join(ROOT, 'docs/grafana-dashboard.json'), 'utf8')) as {
  panels: Panel[];
};

const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
for (const theme of ['light', 'dark']) {
  // What is told of clusters alone has nothing to show here.
  const shown = panels.filter(({ gridPos }) => gridPos.y < 36);
  const { svg, width, height } = drawDashboard(shown, scrapes, theme === 'dark');
  const page = await browser.newPage({ viewport: { width, height } });
  await page.setContent(`<body style="margin:0">${svg}</body>`);
  await page.screenshot({ path: path.join(ROOT, `docs/images/grafana-${theme}.png`) });
}
await browser.close();
