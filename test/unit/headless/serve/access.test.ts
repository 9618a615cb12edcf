import { expect, test } from 'vitest';
import { isLoopbackHost, isOwnOrigin } from '../../../../electron/headless/serve/host-checks.ts';
import { OneTimeLinks } from '../../../../electron/headless/serve/one-time-links.ts';
import { IDLE_MS, Sessions } from '../../../../electron/headless/serve/sessions.ts';
import { serveOptionsOf } from '../../../../electron/headless/serve/serve-options.ts';

const TEN_MINUTES_MS = 600_000;

test.each(['localhost', 'LOCALHOST:1', '127.0.0.1:7600', '[::1]:65535', '[::1]'])(
  '%s is this machine',
  (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  },
);

test.each([
  undefined,
  '',
  'example.com',
  'example.com:7600',
  '127.0.0.1.example.com',
  'localhost.example.com:7600',
  '127.0.0.1:7600@example.com',
  '127.0.0.1:port',
  '127.0.0.2',
  '0.0.0.0:7600',
  '::1',
])('%s is not', (host) => {
  expect(isLoopbackHost(host)).toBe(false);
});

test.each([
  ['http://127.0.0.1:7600', true],
  ['http://127.0.0.1:7601', false],
  ['http://localhost:7600', false],
  ['https://127.0.0.1:7600', false],
  ['http://127.0.0.1:7600.example.com', false],
  ['null', false],
  [undefined, false],
])('the origin %s is our page on 127.0.0.1:7600: %s', (origin, own) => {
  expect(isOwnOrigin({ host: '127.0.0.1:7600', ...(origin === undefined ? {} : { origin }) })).toBe(own);
});

test('no origin is ours on a foreign host', () => {
  expect(isOwnOrigin({ host: 'example.com', origin: 'http://example.com' })).toBe(false);
});

test('a link works once', () => {
  const links = new OneTimeLinks();
  const token = links.create();

  expect(Buffer.from(token, 'base64url')).toHaveLength(32);
  expect([links.use(token), links.use(token)]).toEqual([true, false]);
});

test('a wrong token opens nothing and spoils nothing', () => {
  const links = new OneTimeLinks();
  expect(links.use('')).toBe(false);
  const token = links.create();

  expect([links.use(''), links.use(`${token}x`), links.use(token.slice(1)), links.use(token)]).toEqual([
    false,
    false,
    false,
    true,
  ]);
});

test('looking at a link does not use it', () => {
  const links = new OneTimeLinks();
  const token = links.create();

  expect([links.isValid('x'), links.isValid(token), links.isValid(token), links.use(token)]).toEqual([
    false,
    true,
    true,
    true,
  ]);
  expect(links.isValid(token)).toBe(false);
});

test('a link works for ten minutes', () => {
  let nowMs = 0;
  const links = new OneTimeLinks(() => nowMs);
  const first = links.create();
  nowMs = TEN_MINUTES_MS - 1;
  expect(links.use(first)).toBe(true);

  const second = links.create();
  nowMs += TEN_MINUTES_MS;
  expect(links.use(second)).toBe(false);
});

test('a new link replaces the one before', () => {
  const links = new OneTimeLinks();
  const first = links.create();
  const second = links.create();

  expect([links.use(first), links.use(second)]).toEqual([false, true]);
});

