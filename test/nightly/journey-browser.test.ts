import { expect } from 'vitest';
import { journey } from '../e2e/journey/journey.ts';
import { openBrowser } from '../e2e/support/application.ts';
import { takeScreenshots } from '../e2e/support/screenshots.ts';
import { describeBrowser } from '../e2e/support/window-tools.ts';

describeBrowser('a synchronisation in a browser', () =>
  journey(openBrowser, async (page, what) => {
    const files = await takeScreenshots(page, what);
    expect(files).toHaveLength(2);
  }),
);
