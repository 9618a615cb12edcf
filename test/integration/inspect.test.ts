import { afterEach, expect, it } from 'vitest';
import { inspectServer } from '../../electron/engine/control/inspect-server.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { serverSummarySchema } from '../../shared/model/server-summary.ts';
import { freePort } from '../support/free-port.ts';
import {
  serverBinary,
  startRedis,
  type RedisProcess,
  type RedisServerOptions,
} from '../support/redis-server.ts';
import { poll } from '../support/sync-run.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';

const servers: RedisProcess[] = [];
async function start(options: RedisServerOptions = {}): Promise<RedisProcess> {
  const server = await startRedis(options);
  servers.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

it('tells what a server is and holds', async () => {
  const server = await start({ args: ['--maxmemory', '100mb'] });
  const client = server.client();
  await client.mset('a', '1', 'b', '2');
  await client.set('c', '3', 'EX', 1000);
  await client.select(5);
  await client.set('d', '4');
  const summary = await inspectServer(systemWorld, 'source', parseEndpoint(server.url));
  expect(serverSummarySchema.parse(summary)).toEqual(summary);
  expect(summary).toMatchObject({
    product: 'Redis',
    role: 'primary',
    replicatesFrom: null,
    cluster: false,
    loading: false,
    maxMemoryBytes: 104857600,
    modules: [],
    databases: [
      { db: 0, keys: 3, expires: 1 },
      { db: 5, keys: 1, expires: 0 },
    ],
  });
  expect(summary.version).toMatch(/^\d+\.\d+\.\d+$/);
  expect(summary.usedMemoryBytes).toBeGreaterThan(100_000);
  expect(summary.roundTripMs).toBeGreaterThan(0);
  expect(summary.roundTripMs).toBeLessThan(1000);
});

it('needs no more rights than INFO', async () => {
  const server = await start();
  await server.client().call('ACL', 'SETUSER', 'watcher', 'on', '>secret', '+info');
  const summary = await inspectServer(
    systemWorld,
    'source',
    parseEndpoint(`redis://watcher:secret@127.0.0.1:${server.port}`),
  );
  expect(summary).toMatchObject({ role: 'primary', modules: [] });
});

it('names the right that lacks without INFO', async () => {
  const server = await start();
  await server.client().call('ACL', 'SETUSER', 'blind', 'on', '>secret', '+ping');
  await expect(
    inspectServer(systemWorld, 'target', parseEndpoint(`redis://blind:secret@127.0.0.1:${server.port}`)),
  ).rejects.toMatchObject({ code: 'TARGET_NO_PERMISSION' });
});

it('tells replicas and clusters', async () => {
  const primary = await start();
  const replica = await start({ args: ['--replicaof', '127.0.0.1', String(primary.port)] });
  const cluster = await start({ args: ['--cluster-enabled', 'yes'] });
  expect(await inspectServer(systemWorld, 'source', parseEndpoint(replica.url))).toMatchObject({
    role: 'replica',
    replicatesFrom: `127.0.0.1:${primary.port}`,
  });
  expect(await inspectServer(systemWorld, 'source', parseEndpoint(cluster.url))).toMatchObject({
    cluster: true,
  });
});

it('tells a server that is loading', async () => {
  const server = await start({ args: ['--enable-debug-command', 'yes'] });
  const client = server.client();
  await client.call('DEBUG', 'POPULATE', '20000', 'key', '100');
  await client.config('SET', 'loading-process-events-interval-bytes', '1024');
  await client.config('SET', 'key-load-delay', '300');
  const reloaded = client.call('DEBUG', 'RELOAD').catch(() => undefined);
  await poll('the server loads', async () => {
    const probe = server.client({ enableReadyCheck: false });
    return (await probe.info('persistence')).includes('loading:1');
  });
  const summary = await inspectServer(systemWorld, 'source', parseEndpoint(server.url));
  client.disconnect();
  await server.kill();
  await reloaded;
  expect(summary.loading).toBe(true);
});

it('refuses what does not answer, wrong credentials, and a port that is no Redis', async () => {
  const locked = await start({ requirepass: 'right-secret' });
  await expect(
    inspectServer(systemWorld, 'source', parseEndpoint(`redis://127.0.0.1:${await freePort()}`)),
  ).rejects.toMatchObject({
    code: 'SOURCE_UNREACHABLE',
  });
  await expect(
    inspectServer(systemWorld, 'target', parseEndpoint(`redis://127.0.0.1:${locked.port}`)),
  ).rejects.toMatchObject({
    code: 'TARGET_AUTH',
  });
  const wrong = inspectServer(
    systemWorld,
    'target',
    parseEndpoint(`redis://:wrong-secret@127.0.0.1:${locked.port}`),
  );
  await expect(wrong).rejects.toMatchObject({
    code: 'TARGET_AUTH',
    message: expect.not.stringContaining('secret'),
  });
});

it('ends when it is told to', async () => {
  const server = await start();
  await server.kill('SIGSTOP');
  const abort = new AbortController();
  const beganMs = Date.now();
  const asked = inspectServer(systemWorld, 'source', parseEndpoint(server.url), abort.signal);
  setTimeout(() => abort.abort(), 100);
  await expect(asked).rejects.toMatchObject({ code: 'INTERRUPTED' });
  expect(Date.now() - beganMs).toBeLessThan(3000);
  await server.kill('SIGCONT');
});

for (const version of ['2.8', '4.0', '8.0', 'valkey-8.1', 'valkey-9.1']) {
  it.skipIf(!serverBinary(version))(`tells what ${version} is`, async () => {
    const server = await start({ binary: serverBinary(version)! });
    const summary = await inspectServer(systemWorld, 'source', parseEndpoint(server.url));
    expect(summary.product).toBe(version.startsWith('valkey') ? 'Valkey' : 'Redis');
    expect(summary.version.startsWith(`${version.replace('valkey-', '')}.`)).toBe(true);
  });
}
