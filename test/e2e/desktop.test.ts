import { Redis } from 'ioredis';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createClient, type Client } from '../../shared/contract/client.ts';
import { eventually } from '../support/eventually.ts';
import { bridgeOf } from './support/bridge-of.ts';
import { openWindow, type ElectronWindow } from './support/electron-window.ts';
import { describeWindow, electronTool, SANDBOX_SWITCHES } from './support/window-tools.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
/** Paths out of the page's folder, what is no file of it, and another host of its scheme. */
const OUTSIDE_OF_THE_PAGE = [
  'app://lockstep/..%2fmain%2fmain.mjs',
  'app://lockstep/%2e%2e/main/main.mjs',
  'app://lockstep/%2e%2e%2f%2e%2e%2fpackage.json',
  'app://lockstep/..%5cmain%5cmain.mjs',
  'app://lockstep//etc/passwd',
  'app://lockstep/%',
  'app://lockstep/assets',
  'app://elsewhere/index.html',
];
const SECRET = 'a-password-of-the-tests-7312';

/** A client on the bridge of the window, and all frames that came to its page from then on. */
async function clientOf({ page }: ElectronWindow): Promise<{ client: Client; frames: unknown[] }> {
  const open = await bridgeOf(page);
  const transport = await open();
  const frames: unknown[] = [];
  transport.onFrame((frame) => frames.push(frame));
  // The page's own client has the same bridge: its answers are nobody's here.
  return { client: createClient(transport), frames };
}

