import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import os, { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { SOCKET_PATH } from '../../shared/contract/socket-transport.ts';
import { startBrowserHost } from '../../electron/headless/serve/browser-host.ts';
import { HostToken } from '../../electron/headless/serve/host-token.ts';
import { confStores } from '../../electron/headless/serve/conf-store.ts';
import { lockFolder } from '../../electron/headless/serve/instance-lock.ts';
import { ServeTerminal } from '../../electron/headless/serve/serve-terminal.ts';
import { untilAskedToEnd } from '../../electron/headless/serve/until-asked-to-end.ts';
import { FixtureApi } from '../support/contract/fixture-api.ts';
import { eventually } from '../support/eventually.ts';
import { SOCKET_PROTOCOL } from '../../shared/contract/page-key.ts';
import { openLink, openSocket } from '../support/serve-run.ts';

let folder: string;
const measured = { version: '1.2.3', tasks: async () => [] };

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'lockstep-parts-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a page that answers no ping is given up, one that does is kept', async () => {
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html>');
  const api = new FixtureApi();
  const host = await startBrowserHost({
    api,
    pageFolder: folder,
    address: '127.0.0.1',
    ports: [0],
    token: new HostToken(),
    measured,
    reportFault: () => undefined,
    pingIntervalMs: 100,
  });
  const origin = `http://127.0.0.1:${host.port}`;
  const { cookie, key } = await openLink(host.newLink());
  const headers = { Cookie: cookie, Origin: origin };
  const open = async (autoPong: boolean): Promise<WebSocket> => {
    const address = `${origin.replace('http', 'ws')}${SOCKET_PATH}`;
    const socket = new WebSocket(address, [SOCKET_PROTOCOL, key], { headers, autoPong });
    await once(socket, 'open');
    return socket;
  };
  const alive = await open(true);
  const dead = await open(false);
  expect(api.subscribers).toBe(2);
  await once(dead, 'close');
  await new Promise((resolve) => setTimeout(resolve, 300));

  expect(alive.readyState).toBe(WebSocket.OPEN);
  expect(api.subscribers).toBe(1);
  await host.close();
  await eventually('the last subscription has ended', () => api.subscribers === 0);
});

test('a program that has the token is let in without a session, with another one not', async () => {
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html>');
  const token = new HostToken();
  const options = {
    pageFolder: folder,
    address: '127.0.0.1',
    ports: [0],
    measured,
    reportFault: () => undefined,
  };
  const host = await startBrowserHost({ api: new FixtureApi(), token, ...options });
  const open = (text: string): Promise<WebSocket | number> =>
    openSocket(host.origin, { Authorization: `Bearer ${text}` }, 'no-key');
  const [wrong, right] = [await open(new HostToken().text), await open(token.text)];
  const { cookie } = await openLink(host.newLink());
  const ask = (address: string, text: string): Promise<Response> =>
    fetch(`${host.origin}${address}`, { headers: { Authorization: `Bearer ${text}` } });
  const page = await ask('/', token.text);
  const metrics = await ask('/metrics', token.text);
  const figures = await metrics.text();
  const refused = await ask('/metrics', 'x');
  const withCookie = await fetch(`${host.origin}/metrics`, { headers: { Cookie: cookie } });
  const besideSession = await openSocket(
    host.origin,
    { Cookie: cookie, Origin: host.origin, Authorization: 'Bearer x' },
    'no-key',
  );
  await host.close();

  expect([wrong, typeof right, page.status, besideSession]).toEqual([401, 'object', 401, 401]);
  expect(figures).toContain('lockstep_build_info{version="1.2.3"} 1');
  expect([refused.status, refused.headers.get('www-authenticate')]).toEqual([401, 'Bearer']);
  expect(withCookie.status).toBe(401);
});

