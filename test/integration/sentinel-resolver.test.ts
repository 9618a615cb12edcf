/** Who the primary is, asked of real Sentinels: with a password, after a failover, and where something else answers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inspectServer } from '../../electron/engine/control/inspect-server.ts';
import { locate, Resolver } from '../../electron/engine/intake/resolver/resolver.ts';
import { inspect } from '../../electron/engine/jobs/inspect-job.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { parseEndpoint, type Endpoint } from '../../shared/model/endpoint.ts';
import { serverSummarySchema } from '../../shared/model/server-summary.ts';
import { freePort } from '../support/free-port.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { startWatched, type Watched } from '../support/sentinel.ts';

const NAME = 'mymaster';
let watched: Watched;
let stranger: RedisProcess;

beforeAll(async () => {
  [watched, stranger] = await Promise.all([
    startWatched({ password: 'of-the-sentinels', requirepass: 'of-the-servers' }),
    startRedis(),
  ]);
});

afterAll(() => Promise.all([watched?.stop(), stranger?.stop()]));

const SECRETS = { password: 'of-the-servers', sentinelPassword: 'of-the-sentinels' };
const at = (hosts: string, name = NAME, secrets: object = SECRETS): Endpoint =>
  parseEndpoint(`redis-sentinel://${hosts}/${name}`, secrets);
const all = (): string => watched.sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',');
const first = (): string => `127.0.0.1:${watched.sentinels[0]!.port}`;

describe('the primary', () => {
  it('is found, with a password for the Sentinels and another one for the servers', async () => {
    const found = await locate(systemWorld, 'source', at(all()));
    expect(found).toMatchObject({
      host: '127.0.0.1',
      port: watched.servers[0].port,
      password: 'of-the-servers',
    });
    expect(await inspectServer(systemWorld, 'source', found)).toMatchObject({
      role: 'primary',
      foundAt: `127.0.0.1:${watched.servers[0].port}`,
    });
  });

  it('is asked of the next Sentinel where one is away, or says nothing', async () => {
    const away = `127.0.0.1:${await freePort()}`;
    expect(await locate(systemWorld, 'source', at(`${away},${first()}`))).toMatchObject({
      port: watched.servers[0].port,
    });
    await watched.sentinels[2]!.kill('SIGSTOP');
    try {
      const silent = `127.0.0.1:${watched.sentinels[2]!.port}`;
      const resolver = new Resolver(systemWorld, 'source', at(`${silent},${first()}`));
      expect(await resolver.find()).toMatchObject({ port: watched.servers[0].port });
      // The one that answered is the first to be asked from then on.
      const againMs = performance.now();
      await resolver.find();
      expect(performance.now() - againMs).toBeLessThan(1500);
    } finally {
      await watched.sentinels[2]!.kill('SIGCONT');
    }
  });
});

describe('a connection test', () => {
  it('tells the primary, and what each Sentinel says of it', async () => {
    const [known, , last] = watched.sentinels.map(({ port }) => `127.0.0.1:${port}`);
    const away = `127.0.0.1:${await freePort()}`;
    const names = `127.0.0.1:${watched.servers[0].port}`;
    const summary = await inspect(systemWorld, 'source', at(`${away},${known},${last}`));
    expect(serverSummarySchema.parse(summary)).toEqual(summary);
    expect(summary).toMatchObject({
      role: 'primary',
      foundAt: names,
      sentinels: [
        { address: away, names: null, fault: { code: 'SOURCE_SENTINEL_UNREACHABLE' } },
        { address: known, names, fault: null },
        { address: last, names, fault: null },
      ],
    });
    expect(JSON.stringify(summary)).not.toMatch(/of-the-se/);
  });

  it('of a server by its own address tells of no Sentinel', async () => {
    const summary = await inspect(systemWorld, 'source', parseEndpoint(stranger.url));
    expect(summary).toMatchObject({ foundAt: null, role: 'primary' });
    expect(summary.sentinels).toBeUndefined();
  });
});

describe('what keeps it from being found is told as what it is', () => {
  const refused = async (endpoint: Endpoint, code: string, fact: RegExp): Promise<void> => {
    await expect(locate(systemWorld, 'target', endpoint)).rejects.toMatchObject({
      code: `TARGET_${code}`,
      message: expect.stringMatching(fact),
    });
  };

  it('no Sentinel', async () => {
    const [one, two] = [await freePort(), await freePort()];
    await refused(
      at(`127.0.0.1:${one},127.0.0.1:${two}`),
      'SENTINEL_UNREACHABLE',
      new RegExp(`127.0.0.1:${one}.*; 127.0.0.1:${two}`),
    );
  });

  it('a name that they do not know', () => refused(at(all(), 'other'), 'SENTINEL_NAME', /knows no other/));

  it('a plain Redis', () =>
    refused(at(`127.0.0.1:${stranger.port}`, NAME, {}), 'NOT_A_SENTINEL', /unknown command/i));

  it('a plain Redis beside a Sentinel does no harm', async () => {
    const found = await locate(
      systemWorld,
      'source',
      at(`127.0.0.1:${stranger.port},${first()}`, NAME, SECRETS),
    );
    expect(found.port).toBe(watched.servers[0].port);
  });

  it('the password of the Sentinels, missing and wrong, and that of the servers never sent to them', async () => {
    await refused(at(all(), NAME, { password: 'of-the-servers' }), 'SENTINEL_AUTH', /NOAUTH/);
    await refused(
      at(all(), NAME, { ...SECRETS, sentinelPassword: 'x' }),
      'SENTINEL_AUTH',
      /WRONGPASS|invalid/,
    );
    for (const { log } of watched.sentinels) expect(log()).not.toContain('of-the-servers');
  });

  it('the password of the servers', () =>
    refused(at(all(), NAME, { sentinelPassword: SECRETS.sentinelPassword }), 'AUTH', /NOAUTH/));

  it('a Sentinel that is given as a server', async () => {
    const endpoint = parseEndpoint(`redis://:of-the-sentinels@${first()}`);
    await expect(inspectServer(systemWorld, 'source', endpoint)).rejects.toMatchObject({
      code: 'SOURCE_IS_SENTINEL',
    });
  });
});

describe('after the primary has died', () => {
  it('nothing answers where the Sentinels say, and then the other server is found', async () => {
    const [old, other] = watched.servers;
    const located: string[] = [];
    const resolver = new Resolver(systemWorld, 'target', at(all()), (_, { port }, before) =>
      located.push(`${before?.port ?? ''} ${port}`),
    );
    await resolver.find();
    await old.kill();
    await expect(resolver.find()).rejects.toMatchObject({ code: 'TARGET_SENTINEL_PRIMARY' });
    await watched.failover(old, false);
    expect(await resolver.find()).toMatchObject({ port: other.port });
    expect(located).toEqual([` ${old.port}`, `${old.port} ${other.port}`]);
  });

  it('a Sentinel that has not heard of it is not believed', async () => {
    const lone = await startWatched({ count: 1, downAfterMs: 60_000 });
    try {
      await lone.servers[0].client().replicaof('127.0.0.1', stranger.port);
      const endpoint = parseEndpoint(lone.url);
      await expect(locate(systemWorld, 'target', endpoint)).rejects.toMatchObject({
        code: 'TARGET_SENTINEL_BEHIND',
        message: expect.stringContaining(`is a replica of 127.0.0.1:${stranger.port}`),
      });
    } finally {
      await lone.stop();
    }
  });
});