describeWindow('the desktop application', () => {
  let opened: ElectronWindow;
  let client: Client;
  let frames: unknown[];
  const dataFolder = (): string => path.join(opened.userDataDir, 'desktop');

  beforeAll(async () => {
    opened = await openWindow();
    ({ client, frames } = await clientOf(opened));
  });

  afterAll(() => opened?.close());

  test('tells the page what it is', async () => {
    expect(await client.request('app.info', {})).toMatchObject({
      host: 'desktop',
      platform: process.platform,
    });
  });

  test('lets the menu lead the page', async () => {
    const click = (label: string): Promise<void> =>
      opened.app.evaluate(({ Menu }, wanted) => {
        const items = Menu.getApplicationMenu()?.items.flatMap((item) => item.submenu?.items ?? []) ?? [];
        items.find((item) => item.label === wanted)?.click();
      }, label);
    await click('Settings');
    await expect.poll(() => opened.page.url()).toContain('#/settings');
    await click('All tasks');
    await expect.poll(() => opened.page.url()).toContain('#/tasks');
    await click('New synchronisation');
    await expect.poll(() => opened.page.url()).toContain('#/setup/');

    expect(opened.faults).toEqual([]);
  });

  test('follows the theme that is set, and knows it at the next start', async () => {
    await client.request('settings.change', { theme: 'dark' });

    await expect.poll(() => opened.app.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe('dark');
    expect(JSON.parse(readFileSync(path.join(dataFolder(), 'window.json'), 'utf8'))).toMatchObject({
      theme: 'dark',
    });
    await client.request('settings.change', { theme: 'system' });
    await expect.poll(() => opened.app.evaluate(({ nativeTheme }) => nativeTheme.themeSource)).toBe('system');
  });

  test('never shows the page a stored password, nor writes it down as it is', async () => {
    const draft = await client.request('draft.create', {});
    const source = { ...draft.source, host: '127.0.0.1', port: 1, user: 'somebody' };
    const saved = await client.request('draft.save', {
      draft: { ...draft, source },
      secrets: { source: { password: SECRET } },
    });
    await client.request('draft.list', {});
    await client.request('app.info', {});
    const address = { ...saved.source, port: 1 };
    const stored = { kind: 'draft', id: draft.id, endpointId: 'source' } as const;
    const refused = client.request('connection.test', {
      side: 'source',
      endpoint: address,
      secrets: {},
      stored,
    });
    await expect(refused).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });

    expect(saved.source.hasPassword).toBe(true);
    expect(JSON.stringify(frames)).not.toContain(SECRET);
    for (const file of filesOf(dataFolder())) expect(readFileSync(file, 'utf8')).not.toContain(SECRET);
  });

  test('keeps its files for their owner alone', () => {
    const files = filesOf(dataFolder());

    expect(files.map((file) => path.basename(file))).toEqual(
      expect.arrayContaining(['drafts.json', 'window.json']),
    );
    for (const file of files) expect([file, statSync(file).mode & 0o077]).toEqual([file, 0]);
    expect(statSync(dataFolder()).mode & 0o077).toBe(0);
  });

  test('saves what the page exports where its user says, and nothing from elsewhere', async () => {
    const saved = path.join(opened.userDataDir, 'export.csv');
    await opened.app.evaluate(({ session }, file) => {
      session.defaultSession.on('will-download', (_event, item) => item.setSavePath(file));
    }, saved);
    const download = (address: string): Promise<void> =>
      opened.page.evaluate((from) => {
        const link = document.createElement('a');
        link.href = from === 'blob' ? URL.createObjectURL(new Blob(['key,difference\n'])) : from;
        link.download = 'export.csv';
        link.click();
      }, address);
    await download('data:text/csv,foreign');
    await download('blob');
    await expect.poll(() => filesOf(opened.userDataDir).includes(saved)).toBe(true);

    await expect.poll(() => readFileSync(saved, 'utf8')).toBe('key,difference\n');
  });

  test('lets the page copy a command, and denies it everything else', async () => {
    const states = await opened.page.evaluate(async () => {
      const stateOf = async (name: string): Promise<string> =>
        (await navigator.permissions.query({ name: name as PermissionName })).state;
      await navigator.clipboard.writeText('CONFIG SET repl-timeout 600');
      return Promise.all(['geolocation', 'camera', 'clipboard-read'].map(stateOf));
    });

    expect(states).toEqual(['denied', 'denied', 'denied']);
    expect(await opened.app.evaluate(({ clipboard }) => clipboard.readText())).toBe(
      'CONFIG SET repl-timeout 600',
    );
  });

  test('gives its page no more than a page has, and three functions', async () => {
    const preferences = await opened.app.evaluate(({ BrowserWindow }) => {
      const { webContents } = BrowserWindow.getAllWindows()[0]!;
      return (webContents as unknown as { getLastWebPreferences(): object }).getLastWebPreferences();
    });
    const world = await opened.page.evaluate(() => ({
      node: ['require', 'process', 'module', 'Buffer', 'global'].filter((name) => name in window),
      bridge: Object.entries((window as unknown as { lockstep: object }).lockstep).map(([name, value]) => [
        name,
        typeof value,
      ]),
    }));

    expect(preferences).toMatchObject({
      ...{ contextIsolation: true, sandbox: true, nodeIntegration: false },
      ...{ nodeIntegrationInSubFrames: false, webviewTag: false },
      ...{ webSecurity: true, allowRunningInsecureContent: false, experimentalFeatures: false },
    });
    expect(world).toEqual({
      node: [],
      bridge: ['send', 'onFrame', 'onClose'].map((name) => [name, 'function']),
    });
  });

  test('serves its page nothing but the files of the page', async () => {
    const served = await opened.app.evaluate(
      ({ net }, addresses) =>
        Promise.all(addresses.map(async (address) => (await net.fetch(address)).status)),
      ['app://lockstep/index.html', ...OUTSIDE_OF_THE_PAGE],
    );
    const read = await opened.page.evaluate(
      async (addresses) => {
        const reads = (address: string): Promise<boolean> =>
          fetch(address).then(
            () => true,
            () => false,
          );
        return Promise.all(addresses.map(reads));
      },
      [...OUTSIDE_OF_THE_PAGE, 'file:///etc/passwd', 'https://example.com/'],
    );

    expect(served).toEqual([200, ...OUTSIDE_OF_THE_PAGE.map(() => 404)]);
    expect(read).not.toContain(true);
  });

  test('outlives an exception of its own, notes it down, and says so', async () => {
    await opened.app.evaluate(
      () =>
        void setTimeout(() => {
          throw new Error('thrown by the test');
        }),
    );
    const log = path.join(dataFolder(), 'logs', 'faults.log');
    await eventually('it is noted down', () => filesOf(dataFolder()).includes(log));

    expect(readFileSync(log, 'utf8')).toContain('thrown by the test');
    expect(statSync(log).mode & 0o077).toBe(0);
    const { notices } = await client.request('app.info', {});
    expect(notices).toMatchObject([{ severity: 'error', title: 'A fault in Lockstep itself' }]);
    await client.request('app.dismissNotice', { id: notices[0]!.id });
    expect((await client.request('app.info', {})).notices).toEqual([]);
  });

  test('starts once: a second start brings the window to the front and ends', async () => {
    await opened.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide());
    const display = await opened.app.evaluate(() => process.env['DISPLAY'] ?? '');
    const second = spawn(
      electronTool().program,
      [...SANDBOX_SWITCHES, ROOT, `--user-data-dir=${opened.userDataDir}`],
      { env: { ...process.env, DISPLAY: display }, stdio: 'ignore' },
    );
    const [status] = (await once(second, 'exit')) as [number | null];

    expect(status).toBe(0);
    await expect
      .poll(() =>
        opened.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().map((it) => it.isVisible())),
      )
      .toEqual([true]);
  });

  // Behind what asks over the bridge: an attempt to leave ends the connection of a load, and the page opens the next one.
  test('keeps its page where it is: no other address, window, webview or frame with a bridge', async () => {
    const elsewhere = createServer((_request, response) => {
      response.writeHead(302, { Location: 'app://lockstep/index.html' }).end();
    }).listen(0, '127.0.0.1');
    await once(elsewhere, 'listening');
    let asked = 0;
    elsewhere.on('request', () => (asked += 1));
    const address = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
    const before = opened.page.url();
    const tried = await opened.page.evaluate(async (to) => {
      const opens = window.open(to);
      window.location.assign(to);
      const webview = document.body.appendChild(document.createElement('webview'));
      webview.setAttribute('src', to);
      const frame = document.body.appendChild(document.createElement('iframe'));
      frame.srcdoc = '<p>within</p>';
      await new Promise((resolve) => setTimeout(resolve, 500));
      const bridged = frame.contentWindow !== null && 'lockstep' in frame.contentWindow;
      webview.remove();
      frame.remove();
      return { opens: opens !== null, bridged };
    }, address);
    elsewhere.close();
    const contents = await opened.app.evaluate(({ webContents }) => webContents.getAllWebContents().length);

    expect(tried).toEqual({ opens: false, bridged: false });
    expect([opened.page.url(), contents, asked]).toEqual([before, 1, 0]);
  });

  test('loads a page anew that crashed, and says so', async () => {
    const loaded = await opened.app.evaluateHandle(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]!.webContents;
      const state = { times: 0 };
      contents.on('did-finish-load', () => (state.times += 1));
      contents.forcefullyCrashRenderer();
      return state;
    });
    await expect.poll(() => loaded.evaluate(({ times }) => times)).toBe(1);

    const text = (): Promise<string> =>
      opened.app.evaluate(async ({ BrowserWindow }) =>
        String(
          await BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript('document.body.innerText'),
        ),
      );
    await expect.poll(text).toContain('The page was reloaded');
  });
});

