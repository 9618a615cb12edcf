import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Page } from 'playwright-core';

const FOLDER = path.resolve(import.meta.dirname, '../../../artifacts/screens');
export const THEMES = ['light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/**
 * Writes artifacts/screens/<name>-light.png and <name>-dark.png of the visible part of the page, or of the
 * whole page with `fullPage`, and leaves the page as it was. @returns the two files
 */
export async function takeScreenshots(
  page: Page,
  name: string,
  options: { readonly fullPage?: boolean } = {},
): Promise<string[]> {
  mkdirSync(FOLDER, { recursive: true });
  const files: string[] = [];
  for (const theme of THEMES) {
    const file = path.join(FOLDER, `${name}-${theme}.png`);
    await withTheme(page, theme, () => page.screenshot({ path: file, animations: 'disabled', ...options }));
    files.push(file);
  }
  return files;
}

/** Runs `work` while the system seems to have that theme. */
export async function withTheme<T>(page: Page, theme: Theme, work: () => Promise<T>): Promise<T> {
  await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
  try {
    // Two frames: one in which the page hears of it, one in which it has painted.
    await page.evaluate(
      () => new Promise<void>((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
    );
    return await work();
  } finally {
    await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  }
}
