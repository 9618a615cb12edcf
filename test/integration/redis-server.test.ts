import { connect } from 'node:net';
import { existsSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { type RedisProcess, serverBinary, startRedis } from '../support/redis-server.ts';

let server: RedisProcess | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

test('a server with an append-only file holds its data across a restart', async () => {
  server = await startRedis({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
  const { port, pid, dir } = server;
  const client = server.client();
  await client.set('greeting', 'hello');

  await server.restart();

  expect(server.port).toBe(port);
  expect(server.dir).toBe(dir);
  expect(server.pid).not.toBe(pid);
  expect(await client.get('greeting')).toBe('hello');
});

test('a server without persistence forgets when it is killed', async () => {
  server = await startRedis();
  await server.client().set('greeting', 'hello');

  await server.kill();
  await server.restart();

  expect(await server.client().dbsize()).toBe(0);
});

test('the password is asked for and part of the address', async () => {
  server = await startRedis({ requirepass: 'open-sesame?' });

  expect(server.url).toContain(':open-sesame%3F@');
  expect(await server.client().ping()).toBe('PONG');
  await expect(server.client({ password: 'wrong', maxRetriesPerRequest: 0 }).ping()).rejects.toThrow(
    'WRONGPASS',
  );
});

test('stop leaves neither a process nor a folder', async () => {
  const stopped = await startRedis();
  await stopped.stop();

  expect(existsSync(stopped.dir)).toBe(false);
  expect(() => process.kill(stopped.pid, 0)).toThrow('ESRCH');
  await expect(
    new Promise((resolve, reject) => {
      connect(stopped.port, '127.0.0.1').once('connect', resolve).once('error', reject);
    }),
  ).rejects.toThrow('ECONNREFUSED');
});

test('a server that cannot start says why', async () => {
  await expect(startRedis({ args: ['--maxmemory-policy', 'nonsense'] })).rejects.toThrow(/maxmemory-policy/);
  await expect(startRedis({ binary: 'no-such-redis-server' })).rejects.toThrow('ENOENT');
});

test.skipIf(!serverBinary('2.8'))('an old server starts as well', async () => {
  server = await startRedis({ binary: serverBinary('2.8')! });

  expect(await server.client({ enableReadyCheck: false }).info('server')).toContain('redis_version:2.8.24');
});
