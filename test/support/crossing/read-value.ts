import type { Cluster, Redis } from 'ioredis';

/** What a key holds, however it is encoded, and when it expires. */
export async function readValue(redis: Redis | Cluster, key: string): Promise<unknown> {
  const type = await redis.type(key);
  return { type, expiresAt: await redis.call('PEXPIRETIME', key), value: await READERS[type]!(redis, key) };
}

const READERS: Readonly<Record<string, (redis: Redis | Cluster, key: string) => Promise<unknown>>> = {
  none: () => Promise.resolve(null),
  string: (redis, key) => redis.getBuffer(key).then((value) => value?.toString('hex')),
  list: (redis, key) => redis.lrange(key, 0, -1),
  set: (redis, key) => redis.smembers(key).then((members) => members.sort()),
  zset: (redis, key) => redis.zrange(key, '0', '-1', 'WITHSCORES'),
  hash: (redis, key) => redis.hgetall(key),
  stream: async (redis, key) => {
    const groups = (await redis.xinfo('GROUPS', key)) as unknown[][];
    return { entries: await redis.xrange(key, '-', '+'), groups: groups.map((group) => group.slice(0, 8)) };
  },
};
