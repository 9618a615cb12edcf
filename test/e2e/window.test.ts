import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWindow, type ElectronWindow } from './support/electron-window.ts';
import { describeWindow } from './support/window-tools.ts';

describeWindow('the window', () => {
  let opened: ElectronWindow;

  beforeAll(async () => {
    opened = await openWindow();
  });

  afterAll(() => opened?.close());

  test('shows its page without a complaint', async () => {
    await opened.page.locator('#root :visible').first().waitFor();

    expect(await opened.page.title()).toContain('Lockstep');
    expect(opened.faults).toEqual([]);
  });

  test('gives the page no Node and no Electron, only the bridge', async () => {
    const seen = await opened.page.evaluate(() =>
      ['require', 'process', 'module', 'Buffer', 'global', 'electron'].filter((name) => name in globalThis),
    );
    const bridge = await opened.page.evaluate(() => Object.keys(window.lockstep ?? {}));

    expect(seen).toEqual([]);
    expect(bridge).toEqual(expect.arrayContaining(['onFrame', 'send']));
  });

  test('serves the page under a policy that names only what it needs', async () => {
    const response = await opened.page.reload();
    const policy = response?.headers()['content-security-policy'] ?? '';
    const directives = policy.split(';').map((part) => part.trim());

    expect(directives).toContain("default-src 'none'");
    expect(directives).toContain("script-src 'self'");
    expect(policy).not.toMatch(/https?:|unsafe|\*|data:/);
  });

  test('runs no script that is written into the page', async () => {
    const ran = await opened.page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'document.documentElement.dataset.ran = "yes"';
      document.head.append(script);
      script.remove();
      return document.documentElement.dataset['ran'] ?? 'no';
    });

    expect(ran).toBe('no');
  });

  test('opens no other window', async () => {
    const denied = await opened.page.evaluate(() => open('https://example.com/') === null);

    expect(denied).toBe(true);
    expect(opened.app.windows()).toHaveLength(1);
  });

  test('does not leave its page', async () => {
    const before = opened.page.url();
    // Asked after the application's own listener, which has prevented it by then.
    const attempts = await opened.app.evaluateHandle(({ BrowserWindow }) => {
      const list: { url: string; prevented: boolean }[] = [];
      BrowserWindow.getAllWindows()[0]?.webContents.on('will-navigate', (event) =>
        list.push({ url: event.url, prevented: event.defaultPrevented }),
      );
      return list;
    });
    await opened.page.evaluate(() => {
      const link = document.createElement('a');
      link.href = 'https://example.com/';
      document.body.append(link);
      link.click();
      link.remove();
    });

    await expect.poll(() => attempts.jsonValue()).toEqual([{ url: 'https://example.com/', prevented: true }]);
    expect(opened.page.url()).toBe(before);
  });
});
