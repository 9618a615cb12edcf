import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { WebSocket } from 'ws';
import { MAX_REQUEST_BYTES } from '../../shared/contract/frames.ts';
import { EXIT } from '../../shared/errors/catalogue.ts';
import { eventually } from '../support/eventually.ts';
import { byDay } from '../support/nightly.ts';
import { killLeftovers, runCli } from '../support/run-cli.ts';
import {
  openClient,
  openLink,
  openSocket,
  rawRequest,
  startServe,
  type ServeRun,
} from '../support/serve-run.ts';

const newFolder = (): string => mkdtempSync(path.join(tmpdir(), 'lockstep-serve-'));

afterAll(killLeftovers);

describe('the browser host', () => {
  const dataDir = newFolder();
  let run: ServeRun;
  let cookie: string;
  let key: string;
  const own = (): Record<string, string> => ({ Host: `127.0.0.1:${run.port}`, Cookie: cookie });

  beforeAll(async () => {
    run = await startServe(dataDir);
    ({ cookie, key } = await openLink(run.link()));
  });

  afterAll(async () => {
    await run?.cli.end();
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function newLink(): Promise<string> {
    const before = run.link();
    run.cli.kill('SIGUSR2');
    await run.cli.until(() => run.link() !== before, 'it prints another link');
    return run.link();
  }

  test('says how it is reached, from here and from elsewhere', () => {
    expect(run.cli.output).toContain(`ssh -L ${run.port}:127.0.0.1:${run.port} `);
    expect(run.cli.output).toContain(`kill -USR2 ${run.cli.pid}`);
  });

  test('answers a page that was let in', async () => {
    await newLink();
    const client = await openClient(run);

    expect(await client.request('app.info', {})).toMatchObject({
      host: 'browser',
      secrets: 'none',
      notices: [],
    });
    client.close();
  });

  test('serves the page with a nonce of its own for each load', async () => {
    const first = await rawRequest(run.port, '/', own());
    const second = await rawRequest(run.port, '/index.html', own());
    const nonces = [first, second].map(({ body }) => /name="csp-nonce" content="([^"]+)"/.exec(body)?.[1]);
    const policies = [first, second].map(({ headers }) => String(headers['content-security-policy']));

    expect(first.status).toBe(200);
    expect(first.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    });
    expect(new Set(nonces).size).toBe(2);
    expect(policies.map((policy, index) => policy.includes(`'nonce-${nonces[index]}'`))).toEqual([
      true,
      true,
    ]);
    expect(policies[0]).toContain("default-src 'none'; script-src 'self';");
    expect(policies[0]).toContain(`connect-src 'self' ws://127.0.0.1:${run.port};`);
  });

  test('serves the files of the page, to be kept by the browser', async () => {
    const { body } = await rawRequest(run.port, '/', own());
    const script = /src="\.(\/assets\/[^"]+\.js)"/.exec(body)?.[1];
    const { status, headers } = await rawRequest(run.port, script!, own());

    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(headers['cache-control']).toContain('immutable');
  });

  test('shows nothing without a cookie but how to get in', async () => {
    for (const address of ['/', '/index.html', '/assets/index.js', '/anything']) {
      const { status, body } = await rawRequest(run.port, address, { Host: `localhost:${run.port}` });
      expect([address, status]).toEqual([address, 401]);
      expect(body).toContain('Open the link that stands in the terminal');
    }
  });

  test.each([
    '/../package.json',
    '/assets/../../headless/cli.mjs',
    '/%2e%2e/package.json',
    '/..%2fpackage.json',
    '/assets/..\\..\\package.json',
    '//etc/passwd',
    '/etc/passwd',
    '/package.json',
    '/.stamp',
    '/constructor',
    '/__proto__',
  ])('has nothing at %s', async (address) => {
    const { status, body } = await rawRequest(run.port, address, own());

    expect(status).toBe(404);
    expect(body).toContain('There is no such page');
  });

  test('serves no source maps', async () => {
    const { body } = await rawRequest(run.port, '/', own());
    const script = /src="\.(\/assets\/[^"]+\.js)"/.exec(body)?.[1];

    expect((await rawRequest(run.port, `${script}.map`, own())).status).toBe(404);
  });

  test.each(['POST', 'PUT', 'DELETE', 'OPTIONS'])('refuses %s', async (method) => {
    const { status, headers } = await rawRequest(run.port, '/', own(), method);

    expect([status, headers['allow']]).toEqual([405, 'GET, HEAD']);
  });

  test.each(['example.com', 'example.com:7600', '192.168.0.1', '127.0.0.1.example.com:80'])(
    'refuses a request that was meant for %s, even with the cookie',
    async (host) => {
      const { status } = await rawRequest(run.port, '/', { Host: host, Cookie: cookie });

      expect(status).toBe(421);
    },
  );

  test('may be reached by any port, as at the near end of a tunnel', async () => {
    const headers = { Host: 'localhost:9999', Cookie: cookie };
    expect((await rawRequest(run.port, '/', headers)).status).toBe(200);
    const socket = await openSocket(run.origin, { ...headers, Origin: 'http://localhost:9999' }, key);

    expect(typeof socket).toBe('object');
    (socket as WebSocket).close();
  });

  test('takes a link once, and not from whoever only looks at it', async () => {
    const link = await newLink();
    const { pathname } = new URL(link);
    const host = { Host: `127.0.0.1:${run.port}` };
    const looks = [
      await rawRequest(run.port, pathname, host, 'HEAD'),
      await rawRequest(run.port, pathname, { ...host, 'Sec-Purpose': 'prefetch' }),
      await rawRequest(run.port, pathname, { ...host, 'Sec-Fetch-Site': 'cross-site' }),
    ];
    const use = (origin: string) => rawRequest(run.port, pathname, { ...host, Origin: origin }, 'POST');
    const foreign = await use('http://example.com');
    const first = await use(run.origin);
    const second = await use(run.origin);

    expect(looks.map(({ status, headers }) => [status, headers['set-cookie']])).toEqual(
      looks.map(() => [200, undefined]),
    );
    expect([foreign.status, first.status, second.status]).toEqual([403, 200, 401]);
    expect(first.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    expect(first.headers['set-cookie']?.[0]).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(second.headers['set-cookie']).toBeUndefined();
    expect(second.body).toContain('This link is no longer valid');
  });

  test('replaces the link before by a new one', async () => {
    const before = await newLink();
    await newLink();
    const { pathname } = new URL(before);

    expect((await rawRequest(run.port, pathname, { Host: '127.0.0.1' })).status).toBe(401);
  });

  test('takes no socket with the cookie alone, which other ports of this machine may have seen', async () => {
    const other = await openLink(await newLink());
    const headers: Record<string, string> = { ...own(), Origin: run.origin };
    const session = async (keyOf: string, method = 'GET') =>
      (await rawRequest(run.port, '/session', { ...own(), 'X-Lockstep-Key': keyOf }, method)).status;

    expect(await openSocket(run.origin, headers, 'none')).toBe(401);
    expect(await openSocket(run.origin, headers, other.key)).toBe(401);
    expect([await session(''), await session(other.key), await session(key)]).toEqual([401, 401, 204]);
    expect(await session(other.key, 'DELETE')).toBe(401);
    expect(await session(key)).toBe(204);
  });

  test('signs a browser out, with all its pages', async () => {
    const leaving = await openLink(await newLink());
    const headers = { Host: `127.0.0.1:${run.port}`, Cookie: leaving.cookie };
    const socket = (await openSocket(
      run.origin,
      { ...headers, Origin: run.origin },
      leaving.key,
    )) as WebSocket;
    const closed = once(socket, 'close');
    const out = await rawRequest(
      run.port,
      '/session',
      { ...headers, 'X-Lockstep-Key': leaving.key },
      'DELETE',
    );

    expect(out.status).toBe(204);
    expect((await closed)[0]).toBe(4001);
    expect((await rawRequest(run.port, '/', headers)).status).toBe(401);
    expect((await rawRequest(run.port, '/', own())).status).toBe(200);
  });

  test('takes no socket without the cookie, from another page, for another host or elsewhere', async () => {
    const headers: Record<string, string> = { ...own(), Origin: run.origin };
    const without = { Host: headers['Host']!, Origin: run.origin };
    const withoutOrigin = own();

    expect(await openSocket(run.origin, without, key)).toBe(401);
    expect(await openSocket(run.origin, { ...headers, Cookie: `${cookie}x` }, key)).toBe(401);
    expect(await openSocket(run.origin, withoutOrigin, key)).toBe(403);
    expect(await openSocket(run.origin, { ...headers, Origin: 'http://example.com' }, key)).toBe(403);
    expect(await openSocket(run.origin, { ...headers, Origin: `http://localhost:${run.port}` }, key)).toBe(
      403,
    );
    const foreign = { ...headers, Host: 'example.com', Origin: 'http://example.com' };
    expect(await openSocket(run.origin, foreign, key)).toBe(421);
    expect(await openSocket(run.origin, headers, key, '/elsewhere')).toBe(404);
  });

  test('closes a socket that sends too large a frame, and lives on', async () => {
    const headers = { ...own(), Origin: run.origin };
    const socket = (await openSocket(run.origin, headers, key)) as WebSocket;
    socket.send('x'.repeat(MAX_REQUEST_BYTES + 1));
    const [code] = (await once(socket, 'close')) as [number];

    expect(code).toBe(1009);
    const next = (await openSocket(run.origin, headers, key)) as WebSocket;
    next.send(JSON.stringify({ type: 'request', id: 1, name: 'app.info', params: {} }));
    const [text] = (await once(next, 'message')) as [Buffer];
    expect(JSON.parse(String(text))).toMatchObject({ type: 'result', id: 1 });
    next.close();
  });
});