test('takes so many pages at once, and no more', async () => {
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html>');
  const api = new FixtureApi();
  const options = {
    api,
    pageFolder: folder,
    address: '127.0.0.1',
    ports: [0],
    token: new HostToken(),
    measured,
    reportFault: () => undefined,
  };
  const host = await startBrowserHost(options);
  const origin = `http://127.0.0.1:${host.port}`;
  const { cookie, key } = await openLink(host.newLink());
  const headers = { Cookie: cookie, Origin: origin };
  const sockets = await Promise.all(Array.from({ length: 32 }, () => openSocket(origin, headers, key)));
  const oneMore = await openSocket(origin, headers, key);
  await host.close();

  expect(sockets.filter((socket) => typeof socket === 'number')).toEqual([]);
  expect(oneMore).toBe(503);
});

test('silent connections of others neither stay nor keep a browser out', async () => {
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html>');
  const options = {
    pageFolder: folder,
    address: '127.0.0.1',
    ports: [0],
    token: new HostToken(),
    measured,
    reportFault: () => undefined,
  };
  const connections = { mostStrangers: 4, strangerMs: 500 };
  const host = await startBrowserHost({ api: new FixtureApi(), ...options, connections });
  const origin = `http://127.0.0.1:${host.port}`;
  const { cookie, key } = await openLink(host.newLink());
  const page = await openSocket(origin, { Cookie: cookie, Origin: origin }, key);
  let open = 0;
  for (let i = 0; i < 20; i++) {
    const silent = connect({ port: host.port, host: '127.0.0.1' }).on('error', () => undefined);
    silent.once('connect', () => (open += 1)).once('close', () => (open -= 1));
    silent.resume();
  }
  await eventually('only a few of them stay', () => open === 4);
  const answer = await fetch(origin, { headers: { Cookie: cookie } });
  await eventually('and those not for long', () => open === 0);

  expect(answer.status).toBe(200);
  expect((page as WebSocket).readyState).toBe(WebSocket.OPEN);
  await host.close();
});

