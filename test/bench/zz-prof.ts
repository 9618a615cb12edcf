import { chromium } from 'playwright-core';
import { writeFileSync } from 'node:fs';
import { buildPage } from '../support/page/build.ts';
import { servePage } from '../support/page/serve.ts';
const [folder, browser] = await Promise.all([process.argv[3] ?? buildPage([]), chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })]);
const server = await servePage(folder);
console.log(folder);
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  const cdp = await page.context().newCDPSession(page);
  await page.goto(`${server.url}?scenario=task-in-step#/tasks/orders/overview`);
  await page.locator('.recharts-line-curve').first().waitFor();
  await page.waitForTimeout(3000);
  await cdp.send('Performance.setTimeDomain', { timeDomain: 'threadTicks' });
  await cdp.send('Performance.enable');
  const m = async () => Object.fromEntries((await cdp.send('Performance.getMetrics')).metrics.map(x=>[x.name,x.value]));
  await cdp.send('Profiler.enable'); await cdp.send('Profiler.setSamplingInterval',{interval:200});
  await cdp.send('Profiler.start');
  const a = await m(); await page.waitForTimeout(20000); const b = await m();
  const { profile } = await cdp.send('Profiler.stop');
  for (const k of ['TaskDuration','ScriptDuration','LayoutDuration','RecalcStyleDuration','LayoutCount','RecalcStyleCount']) console.log(k, ((b[k]-a[k])/20*(k.endsWith('Count')?1:1000)).toFixed(2));
  writeFileSync('/tmp/prof.json', JSON.stringify(profile));
} finally { await browser.close(); server.close(); }
