import { expect } from 'vitest';
import { journey } from './journey/journey.ts';
import { openBrowser, openDesktop } from './support/application.ts';
import { accessibilityFaults } from './support/axe.ts';
import { takeScreenshots } from './support/screenshots.ts';
import { describeBrowser, describeWindow } from './support/window-tools.ts';

// It is the same page in both, so each looks at it in its own way.
describeWindow('a synchronisation in the window', () =>
  journey(openDesktop, async (page, what) => {
    const files = await takeScreenshots(page, what);
    expect(files).toHaveLength(2);
  }),
);

describeBrowser('a synchronisation in a browser', () =>
  journey(openBrowser, async (page, what) => {
    expect(await accessibilityFaults(page), `accessibility of ${what}`).toEqual([]);
  }),
);
