import type { AxeResults, RunOptions } from 'axe-core';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import { THEMES, withTheme } from './screenshots.ts';

const SOURCE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES: RunOptions = {
  runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
  resultTypes: ['violations'],
};
/** Of one rule, at most. */
const SHOWN_ELEMENTS = 5;

declare global {
  interface Window {
    axe?: { run(context: Document, options: RunOptions): Promise<AxeResults> };
  }
}

/**
 * What axe-core has against the page in either theme: a line each with theme, rule, element and reason.
 * No violations, no lines: `expect(await accessibilityFaults(page)).toEqual([])`.
 */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  const lines: string[] = [];
  // What lies half under the head of the page, where it was scrolled to by chance, is no target that is too small.
  await page.evaluate(() => scrollTo(0, 0));
  for (const theme of THEMES) {
    const { violations } = await withTheme(page, theme, () => runAxe(page));
    for (const { id, help, nodes } of violations)
      for (const { target, failureSummary } of nodes.slice(0, SHOWN_ELEMENTS))
        lines.push(`${theme}, ${id} (${help}): ${target.join(' ')}: ${oneLine(failureSummary ?? '')}`);
  }
  return lines;
}

async function runAxe(page: Page): Promise<AxeResults> {
  // The debugger's way in: a script element would be against the page's own security policy.
  if (!(await page.evaluate(() => window.axe !== undefined))) await page.evaluate(SOURCE);
  await page.evaluate(transitionsEnded);
  return page.evaluate((rules) => window.axe!.run(document, rules), RULES);
}

/** In the page: half faded in, nothing has the contrast that it will have. What turns for ever is not waited for. */
async function transitionsEnded(): Promise<void> {
  const ending = document
    .getAnimations()
    .filter(({ effect }) => effect && Number.isFinite(Number(effect.getComputedTiming().endTime)));
  await Promise.allSettled(ending.map(({ finished }) => finished));
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
