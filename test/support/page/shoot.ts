import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { chromium, type Page } from 'playwright-core';
import { buildPage } from './build.ts';
import { axeViolations } from './axe.ts';
import { servePage } from './serve.ts';
import { takeStep } from './steps.ts';

/** Makes pictures of the page in a scenario, and says what the browser and axe-core complain about. */

const USAGE = `node test/support/page/shoot.ts [options]
  --scenario <name>     may be given several times; default: empty
  --route <#/path>      may be given several times; default: #/tasks
  --step <verb:what>    before each picture, in order: click:<button, link, tab or text>, menu:<button>, fill:<label>=<text>,
                        press:<key>, hover:<css>, wait:<ms>, shot:<name> (a picture in between)
  --theme light,dark    default: both
  --size 1280x800       default
  --full                the whole height of the page
  --axe                 runs axe-core on each; what it finds makes the command fail
  --without setup,task  leaves those pages out, for when their files are half written
  --out <folder>        default: artifacts/page`;

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', multiple: true, default: ['empty'] },
    route: { type: 'string', multiple: true, default: ['#/tasks'] },
    step: { type: 'string', multiple: true, default: [] },
    theme: { type: 'string', default: 'light,dark' },
    size: { type: 'string', default: '1280x800' },
    full: { type: 'boolean', default: false },
    without: { type: 'string', default: '' },
    axe: { type: 'boolean', default: false },
    out: { type: 'string', default: 'artifacts/page' },
    help: { type: 'boolean', default: false },
  },
});

async function shoot(page: Page, name: string): Promise<void> {
  const file = path.join(values.out, `${name}.png`);
  await page.screenshot({ path: file, fullPage: values.full, animations: 'disabled' });
  console.log(file);
}

async function visit(
  page: Page,
  url: string,
  scenario: string,
  route: string,
  theme: string,
): Promise<number> {
  let complaints = 0;
  const complain = (text: string): void => {
    complaints += 1;
    console.log(`  ! ${text}`);
  };
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complain(message.text());
  });
  page.on('pageerror', (error) => complain(String(error)));
  await page.goto(`${url}?scenario=${scenario}${route}`);
  await page.locator('main').waitFor({ timeout: 60_000 });
  await page.waitForTimeout(scenario === 'host-gone' ? 900 : 450);
  const name = [scenario, route.replace(/^#\//, '').replaceAll('/', '-'), theme].join('.');
  for (const step of values.step) {
    if (step.startsWith('shot:')) await shoot(page, `${name}.${step.slice(5)}`);
    else await takeStep(page, step);
  }
  await shoot(page, name);
  if (values.axe) for (const violation of await axeViolations(page)) complain(violation);
  return complaints;
}

async function main(): Promise<void> {
  if (values.help) return console.log(USAGE);
  mkdirSync(values.out, { recursive: true });
  const [folder, browser] = await Promise.all([
    buildPage(values.without.split(',').filter((name) => name !== '')),
    chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] }),
  ]);
  const server = await servePage(folder);
  const [width = 1280, height = 800] = values.size.split('x').map(Number);
  let complaints = 0;
  try {
    for (const theme of values.theme.split(',')) {
      for (const scenario of values.scenario) {
        for (const route of values.route) {
          const context = await browser.newContext({
            viewport: { width, height },
            colorScheme: theme === 'dark' ? 'dark' : 'light',
            reducedMotion: 'reduce',
          });
          complaints += await visit(await context.newPage(), server.url, scenario, route, theme);
          await context.close();
        }
      }
    }
  } finally {
    await browser.close();
    server.close();
  }
  process.exitCode = complaints === 0 ? 0 : 1;
}

await main();
