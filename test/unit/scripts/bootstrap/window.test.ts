import { afterEach, describe, expect, test, vi } from 'vitest';
import { loadScript } from '../load-script.ts';

interface WindowProgram {
  readonly program?: string;
  readonly missing?: string;
}

const { windowProgram } = await loadScript<{ windowProgram(args: string[]): Promise<WindowProgram> }>(
  'bootstrap/window.mjs',
);

describe.runIf(process.platform === 'linux')('on Linux', () => {
  afterEach(() => vi.unstubAllEnvs());

  test('without a display there is no window, and Electron is not even looked for', async () => {
    vi.stubEnv('DISPLAY', '');
    vi.stubEnv('WAYLAND_DISPLAY', '');

    expect(await windowProgram([])).toEqual({ missing: 'there is no display here' });
  });

  test('a window of root is not opened without the sandbox of its page unless that was asked for', async () => {
    vi.stubEnv('DISPLAY', ':99');
    vi.spyOn(process, 'getuid').mockReturnValue(0);

    expect((await windowProgram([])).missing).toContain('cannot be sandboxed');
    vi.restoreAllMocks();
  });
});