test('a socket that is refused is not kept open by whoever leaves its own end open', async () => {
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html>');
  const options = {
    pageFolder: folder,
    address: '127.0.0.1',
    ports: [0],
    token: new HostToken(),
    measured,
    reportFault: () => undefined,
  };
  const host = await startBrowserHost({ api: new FixtureApi(), ...options });
  const socket = connect({ port: host.port, host: '127.0.0.1', allowHalfOpen: true });
  let closed = false;
  socket.on('close', () => (closed = true)).on('error', () => undefined);
  socket.write(
    `GET ${SOCKET_PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
  );
  await once(socket.resume(), 'end');
  await eventually('it is gone', () => {
    if (!closed) socket.write('x');
    return closed;
  });
  await host.close();

  expect(closed).toBe(true);
});

test('an address that cannot be listened on is told in words', async () => {
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html>');
  const options = {
    pageFolder: folder,
    ports: [0],
    token: new HostToken(),
    measured,
    reportFault: () => undefined,
  };
  // Of a block that is set aside for documentation: no machine has it.
  const starting = startBrowserHost({ api: new FixtureApi(), address: '192.0.2.1', ...options });

  await expect(starting).rejects.toMatchObject({
    code: 'USAGE',
    message: expect.stringContaining('192.0.2.1, port 0 cannot be used'),
  });
});

/** A terminal whose streams are the test's, and what it has printed. */
function openTerminal(): {
  terminal: ServeTerminal;
  stdin: NodeJS.ReadStream;
  printed: () => string;
  signedOut: () => number;
} {
  const stdin = Object.assign(new PassThrough(), { isTTY: true }) as unknown as NodeJS.ReadStream;
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const terminal = new ServeTerminal(
    stdin,
    stdout as unknown as NodeJS.WriteStream,
    stderr as unknown as NodeJS.WriteStream,
  );
  let links = 0;
  let signedOut = 0;
  terminal.greet(
    {
      port: 7600,
      origin: 'http://127.0.0.1:7600',
      newLink: () => `link-${(links += 1)}`,
      signOut: () => (signedOut += 1),
      close: async () => undefined,
    },
    '::1',
  );
  return { terminal, stdin, printed: () => String(stdout.read()), signedOut: () => signedOut };
}

test('the first signal, which comes twice, prints one link: of two the first would be void', () => {
  const { terminal, printed } = openTerminal();
  process.emit('SIGUSR2');
  process.emit('SIGUSR2');
  process.emit('SIGUSR2');
  terminal.end();

  expect(printed().match(/link-\d/g)).toEqual(['link-1', 'link-2', 'link-3']);
});

test('Enter prints a link, and a word before it signs every browser out', async () => {
  const { terminal, stdin, printed, signedOut } = openTerminal();
  const typed = stdin as unknown as PassThrough;
  for (const line of ['\n', 'out\n']) {
    typed.write(line);
    await new Promise(setImmediate);
  }
  terminal.end();

  expect(signedOut()).toBe(1);
  expect(printed().match(/link-\d/g)).toEqual(['link-1', 'link-2']);
});

test('an account without a name is no reason not to start', () => {
  const userInfo = vi.spyOn(os, 'userInfo').mockImplementation(() => {
    throw new Error('uv_os_get_passwd returned ENOENT');
  });
  const { terminal, printed } = openTerminal();
  terminal.end();
  userInfo.mockRestore();

  expect(printed()).toContain('link-1');
});

test.each([
  [true, 1],
  [false, 0],
])('the end of the terminal counts where it prints on one (%s)', (isTerminal, asks) => {
  const signals = ['SIGHUP', 'SIGTERM', 'SIGINT'] as const;
  const before = signals.map((signal) => process.listeners(signal));
  const onAsked = vi.fn<() => void>();
  void untilAskedToEnd(isTerminal, onAsked);
  process.emit('SIGHUP');
  signals.forEach((signal, index) => {
    for (const listener of process.listeners(signal))
      if (!before[index]!.includes(listener)) process.off(signal, listener);
  });

  expect(onAsked).toHaveBeenCalledTimes(asks);
});

test('Enter at the terminal prints another link', () => {
  const { terminal, stdin, printed } = openTerminal();
  stdin.emit('data', '\n');
  terminal.end();
  stdin.emit('data', '\n');
  const text = printed();

  expect(text).toContain('ssh -L 7600:[::1]:7600 ');
  expect(text.match(/link-\d/g)).toEqual(['link-1', 'link-2']);
  expect(text).toContain('press Enter here');
});

test('a document is read as it was written, and no other account can', () => {
  const store = confStores(folder)('profiles');
  expect(store.read()).toBeUndefined();
  store.write({ version: 2, content: [{ 'a.b': 1 }] });

  expect(confStores(folder)('profiles').read()).toEqual({ version: 2, content: [{ 'a.b': 1 }] });
  expect(store.path).toBe(path.join(folder, 'profiles.json'));
  expect(statSync(store.path).mode & 0o777).toBe(0o600);
  store.write({ version: 3 });
  expect(store.read()).toEqual({ version: 3 });
});

test.each([
  ['{"version": 1', /JSON/],
  ['', /JSON/],
  ['[]', /no JSON object/],
  ['"text"', /no JSON object/],
  ['null', /no JSON object/],
])('a file that holds %j is refused and stays', (content, reason) => {
  const store = confStores(folder)('profiles');
  writeFileSync(store.path, content);

  expect(() => store.read()).toThrow(reason);
  expect(() => store.write({ version: 1 })).toThrow(reason);
  expect(readFileSync(store.path, 'utf8')).toBe(content);
});

test('a lock that another process left behind is taken over, whatever it holds', () => {
  const file = path.join(folder, 'instance.lock');
  // The second one is this process's number as it would stand from before a restart of the machine.
  for (const content of ['4194305 123\n', `${process.pid} 1\n`, '', 'x']) {
    writeFileSync(file, content);
    const unlock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(`process ${process.pid} works with the folder`);
    unlock();
    expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
  }
});
