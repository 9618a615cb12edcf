/**
 * Comparison of servers of different versions. It needs other builds in the folder that LOCKSTEP_TEST_SERVERS names, and
 * is skipped without them.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { compareServers } from '../../electron/engine/verify/compare-servers.ts';
import { loadMixedSet } from '../../electron/headless/demo-data/mixed-set.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { checkpointFields } from '../../electron/engine/checkpoint/checkpoint.ts';
import { exactTime, timeWith } from '../../shared/model/lateness.ts';
import { AMOUNTS } from '../support/lateness.ts';
import { checkpointWith } from '../support/target/checkpoints.ts';
import { copyKeys } from '../support/copy-keys.ts';
import { serverBinary, startRedis, type RedisProcess } from '../support/redis-server.ts';
import { startRun } from '../support/sync-run.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';

const running: RedisProcess[] = [];

async function start(version: string): Promise<RedisProcess> {
  const server = await startRedis({ binary: serverBinary(version)! });
  running.push(server);
  return server;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

/** Pairs of which neither takes what the other one has dumped. */
const FOREIGN = new Set(['8.0 valkey-9.1', 'valkey-9.1 8.0']);

describe.each([
  ['2.8', '3.2'],
  ['3.2', '6.2'],
  ['5.0', '6.2'],
  ['6.2', '7.2'],
  ['7.2', '7.4'],
  ['7.4', '7.4'],
  ['7.2', 'valkey-8.1'],
  ['8.0', 'valkey-9.1'],
  ['valkey-9.1', '8.0'],
  ['valkey-8.1', '8.0'],
])('from %s to %s', (from, to) => {
  it.skipIf(!serverBinary(from) || !serverBinary(to))('finds a copy equal, and one changed key', async () => {
    const [source, target] = [await start(from), await start(to)];
    await loadMixedSet(parseEndpoint(source.url), { keys: 2000, withTtlShare: 0.2, seed: 5 });
    const client = target.client({ protocol: 2 });
    // By the server's own payloads, where the other one takes them.
    if (FOREIGN.has(`${from} ${to}`)) await startRun(source.url, target.url, { fullOnly: true }).outcome;
    else await copyKeys(source.client({ protocol: 2 }), client);
    const compare = () =>
      compareServers({
        world: systemWorld,
        source: parseEndpoint(source.url),
        target: parseEndpoint(target.url),
      });
    expect(await compare()).toMatchObject({ equal: true, differences: [] });
    await client.select(0);
    const [key] = await client.keys('large:set:*');
    await client.sadd(key!, 'one more');
    expect((await compare()).differences).toMatchObject([{ db: 0, key, kind: 'value' }]);
  });
});

describe.each([
  ['7.4', '7.4'],
  ['8.0', 'valkey-9.1'],
  ['valkey-9.1', '8.0'],
  ['valkey-9.1', 'valkey-9.1'],
])('hash fields that expire, from %s to %s,', (from, to) => {
  const present = serverBinary(from) && serverBinary(to);
  it.skipIf(!present)('are compared, small and large, held back or not', async () => {
    const [source, target] = [await start(from), await start(to)];
    const [a, b] = [source.client(), target.client()];
    const many = Array.from({ length: 5000 }, (_, i) => `field-${i}`);
    const keys = { small: ['f', 'g', 'h'], large: many };
    const expire = (client: typeof a, key: string, ttlMs: number, fields: string[]): Promise<unknown> =>
      client.call('HPEXPIRE', key, ttlMs, 'FIELDS', fields.length, ...fields);
    const late = (key: string, ttlMs: number, fields: string[]): Promise<unknown> =>
      b.call(
        'HPEXPIREAT',
        key,
        timeWith('long', Date.now() + ttlMs, AMOUNTS),
        'FIELDS',
        fields.length,
        ...fields,
      );
    // Of a time that is left to chance two in sixteen bear a mark.
    const exact = (key: string, ttlMs: number, fields: string[]): Promise<unknown> =>
      b.call('HPEXPIREAT', key, exactTime(Date.now() + ttlMs), 'FIELDS', fields.length, ...fields);
    await b.hset(
      'lockstep:{tasks}:checkpoint:t',
      ...checkpointFields(checkpointWith({ expiry: 'long', amounts: AMOUNTS })),
    );
    for (const [key, fields] of Object.entries(keys)) {
      for (const client of [a, b]) await client.hset(key, ...fields.flatMap((field) => [field, 'value']));
      await expire(a, key, 60_000, fields.slice(0, 2));
      await late(key, 60_500, fields.slice(0, 1));
      await exact(key, 60_500, fields.slice(1, 2));
      // Expired on the source and gone there; on the target it waits for its HDEL.
      await a.hdel(key, fields[2]!);
      await late(key, -5000, fields.slice(2, 3));
    }
    const compare = () =>
      compareServers({
        world: systemWorld,
        source: parseEndpoint(source.url),
        target: parseEndpoint(target.url),
      });
    expect(await compare()).toMatchObject({ equal: true, differences: [] });

    for (const client of [a, b]) await client.hset('extra', 'f', 'value');
    await expire(a, 'extra', 60_000, ['f']);
    await exact('extra', 60_000, ['f']);
    await b.hset('extra', 'only here', 'x');
    await late('small', 70_000, ['f']);
    await b.call('HPERSIST', 'large', 'FIELDS', 1, many[1]!);
    const { differences } = await compare();
    expect(differences).toHaveLength(3);
    expect(differences).toContainEqual(
      expect.objectContaining({ key: 'extra', kind: 'value', source: 'field "only here": absent' }),
    );
    expect(differences).toContainEqual(
      expect.objectContaining({
        key: 'small',
        kind: 'field-ttl',
        target: expect.stringMatching(/"f": expires in 1 min (9|10)(\.\d)? s/),
      }),
    );
    expect(differences).toContainEqual(
      expect.objectContaining({ key: 'large', kind: 'field-ttl', target: 'field "field-1": no expiry' }),
    );
  });
});
