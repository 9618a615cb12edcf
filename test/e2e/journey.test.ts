import { expect } from 'vitest';
import { journey } from './journey/journey.ts';
import { openDesktop } from './support/application.ts';
import { accessibilityFaults } from './support/axe.ts';
import { describeWindow } from './support/window-tools.ts';

// The same page goes the same way in a browser, and has its pictures taken, in test/nightly.
describeWindow('a synchronisation in the window', () =>
  journey(openDesktop, async (page, what) => {
    expect(await accessibilityFaults(page), `accessibility of ${what}`).toEqual([]);
  }),
);
