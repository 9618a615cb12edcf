import { expect, test } from 'vitest';
import { openInChromium, startBrowserHost } from './support/browser-host.ts';
import { describeBrowser } from './support/window-tools.ts';

describeBrowser('npm start without a display', () => {
  test('says why there is no window, serves the page for a browser, and ends as asked', async () => {
    const host = await startBrowserHost({
      command: ['scripts/run.mjs', 'start'],
      env: { DISPLAY: '', WAYLAND_DISPLAY: '' },
    });
    try {
      expect(host.output()).toContain('there is no display here; serving the page for a browser instead');
      const opened = await openInChromium(host.link);
      try {
        await opened.page.locator('#root :visible').first().waitFor();
        expect(await opened.page.title()).toContain('Lockstep');
        expect(opened.faults).toEqual([]);
      } finally {
        await opened.close();
      }
    } finally {
      expect(await host.stop()).toBe(0);
    }
  });
});
