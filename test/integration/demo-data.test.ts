import type { Redis } from 'ioredis';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compareServers } from '../../electron/engine/verify/compare-servers.ts';
import { loadLarge } from '../../electron/headless/demo-data/load-large.ts';
import { loadStrings } from '../../electron/headless/demo-data/load-strings.ts';
import { loadMixedSet } from '../../electron/headless/demo-data/mixed-set.ts';
import { startWriter } from '../../electron/headless/demo-data/writer/start-writer.ts';
import { parseEndpoint, type Endpoint } from '../../shared/model/endpoint.ts';
import { eventually } from '../support/eventually.ts';
import { expectHeldRate } from '../support/held-rate.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';

let server: RedisProcess;
let client: Redis;
let endpoint: Endpoint;

beforeEach(async () => {
  server = await startRedis();
  client = server.client();
  endpoint = parseEndpoint(server.url);
});

afterEach(() => server.stop());

describe('mixed set', () => {
  it('holds keys of every type and encoding in four databases, some of which expire', async () => {
    const progress: number[] = [];
    const onProgress = (done: number): unknown => progress.push(done);
    await loadMixedSet(endpoint, { keys: 3000, withTtlShare: 0.25, seed: 1, onProgress });

    const found = new Set<string>();
    let keys = 0;
    let expires = 0;
    for (const [, db, dbKeys, dbExpires] of (await client.info('keyspace')).matchAll(
      /^db(\d+):keys=(\d+),expires=(\d+)/gm,
    )) {
      keys += Number(dbKeys);
      expires += Number(dbExpires);
      await client.select(Number(db));
      found.add(`db${db}`);
      for (const key of await client.keys('*')) {
        found.add(`${await client.type(key)} ${String(await client.object('ENCODING', key))}`);
      }
    }
    expect(keys).toBe(3000);
    expect(expires / keys).toBeCloseTo(0.25, 1);
    const kinds = [
      ...['db0', 'db1', 'db2', 'db5', 'string int', 'string embstr', 'string raw', 'list quicklist'],
      ...['set intset', 'set hashtable', 'zset listpack', 'zset skiplist', 'hash listpack', 'hash hashtable'],
      'stream stream',
    ];
    expect([...found]).toEqual(expect.arrayContaining(kinds));
    expect(await client.call('FUNCTION', 'LIST')).toHaveLength(1);
    expect(progress.at(-1)).toBe(3000);
  });

  it('is the same with the same seed', async () => {
    const other = await startRedis();
    try {
      for (const url of [server.url, other.url]) {
        await loadMixedSet(parseEndpoint(url), { keys: 2000, withTtlShare: 0, seed: 9 });
      }
      const report = await compareServers({
        world: systemWorld,
        source: endpoint,
        target: parseEndpoint(other.url),
      });
      expect(report).toMatchObject({ equal: true, differences: [] });
      expect(report.databases.reduce((sum, database) => sum + database.compared, 0)).toBe(2000);
    } finally {
      await other.stop();
    }
  });

  it('stands beside a set of another seed', async () => {
    for (const seed of [1, 2]) await loadMixedSet(endpoint, { keys: 1500, withTtlShare: 0, seed });
    const counts = (await client.info('keyspace')).matchAll(/keys=(\d+)/g);
    expect([...counts].reduce((sum, [, keys]) => sum + Number(keys), 0)).toBe(3000);
  });

  it('tells that there is no server', async () => {
    const nobody = parseEndpoint('redis://127.0.0.1:1');
    const loading = loadMixedSet(nobody, { keys: 1, withTtlShare: 0, seed: 1 });
    await expect(loading).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
    await expect(loadStrings(nobody, 1, 1)).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
  });

  it('fails when the server refuses', async () => {
    await client.config('SET', 'maxmemory', '2mb');
    await expect(loadMixedSet(endpoint, { keys: 20_000, withTtlShare: 0, seed: 1 })).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining('OOM'),
    });
  });
});

