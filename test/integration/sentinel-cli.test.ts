/** Addresses of Sentinels on the command line and in a precheck: on either side and on both, with passwords, and over TLS. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { locate } from '../../electron/engine/intake/resolver/resolver.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { check } from '../support/precheck.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { killLeftovers, runCli } from '../support/run-cli.ts';
import { startWatched, type Watched } from '../support/sentinel.ts';
import { expectFailure } from '../support/sync-outcome.ts';
import { startRun, taskSpec } from '../support/sync-run.ts';
import { hasOpenssl, makeTlsAuthority } from '../support/tls-authority.ts';

const ENV = {
  LOCKSTEP_SOURCE_PASSWORD: 'source-secret',
  LOCKSTEP_SOURCE_SENTINEL_PASSWORD: 'sentinel-secret',
};
let source: Watched;
let target: Watched;
let alone: RedisProcess;
/** Without the passwords, which come by the environment. */
let sourceUrl: string;

beforeAll(async () => {
  [source, target, alone] = await Promise.all([
    startWatched({ count: 1, requirepass: 'source-secret', password: 'sentinel-secret' }),
    startWatched({ count: 1 }),
    startRedis(),
  ]);
  sourceUrl = source.url.replace(':source-secret@', '');
});

beforeEach(async () => {
  await Promise.all([target.servers[0], alone].map((server) => server.client().flushall()));
  await source.servers[0].client().set('key', 'value');
});

afterEach(killLeftovers);
afterAll(() => Promise.all([source?.stop(), target?.stop(), alone?.stop()]));

describe('sync and compare', () => {
  it('Sentinel to Sentinel', async () => {
    const sides = ['--source', sourceUrl, '--target', target.url];
    const result = await runCli(['sync', ...sides, '--until', 'caught-up'], { env: ENV });
    expect(result.stderr + result.stdout).toContain(
      `The primary of mymaster, the source, is 127.0.0.1:${source.servers[0].port}`,
    );
    expect(result.status).toBe(0);
    const compared = await runCli(['compare', ...sides], { env: ENV });
    expect(compared).toMatchObject({ status: 0 });
    expect(compared.stdout).toMatch(
      /Database 0: 1 keys on the source, 1 on the target, 1 compared, 0 differ/,
    );
  });

  it('a server to Sentinel', async () => {
    await alone.client().set('other', 'value');
    expect(await startRun(alone.url, target.url, {}).outcome).toMatchObject({ reason: 'caught-up' });
    expect(await target.servers[0].client().get('other')).toBe('value');
  });

  it('refuses two addresses that lead to one server', async () => {
    const direct = `redis://127.0.0.1:${target.servers[0].port}`;
    await expect(startRun(target.url, direct, {}).outcome).rejects.toMatchObject({
      code: 'SOURCE_IS_TARGET',
      message: 'both addresses lead to the same server process',
    });
  });

  it('tells a Sentinel that is given as a server', async () => {
    const direct = `redis://127.0.0.1:${target.sentinels[0]!.port}`;
    await expect(startRun(alone.url, direct, {}).outcome).rejects.toMatchObject({
      code: 'TARGET_IS_SENTINEL',
    });
  });

  it('an unknown name is told at once, with a command that leads to the Sentinel, and no password', async () => {
    const other = sourceUrl.replace('mymaster', 'other');
    const result = await runCli(['sync', '--source', other, '--target', alone.url], { env: ENV });
    expectFailure(result, { code: 'SOURCE_SENTINEL_NAME', exit: 3, fact: /knows no other/ });
    expect(result.stderr).toContain(
      `redis-cli -h 127.0.0.1 -p ${source.sentinels[0]!.port} --askpass SENTINEL MASTERS`,
    );
    expect(result.stdout + result.stderr).not.toMatch(/-secret/);
  });
});

describe('the precheck', () => {
  const spec = (to: string, some: Partial<TaskSpec> = {}): TaskSpec => taskSpec(source.url, to, some);

  it('names the primary that was found', async () => {
    const found = await check('target-connection', spec(target.url));
    expect(found).toMatchObject({ status: 'pass' });
    expect(found.found).toContain(
      `127.0.0.1:${target.servers[0].port}, the primary that the Sentinels name for mymaster`,
    );
  });

  it('tells what is wrong with the Sentinels, and with the password of them', async () => {
    const unknown = await check('target-connection', spec(target.url.replace('mymaster', 'other')));
    expect(unknown).toMatchObject({ status: 'failure' });
    expect(unknown.found).toMatch(/know no primary of this name/);
    // The address has the password of the servers only.
    const refused = await check('source-connection', spec(target.url));
    expect(refused.found).toMatch(/The Sentinels of the source refuse the password/);
  });

  it('says what Sentinels make of the task, where they watch the source', async () => {
    const text = async (from: string): Promise<string> =>
      (await check('notice-scaling', taskSpec(from, alone.url, {}))).found;
    expect(await text(source.url)).toMatch(/replica at port 0, which they never promote/);
    expect(await text(alone.url)).not.toMatch(/Sentinel/);
  });

  it('finds that both addresses lead to one server', async () => {
    const direct = `redis://127.0.0.1:${target.servers[0].port}`;
    const found = await check('distinct-servers', taskSpec(target.url, direct, {}));
    expect(found).toMatchObject({ status: 'failure' });
  });
});

describe.skipIf(!hasOpenssl())('TLS', () => {
  const dir = mkdtempSync(path.join(tmpdir(), 'lockstep-sentinel-tls-'));
  let secure: Watched;
  let caFile: string;

  beforeAll(async () => {
    const authority = makeTlsAuthority(dir);
    caFile = authority.caFile;
    secure = await startWatched({ count: 1, tls: authority });
  });

  afterAll(async () => {
    await secure?.stop();
    rmSync(dir, { recursive: true, force: true });
  });

  it('is spoken to the Sentinels and to the servers', async () => {
    await secure.servers[0].client().set('key', 'value');
    const args = ['sync', '--source', secure.url, '--target', alone.url, '--until', 'caught-up'];
    expect(await runCli(args, { env: { NODE_EXTRA_CA_CERTS: caFile } })).toMatchObject({ status: 0 });
    expect(await alone.client().get('key')).toBe('value');
    await expect(locate(systemWorld, 'source', parseEndpoint(secure.url))).rejects.toMatchObject({
      code: 'SOURCE_SENTINEL_UNREACHABLE',
      message: expect.stringContaining('self-signed certificate'),
    });
  });
});
