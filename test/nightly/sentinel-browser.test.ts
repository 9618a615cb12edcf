import { sentinelJourney } from '../e2e/journey/sentinel-journey.ts';
import { openBrowser } from '../e2e/support/application.ts';
import { describeBrowser } from '../e2e/support/window-tools.ts';

describeBrowser('a source that Sentinels watch, in a browser', () =>
  sentinelJourney(openBrowser, () => Promise.resolve()),
);