describe('its folder', () => {
  let dataDir: string;

  beforeEach(() => {
    dataDir = path.join(newFolder(), 'data');
  });

  afterEach(async () => {
    await killLeftovers();
    rmSync(path.dirname(dataDir), { recursive: true, force: true });
  });

  test('belongs to its owner alone, with all that is in it', async () => {
    mkdirSync(dataDir);
    chmodSync(dataDir, 0o755);
    const run = await startServe(dataDir);
    const client = await openClient(run);
    await client.request('draft.create', {});
    await client.request('settings.change', { theme: 'dark' });
    const files = readdirSync(dataDir, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name));

    expect(files.map((file) => path.basename(file))).toEqual(
      expect.arrayContaining(['drafts.json', 'settings.json', 'instance.lock']),
    );
    for (const file of files) expect([file, statSync(file).mode & 0o077]).toEqual([file, 0]);
    expect(statSync(dataDir).mode & 0o777).toBe(0o700);
  });

  test('is used by one at a time', async () => {
    const run = await startServe(dataDir);
    const second = await runCli(['serve', '--port', '0', '--data-dir', dataDir]);

    expect(second.status).toBe(EXIT.local);
    expect(second.stderr).toContain('ALREADY_RUNNING: Lockstep runs already');
    expect(second.stderr).toContain(`process ${run.cli.pid} works with the folder ${dataDir}`);
    expect((await run.cli.end()).status).toBe(EXIT.ok);
    expect(readdirSync(dataDir)).not.toContain('instance.lock');
  });

  test('is taken over from one that was killed', async () => {
    const first = await startServe(dataDir);
    await first.cli.end('SIGKILL');
    expect(readdirSync(dataDir)).toContain('instance.lock');
    const second = await startServe(dataDir);

    expect((await second.cli.end()).status).toBe(EXIT.ok);
  });

  test('may be named by the environment', async () => {
    const { cli } = await startServe(dataDir, { env: { LOCKSTEP_DATA_DIR: `${dataDir}-other` } });
    await cli.end();
    expect(readdirSync(path.dirname(dataDir))).toEqual(['data']);
  });
});