describeWindow('a desktop application with a running task', () => {
  let opened: ElectronWindow;
  let client: Client;
  let taskId: string;
  let pid: number;

  const task = async () => (await client.request('task.list', {})).find(({ id }) => id === taskId)!;
  const inStep = (): Promise<void> =>
    eventually('the task is in step', async () => {
      const { state, phase } = await task();
      return state === 'running' && phase === 'in-step';
    });
  const enginePid = (): Promise<number | undefined> =>
    opened.app.evaluate(({ app }) => app.getAppMetrics().find(({ name }) => name === 'Lockstep engine')?.pid);

  /** Answers every question of the application with this button, and remembers the questions. */
  const answerWith = async (button: number): Promise<() => Promise<unknown>> => {
    const questions = await opened.app.evaluateHandle(({ dialog }, response) => {
      const asked: unknown[] = [];
      dialog.showMessageBox = async (...args: unknown[]) => {
        asked.push(args.at(-1));
        return { response, checkboxChecked: false };
      };
      return asked;
    }, button);
    return () => questions.jsonValue();
  };
  const closeWindow = (): Promise<void> =>
    opened.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());

  // One window, since it takes its time to come up; each test leaves the task in step, and the last one closes it.
  beforeAll(async () => {
    opened = await openWindow();
    pid = opened.app.process().pid!;
    ({ client } = await clientOf(opened));
    ({ taskId } = await client.request('sandbox.start', { kind: 'servers' }));
    await inStep();
  }, 120_000);

  afterAll(async () => {
    // A question would wait for an answer.
    if (isRunning(pid)) await answerWith(0);
    await opened?.close();
  });

  test('keeps its window when an engine is killed, and the task goes on', async () => {
    const killed = await enginePid();
    process.kill(killed!, 'SIGKILL');
    await eventually('the task has noticed', async () => (await task()).state === 'restarting');
    const { trouble } = await task();
    await inStep();

    expect(trouble?.code).toBe('ENGINE_DIED');
    expect(await enginePid()).not.toBe(killed);
    expect(opened.faults).toEqual([]);
  });

  test('asks before it closes, and stays when it is not to', async () => {
    const questions = await answerWith(1);
    await closeWindow();
    await expect.poll(questions).toMatchObject([{ message: '1 task is running' }]);

    expect((await task()).state).toBe('running');
    expect(opened.app.windows()).toHaveLength(1);
  });

  test('tells of a failure outside of its window, and a click leads to the task', async () => {
    const shown = await opened.app.evaluateHandle(({ Notification }) => {
      const list: { title: string; body: string; click: () => void }[] = [];
      Notification.isSupported = () => true;
      Notification.prototype.show = function show(this: Electron.Notification) {
        list.push({ title: this.title, body: this.body, click: () => this.emit('click') });
      };
      return list;
    });
    const onTarget = new Redis((await task()).target.port);
    await onTarget.config('SET', 'requirepass', 'which the task does not know');
    await onTarget.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await eventually(
      'a notification is shown',
      async () => (await shown.evaluate((list) => list.length)) > 0,
    );
    const { title, body } = await shown.evaluate((list) => ({ title: list[0]!.title, body: list[0]!.body }));
    await shown.evaluate((list) => list[0]!.click());

    expect(title).toBe('Sandbox has failed');
    expect(body).toContain('The target refuses the credentials');
    await expect.poll(() => opened.page.url()).toContain(`#/tasks/${taskId}`);
    await onTarget.config('SET', 'requirepass', '');
    onTarget.disconnect();
    await client.request('task.start', { id: taskId });
    await inStep();
  });

  test('ends its engines when it closes, and offers to go on at its next start', async () => {
    const engine = await enginePid();
    await answerWith(0);
    const exited = once(opened.app.process(), 'exit');
    await closeWindow();
    const [status] = (await exited) as [number | null];

    expect(status).toBe(0);
    expect(isRunning(engine!)).toBe(false);
    const profiles = readFileSync(path.join(opened.userDataDir, 'desktop', 'profiles.json'), 'utf8');
    expect(profiles).toContain('"wanted": "running"');
  });
});

