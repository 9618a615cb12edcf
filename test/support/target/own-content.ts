import type { Cluster, Redis } from 'ioredis';
import { readValue } from '../crossing/read-value.ts';

/** Far enough that nobody waits for it, and near enough that a task would hold it back. */
const DUE_MS = Date.now() + 7_200_000;

type Write = (to: Redis | Cluster, key: string, n: number) => Promise<unknown>;

const WRITES: readonly Write[] = [
  (to, key) => to.set(key, 'old'),
  (to, key) => to.rpush(key, 'old', 'older'),
  (to, key) => to.sadd(key, 'old', 'older'),
  (to, key) => to.zadd(key, 1, 'old', 2, 'older'),
  (to, key) => to.hset(key, 'old', '1'),
  (to, key) => to.xadd(key, '1-1', 'old', '1'),
  (to, key, n) => to.call('SET', key, 'old', 'PXAT', DUE_MS + n),
  (to, key, n) => to.rpush(key, 'old').then(() => to.pexpireat(key, DUE_MS + n)),
];

/** Writes keys of all kinds, the same for the same names, some of which expire. */
export async function fillOwn(to: Redis | Cluster, keys: readonly string[]): Promise<void> {
  await Promise.all(keys.map((key, n) => WRITES[n % WRITES.length]!(to, key, n)));
}

/** The names of all keys on these servers but the tool's own. */
export async function keysOf(servers: readonly Redis[]): Promise<string[]> {
  const names = await Promise.all(servers.map((redis) => redis.keys('*')));
  return names
    .flat()
    .filter((name) => !name.startsWith('lockstep:'))
    .toSorted();
}

/** The names that a cluster keeps of keys of its own, as its sets have them by now. */
export async function keptNames(nodes: readonly Redis[], task = 'test'): Promise<string[]> {
  const found = await Promise.all(
    nodes.map(async (redis) => {
      const sets = await redis.keys(`lockstep:{*}:kept:*:${task}`);
      return Promise.all(sets.map((set) => redis.smembers(set)));
    }),
  );
  return found
    .flat(2)
    .filter((name) => !name.startsWith('lockstep:'))
    .toSorted();
}

export interface HeldValue {
  readonly type: string;
  readonly value: unknown;
  readonly expiresAt: number;
}

/** What these keys hold, and when they expire. */
export async function contentOf(
  from: Redis | Cluster,
  keys: readonly string[],
): Promise<ReadonlyMap<string, HeldValue>> {
  const values = await Promise.all(keys.map((key) => readValue(from, key) as Promise<HeldValue>));
  return new Map(keys.map((key, i) => [key, values[i]!]));
}
