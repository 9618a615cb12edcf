import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { killLeftovers, runCli, startCli, type CliResult } from '../support/run-cli.ts';
import { expectEmpty, expectEqual, expectFailure } from '../support/sync-outcome.ts';
import { hasOpenssl, makeTlsAuthority, type TlsAuthority } from '../support/tls-authority.ts';

const dir = mkdtempSync(path.join(tmpdir(), 'lockstep-tls-'));
let authority: TlsAuthority;
let source: RedisProcess;
let target: RedisProcess;
let sourceTlsPort: number;
let targetTlsPort: number;

/** Needs the openssl program for the certificates, and a redis-server that was built with TLS. */
describe.skipIf(!hasOpenssl())('TLS', () => {
  beforeAll(async () => {
    authority = makeTlsAuthority(dir);
    sourceTlsPort = await freePort();
    targetTlsPort = await freePort();
    [source, target] = await Promise.all([
      startRedis({ args: authority.serverArgs(sourceTlsPort) }),
      startRedis({ args: authority.serverArgs(targetTlsPort) }),
    ]);
  });

  afterEach(killLeftovers);

  afterAll(async () => {
    await Promise.all([source?.stop(), target?.stop()]);
    rmSync(dir, { recursive: true, force: true });
  });

  const sync = (from: string, to: string): Promise<CliResult> =>
    runCli(['sync', '--source', from, '--target', to]);
  const compare = (from: string, to: string): Promise<CliResult> =>
    runCli(['compare', '--source', from, '--target', to]);

  it('refuses a certificate of an unknown authority', async () => {
    const fact = /self-signed certificate/;
    const fromSource = await sync(`rediss://127.0.0.1:${sourceTlsPort}`, target.url);
    expectFailure(fromSource, { code: 'SOURCE_TLS', exit: 3, fact });
    const toTarget = await sync(source.url, `rediss://127.0.0.1:${targetTlsPort}`);
    expectFailure(toTarget, { code: 'TARGET_TLS', exit: 4, fact });
    await expectEmpty(target);
  });

  it('tells a plain address of a TLS port', async () => {
    const fact = /the port speaks TLS/;
    const plainSource = `redis://127.0.0.1:${sourceTlsPort}`;
    const plainTarget = `redis://127.0.0.1:${targetTlsPort}`;
    expectFailure(await sync(plainSource, target.url), { code: 'SOURCE_TLS', exit: 3, fact });
    expectFailure(await sync(source.url, plainTarget), { code: 'TARGET_TLS', exit: 4, fact });
    expectFailure(await compare(plainSource, target.url), { code: 'SOURCE_TLS', exit: 3, fact });
    await expectEmpty(target);
  });

  it('tells a TLS address of a plain port', async () => {
    const [fromSource, toTarget, compared] = await Promise.all([
      sync(`rediss://127.0.0.1:${source.port}`, target.url),
      sync(source.url, `rediss://127.0.0.1:${target.port}`),
      compare(source.url, `rediss://127.0.0.1:${target.port}`),
    ]);
    const fact = /answers no TLS handshake/;
    expectFailure(fromSource, { code: 'SOURCE_TLS', exit: 3, fact });
    expectFailure(toTarget, { code: 'TARGET_TLS', exit: 4, fact });
    expectFailure(compared, { code: 'TARGET_TLS', exit: 4, fact });
    await expectEmpty(target);
  });

  it('syncs and compares over TLS on both sides, by address and by name', async () => {
    const client = source.client();
    await client.mset('text', 'value', 'large', Buffer.alloc(5_000_000, 'x'));
    await client.sadd('set', 'a', 'b', 'c');
    const env = { NODE_EXTRA_CA_CERTS: authority.caFile };
    const addresses = ['--source', `rediss://127.0.0.1:${sourceTlsPort}`];
    addresses.push('--target', `rediss://localhost:${targetTlsPort}`);

    const run = startCli(['sync', ...addresses, '--json'], { env });
    await run.inStep();
    await client.append('large', 'y'.repeat(3_000_000));
    await client.incr('counter');
    const ended = await run.end();
    expect(ended.status).toBe(0);
    await expectEqual(source, target);
    expect((await runCli(['compare', ...addresses], { env })).status).toBe(0);
  });
});