test('a cookie lets in whoever has it, among others', () => {
  const sessions = new Sessions(7600);
  const header = sessions.open().cookie;
  const pair = header.split(';', 1)[0]!;

  expect(header).toMatch(/^lockstep-7600=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  expect(sessions.has(pair)).toBe(true);
  expect(sessions.has(`a=b; ${pair}; lockstep-7601=c`)).toBe(true);
});

test.each([undefined, '', 'lockstep-7600=', 'lockstep-7600=undefined', 'x=lockstep-7600'])(
  'the cookie header %s lets nobody in',
  (header) => {
    const sessions = new Sessions(7600);
    sessions.open();

    expect(sessions.has(header)).toBe(false);
  },
);

test('the cookie of another host is none of ours', () => {
  const pair = new Sessions(7600).open().cookie.split(';', 1)[0]!;

  expect(new Sessions(7600).has(pair)).toBe(false);
});

test('a cookie without the key of its session is not enough for more than files', () => {
  const sessions = new Sessions(7600);
  const [one, other] = [sessions.open(), sessions.open()];

  expect(sessions.has(one.cookie)).toBe(true);
  expect([one.key, other.key, '', `${one.key}x`].map((key) => sessions.admits(one.cookie, key))).toEqual([
    true,
    false,
    false,
    false,
  ]);
});

test('a session ends when no page of it was open for long, and not while one is', () => {
  let nowMs = 0;
  const sessions = new Sessions(7600, () => nowMs);
  const { cookie, key } = sessions.open();
  const leave = sessions.join(cookie, key, () => undefined);
  nowMs += 10 * IDLE_MS;
  expect(sessions.has(cookie)).toBe(true);
  leave();
  nowMs += IDLE_MS - 1;
  expect(sessions.has(cookie)).toBe(true);
  nowMs += 1;
  expect(sessions.has(cookie)).toBe(false);
  expect(sessions.admits(cookie, key)).toBe(false);
});

test('whoever is signed out loses the open pages as well', () => {
  const sessions = new Sessions(7600);
  const [one, other] = [sessions.open(), sessions.open()];
  const closed: string[] = [];
  sessions.join(one.cookie, one.key, () => closed.push('one'));
  sessions.join(other.cookie, other.key, () => closed.push('other'));

  expect([sessions.end(one.cookie, other.key), sessions.end(one.cookie, one.key)]).toEqual([false, true]);
  expect([closed, sessions.has(one.cookie), sessions.has(other.cookie)]).toEqual([['one'], false, true]);
  sessions.endAll();
  expect([closed, sessions.has(other.cookie)]).toEqual([['one', 'other'], false]);
});

test('the oldest session ends when there are too many', () => {
  const sessions = new Sessions(7600);
  const pairs = Array.from({ length: 17 }, () => sessions.open().cookie.split(';', 1)[0]!);

  expect(pairs.map((pair) => sessions.has(pair))).toEqual(pairs.map((_, index) => index > 0));
});

test.each(['0.0.0.0', '::', '192.168.0.1', 'example.com', ''])('--host %s is refused', (host) => {
  expect(() => serveOptionsOf({ host }, {})).toThrow(/ssh -L/);
});

test.each(['65536', '-1', 'http', '1.5', ''])('--port %s is refused', (port) => {
  expect(() => serveOptionsOf({ host: '127.0.0.1', port }, {})).toThrow(/is no port/);
});

test('the usual port is tried first, then any; one that was asked for alone', () => {
  expect(serveOptionsOf({ host: '127.0.0.1' }, {}).ports).toEqual([7600, 0]);
  expect(serveOptionsOf({ host: '::1', port: '8000' }, {}).ports).toEqual([8000]);
});

test('the folder is the option, the variable, or one by the XDG rules', () => {
  const folder = (dataDir: string | undefined, env: NodeJS.ProcessEnv): string =>
    serveOptionsOf({ host: '127.0.0.1', ...(dataDir === undefined ? {} : { dataDir }) }, env).dataFolder;

  expect(folder('/a', { LOCKSTEP_DATA_DIR: '/b' })).toBe('/a');
  expect(folder(undefined, { LOCKSTEP_DATA_DIR: '/b', XDG_CONFIG_HOME: '/c' })).toBe('/b');
  expect(folder(undefined, { XDG_CONFIG_HOME: '/c' })).toBe('/c/lockstep/browser');
  expect(folder(undefined, { XDG_CONFIG_HOME: 'relative' })).toMatch(/\/\.config\/lockstep\/browser$/);
});