describeWindow('the window of the application', () => {
  const userDataDir = mkdtempSync(path.join(tmpdir(), 'lockstep-window-'));
  let opened: ElectronWindow | undefined;

  afterEach(async () => {
    await opened?.close();
    opened = undefined;
  });

  afterAll(() => rmSync(userDataDir, { recursive: true, force: true, maxRetries: 5 }));

  const savedBounds = (folder: string): unknown => {
    const file = path.join(folder, 'desktop', 'window.json');
    return existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { bounds?: unknown }).bounds;
  };
  const bounds = (window: ElectronWindow) =>
    window.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.getNormalBounds());

  test('opens where it was closed', async () => {
    opened = await openWindow({ userDataDir });
    // Before that it has the size that it was made with, whatever it is told.
    await expect
      .poll(() => opened!.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.isVisible()))
      .toBe(true);
    const wanted = { x: 140, y: 90, width: 1000, height: 640 };
    await opened.app.evaluate(
      ({ BrowserWindow }, size) => BrowserWindow.getAllWindows()[0]!.setBounds(size),
      wanted,
    );
    await expect.poll(() => bounds(opened!)).toEqual(wanted);
    await expect.poll(() => savedBounds(userDataDir)).toEqual(wanted);
    await opened.close();
    opened = await openWindow({ userDataDir });

    expect(await bounds(opened)).toEqual(wanted);
  });
});

function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
