import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { SOCKET_PATH } from '../../shared/contract/socket-transport.ts';
import { startBrowserHost } from '../../electron/headless/serve/browser-host.ts';
import { confStores } from '../../electron/headless/serve/conf-store.ts';
import { lockFolder } from '../../electron/headless/serve/instance-lock.ts';
import { ServeTerminal } from '../../electron/headless/serve/serve-terminal.ts';
import { FixtureApi } from '../support/contract/fixture-api.ts';
import { eventually } from '../support/eventually.ts';
import { openLink, openSocket } from '../support/serve-run.ts';

let folder: string;

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
    reportFault: () => undefined,
    pingIntervalMs: 100,
  });
  const origin = `http://127.0.0.1:${host.port}`;
  const headers = { Cookie: await openLink(host.newLink()), Origin: origin };
  const open = async (autoPong: boolean): Promise<WebSocket> => {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}${SOCKET_PATH}`, { headers, autoPong });
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

test('takes so many pages at once, and no more', async () => {
  writeFileSync(path.join(folder, 'index.html'), '<!doctype html>');
  const api = new FixtureApi();
  const options = { api, pageFolder: folder, address: '127.0.0.1', ports: [0], reportFault: () => undefined };
  const host = await startBrowserHost(options);
  const origin = `http://127.0.0.1:${host.port}`;
  const headers = { Cookie: await openLink(host.newLink()), Origin: origin };
  const sockets = await Promise.all(Array.from({ length: 32 }, () => openSocket(origin, headers)));
  const oneMore = await openSocket(origin, headers);
  await host.close();

  expect(sockets.filter((socket) => typeof socket === 'number')).toEqual([]);
  expect(oneMore).toBe(503);
});

test('Enter at the terminal prints another link', () => {
  const stdin = Object.assign(new PassThrough(), { isTTY: true }) as unknown as NodeJS.ReadStream;
  const stdout = new PassThrough();
  const terminal = new ServeTerminal(
    stdin,
    stdout as unknown as NodeJS.WriteStream,
    new PassThrough() as unknown as NodeJS.WriteStream,
  );
  let links = 0;
  terminal.greet({ port: 7600, newLink: () => `link-${(links += 1)}`, close: async () => undefined }, '::1');
  stdin.emit('data', '\n');
  terminal.end();
  stdin.emit('data', '\n');
  const text = String(stdout.read());

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