describe('sets for measurements', () => {
  it('loads strings', async () => {
    await loadStrings(endpoint, 1000, 40);
    expect(await client.dbsize()).toBe(1000);
    expect(await client.strlen('key:0000000999')).toBe(40);
  });

  it('loads large values', async () => {
    await loadLarge(endpoint, 0.01);
    expect(await client.strlen('large:string:1')).toBe(1024 * 1024);
    expect(await client.hlen('large:hash:4')).toBe(5000);
    expect(await client.dbsize()).toBe(7);
  });
});

describe('writer', () => {
  const calls = async (): Promise<Map<string, number>> => {
    const stats = (await client.info('commandstats')).matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm);
    return new Map([...stats].map(([, name, count]) => [name!, Number(count)]));
  };

  it('writes every kind of command to every database, and no error comes back', async () => {
    await client.config('RESETSTAT');
    const writer = startWriter(endpoint, { ratePerSecond: 'full', databases: [0, 3, 7], seed: 1 });
    await eventually('commands of every kind', () => writer.counts().commands > 15_000);
    const counts = await writer.stop();
    expect(counts).toMatchObject({ errors: 0, errorSamples: [], reconnects: 0 });

    const keyspace = await client.info('keyspace');
    for (const db of [0, 3, 7])
      expect(keyspace).toMatch(new RegExp(`^db${db}:keys=\\d{3,},expires=[1-9]`, 'm'));
    const called = await calls();
    const expected =
      'incr incrbyfloat append lpush rpush lpop ltrim rpoplpush linsert lset lrem sadd srem spop smove zadd zincrby ' +
      'zremrangebyrank zunionstore hmset hincrby hdel xadd xtrim xreadgroup xack xclaim xautoclaim xdel setex expire ' +
      'persist pexpire getset getdel setrange setbit rename copy move del unlink pfadd geoadd eval multi exec sort bitop';
    expect(expected.split(' ').filter((name) => !called.has(name))).toEqual([]);
    // What the server counts as errors, by itself.
    expect(await client.info('errorstats')).not.toContain('errorstat_');
  });

  it('keeps its rate', async () => {
    const writer = startWriter(endpoint, { ratePerSecond: 2000, databases: [0], seed: 1 });
    await expectHeldRate(2000, 0.25, async () => {
      const beganMs = performance.now();
      const before = writer.counts().commands;
      await pause(1500);
      return ((writer.counts().commands - before) * 1000) / (performance.now() - beganMs);
    });
    expect((await writer.stop()).errors).toBe(0);
    expect((await client.info('keyspace')).match(/^db/gm)).toHaveLength(1);
  });

  it('keeps counters under a short expiry alive', async () => {
    const writer = startWriter(endpoint, { ratePerSecond: 3000, databases: [0], seed: 6 });
    const counted = async (): Promise<number> => Number(await client.get('w6:guarded:3'));
    await eventually('a counter', async () => (await counted()) > 0);
    const before = await counted();
    // Longer than it would live.
    await pause(2000);
    const after = Number(await client.get('w6:guarded:3'));
    const ttlMs = await client.pttl('w6:guarded:3');
    await writer.stop();
    expect(before).toBeGreaterThan(0);
    expect(after).toBeGreaterThan(before);
    expect(ttlMs).toBeGreaterThan(0);
    expect(ttlMs).toBeLessThanOrEqual(1500);
  });

  it('goes on when the server was killed and comes back', async () => {
    const writer = startWriter(endpoint, {
      ratePerSecond: 'full',
      databases: [0, 1],
      seed: 1,
      reconnect: true,
    });
    await eventually('it writes', () => writer.counts().commands > 0);
    await server.kill();
    const atKill = writer.counts().commands;
    await server.restart();
    await eventually('it goes on', () => writer.counts().commands > atKill + 1000);
    const counts = await writer.stop();
    expect(counts).toMatchObject({ errors: 0, errorSamples: [], reconnects: 1 });
  });

  it('tells that the server went away, unless it is to reconnect', async () => {
    const writer = startWriter(endpoint, { ratePerSecond: 'full', databases: [0], seed: 1 });
    await eventually('it writes', () => writer.counts().commands > 0);
    await server.kill();
    await expect(writer.stop()).rejects.toMatchObject({ code: expect.stringMatching(/^SOURCE_/) });
  });
});
