import { expect } from 'vitest';
import { sentinelJourney } from './journey/sentinel-journey.ts';
import { openDesktop } from './support/application.ts';
import { accessibilityFaults } from './support/axe.ts';
import { takeScreenshots } from './support/screenshots.ts';
import { describeWindow } from './support/window-tools.ts';

describeWindow('a source that Sentinels watch, in the window', () =>
  sentinelJourney(openDesktop, async (page, what) => {
    await takeScreenshots(page, what);
    expect(await accessibilityFaults(page), `accessibility of ${what}`).toEqual([]);
  }),
);
