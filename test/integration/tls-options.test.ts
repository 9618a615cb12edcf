import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inspectServer } from '../../electron/engine/control/inspect-server.ts';
import { compareServers } from '../../electron/engine/verify/compare-servers.ts';
import type { Endpoint, TlsOptions } from '../../shared/model/endpoint.ts';
import { freePort } from '../support/free-port.ts';
import { check, taskBetween } from '../support/precheck.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { expectEqual } from '../support/sync-outcome.ts';
import { startRun } from '../support/sync-run.ts';
import { hasOpenssl, makeTlsAuthority, type TlsAuthority } from '../support/tls-authority.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'lockstep-tls-options-'));
let authority: TlsAuthority;
let source: RedisProcess;
let target: RedisProcess;
/** Asks no client for a certificate. */
let open: { readonly server: RedisProcess; readonly port: number };
let sourcePort: number;
let targetPort: number;

const at = (port: number, tlsOptions?: TlsOptions, host = '127.0.0.1'): Endpoint => ({
  ...{ host, port, user: undefined, password: undefined, tls: true, db: 0 },
  ...(tlsOptions ? { tlsOptions } : {}),
});
const trusting = (): TlsOptions => ({ ca: authority.ca, ...authority.client, verify: true });

/** Needs the openssl program for the certificates, and a redis-server that was built with TLS. */
describe.skipIf(!hasOpenssl())('the TLS options of an address', () => {
  beforeAll(async () => {
    authority = makeTlsAuthority(dir);
    [sourcePort, targetPort] = [await freePort(), await freePort()];
    const port = await freePort();
    const [first, second, third] = await Promise.all([
      startRedis({ args: authority.serverArgs(sourcePort, 'yes') }),
      startRedis({ args: authority.serverArgs(targetPort, 'yes') }),
      startRedis({ args: authority.serverArgs(port) }),
    ]);
    [source, target, open] = [first, second, { server: third, port }];
  });

  beforeEach(async () => {
    await Promise.all([source.client().flushall(), target.client().flushall()]);
  });

  afterAll(async () => {
    await Promise.all([source?.stop(), target?.stop(), open?.server.stop()]);
    rmSync(dir, { recursive: true, force: true });
  });

  it('carry a private authority and a client certificate through a whole task and a comparison', async () => {
    const client = source.client();
    await client.mset('a', '1', 'large', Buffer.alloc(3_000_000, 'x'));
    const endpoints = { source: at(sourcePort, trusting()), target: at(targetPort, trusting()) };
    const run = startRun(source.url, target.url, { ...endpoints, until: 'stopped' });
    await run.reached('in-step');
    await client.incr('a');
    run.session.stop('drain');
    await run.outcome;
    await expectEqual(source, target);
    const report = await compareServers({ world: systemWorld, ...endpoints });
    expect(report.differencesTotal).toBe(0);
    const spec = { ...taskBetween(source.url, target.url), ...endpoints };
    expect((await check('source-connection', spec)).found).toMatch(/, TLS, /);
  });

  it('are needed by a server that wants a certificate of the client', async () => {
    const without: TlsOptions = { ca: authority.ca, verify: true };
    const fact = expect.stringMatching(/the server wants a certificate of the client, and none is given/);
    await expect(inspectServer(systemWorld, 'source', at(sourcePort, without))).rejects.toMatchObject({
      code: 'SOURCE_TLS',
      message: fact,
    });
    const compared = compareServers({
      world: systemWorld,
      source: at(open.port, without),
      target: at(targetPort, without),
    });
    await expect(compared).rejects.toMatchObject({ code: 'TARGET_TLS', message: fact });
    const run = startRun(source.url, target.url, { target: at(targetPort, without), retryForMs: 0 });
    await expect(run.outcome).rejects.toMatchObject({ code: 'TARGET_TLS' });
    const spec = { ...taskBetween(source.url, target.url), source: at(sourcePort, without) };
    const result = await check('source-connection', spec);
    expect(result.status).toBe('failure');
    expect(result.found).toMatch(
      /^The TLS handshake with the source failed \(127.0.0.1:\d+: the server wants/,
    );
  });

  it('trust nobody but the authority that is given', async () => {
    await expect(inspectServer(systemWorld, 'source', at(open.port))).rejects.toMatchObject({
      code: 'SOURCE_TLS',
      message: expect.stringMatching(/self-signed certificate/),
    });
    const other = makeTlsAuthority(mkdtempSync(path.join(dir, 'other-')), 'Another authority');
    await expect(
      inspectServer(systemWorld, 'source', at(open.port, { ca: other.ca, verify: true })),
    ).rejects.toMatchObject({
      code: 'SOURCE_TLS',
    });
    const both: TlsOptions = { ca: other.ca + authority.ca, verify: true };
    await expect(inspectServer(systemWorld, 'source', at(open.port, both))).resolves.toMatchObject({
      role: 'primary',
    });
    const stranger: TlsOptions = { ca: authority.ca, ...other.client, verify: true };
    await expect(inspectServer(systemWorld, 'source', at(sourcePort, stranger))).rejects.toMatchObject({
      code: 'SOURCE_TLS',
      message: expect.stringMatching(/does not accept the certificate of the client \(unknown ca\)/),
    });
  });

  it('check the name that is given in place of the host', async () => {
    const named = (serverName: string, host?: string): Promise<unknown> =>
      inspectServer(
        systemWorld,
        'target',
        at(open.port, { ca: authority.ca, serverName, verify: true }, host),
      );
    await expect(named('localhost')).resolves.toMatchObject({ role: 'primary' });
    await expect(named('127.0.0.1', 'localhost')).resolves.toMatchObject({ role: 'primary' });
    for (const name of ['redis.example', '10.0.0.1'])
      await expect(named(name)).rejects.toMatchObject({
        code: 'TARGET_TLS',
        message: expect.stringMatching(/certificate is made for another name/),
      });
  });

  it('let any certificate pass when it is not to be verified, and only then', async () => {
    const summary = await inspectServer(
      systemWorld,
      'target',
      at(open.port, { serverName: 'redis.example', verify: false }),
    );
    expect(summary.role).toBe('primary');
    await open.server.client().set('a', '1');
    const run = startRun(target.url, target.url, {
      source: at(open.port, { verify: false }),
      target: at(targetPort, { ...authority.client, verify: false }),
    });
    await run.outcome;
    expect(await target.client().get('a')).toBe('1');
  });

  it('are refused in plain words where a text cannot be used, without repeating it', async () => {
    const { ca, client } = authority;
    const encrypted = execFileSync(
      'openssl',
      ['pkcs8', '-topk8', '-passout', 'pass:x', '-in', 'client.key'],
      {
        cwd: dir,
        encoding: 'utf8',
      },
    );
    const other = makeTlsAuthority(mkdtempSync(path.join(dir, 'mismatch-')));
    const cases: [Partial<TlsOptions>, RegExp][] = [
      [{ ca: 'some words' }, /the CA certificate is not in PEM form/],
      [
        { ca: `${ca}${ca.replace(/\n.{20}/, '\nAAAAAAAAAAAAAAAAAAAA')}` },
        /the CA certificate is damaged \(number 2 of 2/,
      ],
      [{ certificate: 'some words', key: client.key }, /the client certificate is not in PEM form/],
      [{ certificate: client.certificate }, /a client certificate is given, but not its private key/],
      [{ key: client.key }, /a private key is given, but not the certificate/],
      [
        { certificate: client.certificate, key: 'some words' },
        /the private key is not in PEM form, or is damaged/,
      ],
      [{ certificate: client.certificate, key: encrypted }, /protected by a passphrase/],
      [
        { certificate: client.certificate, key: other.client.key },
        /does not belong to the client certificate/,
      ],
    ];
    for (const [options, message] of cases) {
      const endpoint = at(sourcePort, { ca, verify: true, ...options });
      const failure = { code: 'SOURCE_TLS', message: expect.stringMatching(message) };
      await expect(inspectServer(systemWorld, 'source', endpoint)).rejects.toMatchObject(failure);
      await expect(
        compareServers({ world: systemWorld, source: endpoint, target: at(targetPort, trusting()) }),
      ).rejects.toMatchObject(failure);
      const spec = { ...taskBetween(source.url, target.url), source: endpoint };
      const { found } = await check('source-connection', spec);
      expect(found).toMatch(message);
      expect(found).not.toMatch(/BEGIN .*KEY|some words/);
    }
  });

  it('are missing for a port that speaks TLS', async () => {
    await expect(
      inspectServer(systemWorld, 'source', { ...at(sourcePort), tls: false }),
    ).rejects.toMatchObject({
      code: 'SOURCE_TLS',
      message: expect.stringMatching(/the port speaks TLS/),
    });
  });
});
