import { keySlot, SLOTS } from '../../electron/engine/router/key-slot.ts';
import { load } from '../../electron/headless/demo-data/loading.ts';
import { localEndpoint } from '../../electron/headless/demo-data/local-endpoint.ts';
import type { Endpoint } from '../../shared/model/endpoint.ts';
import { startCluster } from '../support/cluster.ts';
import { startManyShards } from '../support/many-shards.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';

export type SideKind = 'standalone' | 'cluster';

/** The shards of a cluster as `startCluster` divides it. */
const SHARDS = 3;

/** A source or a target to measure with. */
export interface BenchSide {
  readonly endpoint: Endpoint;
  /** One, or the primaries of a cluster. */
  readonly servers: readonly RedisProcess[];
  /** Which of the servers has a key. */
  ownerOf(key: string): number;
  stop(): Promise<void>;
}

export async function startSide(kind: SideKind): Promise<BenchSide> {
  if (kind === 'standalone') {
    const server = await startRedis();
    return {
      endpoint: localEndpoint(server.port),
      servers: [server],
      ownerOf: () => 0,
      stop: () => server.stop(),
    };
  }
  const cluster = await startCluster({ primaries: SHARDS });
  return dividedSide(
    cluster.members.map(({ server }) => server),
    () => cluster.stop(),
  );
}

/** A cluster of so many primaries that no machine of two cores would hold it under load. */
export async function startWideSide(shards: number): Promise<BenchSide> {
  const wide = await startManyShards(shards);
  return dividedSide(wide.servers, () => wide.stop());
}

function dividedSide(servers: readonly RedisProcess[], stop: () => Promise<void>): BenchSide {
  return {
    endpoint: localEndpoint(servers[0]!.port),
    servers,
    ownerOf: (key) => {
      const slot = keySlot(Buffer.from(key));
      for (let shard = servers.length - 1; ; shard--)
        if (slot >= Math.floor((shard * SLOTS) / servers.length)) return shard;
    },
    stop,
  };
}

/** Loads `count` strings of `bytes` bytes each, wherever they belong. */
export async function fillSide({ servers, ownerOf }: BenchSide, count: number, bytes: number): Promise<void> {
  const value = Buffer.alloc(bytes, 'v');
  const keys: string[][] = servers.map(() => []);
  for (let i = 0; i < count; i++) {
    const key = `key:${String(i).padStart(10, '0')}`;
    keys[ownerOf(key)]!.push(key);
  }
  await Promise.all(
    servers.map(({ port }, i) =>
      load(localEndpoint(port), async ({ out, step }) => {
        for (const key of keys[i]!) {
          out.addAll(['SET', key, value]);
          const wait = step();
          if (wait) await wait;
        }
      }),
    ),
  );
}

/** Writes `count` small commands, most of them no mere SETs, as fast as the servers take them. */
export async function writeSmall({ servers, ownerOf }: BenchSide, count: number): Promise<void> {
  const value = Buffer.alloc(60, 'v');
  const writes = servers.map((): (string | Buffer)[][] => []);
  for (let i = 0; i < count; i++) {
    const n = (i * 7919) % 100_000;
    const words =
      i % 4 === 0
        ? ['INCR', `counter:${n}`]
        : i % 4 === 1
          ? ['HSET', `hash:${n % 5000}`, `field:${i % 20}`, value]
          : ['SET', `string:${n}`, value];
    writes[ownerOf(String(words[1]))]!.push(words);
  }
  await Promise.all(
    servers.map(({ port }, i) =>
      load(localEndpoint(port), async ({ out, step }) => {
        for (const words of writes[i]!) {
          out.addAll(words);
          const wait = step();
          if (wait) await wait;
        }
      }),
    ),
  );
}

/** How many keys that are not the tool's own all servers of a side have. */
export async function keysOn({ servers }: BenchSide): Promise<number> {
  const counts = await Promise.all(
    servers.map(async (server) => {
      const client = server.client();
      let own = 0;
      let cursor = '0';
      do {
        const [next, keys] = await client.scan(cursor, 'MATCH', 'lockstep:*', 'COUNT', 10_000);
        own += keys.length;
        cursor = next;
      } while (cursor !== '0');
      return (await client.dbsize()) - own;
    }),
  );
  return counts.reduce((sum, keys) => sum + keys, 0);
}