describe('the command', () => {
  test('refuses an address that would open it to the network', async () => {
    const { status, stderr } = await runCli(['serve', '--host', '0.0.0.0']);

    expect(status).toBe(EXIT.usage);
    expect(stderr).toContain('would open the page to the network');
  });

  test('says that the port is taken which it was asked for', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const dataDir = newFolder();
    const { status, stderr } = await runCli(['serve', '--port', String(port), '--data-dir', dataDir]);
    taken.close();
    rmSync(dataDir, { recursive: true });

    expect(status).toBe(EXIT.local);
    expect(stderr).toContain(`PORT_TAKEN: The port is taken`);
    expect(stderr).toContain(`127.0.0.1, port ${port}`);
  });

  test.each(byDay(1, ['SIGTERM', 'SIGINT'] as const))(
    'stops its task and ends when told by %s',
    async (signal) => {
      const dataDir = newFolder();
      const run = await startServe(dataDir);
      const client = await openClient(run);
      const { taskId } = await client.request('sandbox.start', { kind: 'servers' });
      await eventually('the task is in step', async () =>
        (await client.request('task.list', {})).some(({ id, phase }) => id === taskId && phase === 'in-step'),
      );
      const children = [run.cli.enginePid];
      const { status, stdout } = await run.cli.end(signal);
      rmSync(dataDir, { recursive: true });

      expect(status).toBe(EXIT.ok);
      expect(stdout).toContain('Lockstep stops its task, which can be resumed at the next start.');
      expect(client.closed).toBe(true);
      expect(children.filter(isRunning)).toEqual([]);
    },
  );
});

test('a terminal that is gone does not end one that prints elsewhere, as under nohup', async () => {
  const dataDir = newFolder();
  const run = await startServe(dataDir);
  const client = await openClient(run);
  run.cli.kill('SIGHUP');
  run.cli.kill('SIGHUP');
  await new Promise((resolve) => setTimeout(resolve, 1000));
  expect(await client.request('app.info', {})).toMatchObject({ host: 'browser' });
  const { status } = await run.cli.end('SIGTERM');
  rmSync(dataDir, { recursive: true });

  expect(status).toBe(EXIT.ok);
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
