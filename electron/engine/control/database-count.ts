import type { Redis } from 'ioredis';

/** Far more than any server is configured with. */
const MOST_DATABASES = 1 << 20;

/** Clusters of earlier ones, and those of Redis, have database 0 alone. */
const FIRST_VALKEY_WITH_SEVERAL = 9;

/** How many databases a server has. Leaves the connection in database 0. */
export const countDatabases = (redis: Redis): Promise<number> => count(redis, 'databases');

/** Whether a node of a cluster can have more databases than 0, by its version. */
export const mayHaveSeveral = (valkeyVersion: string | undefined): boolean =>
  Number.parseInt(valkeyVersion ?? '0', 10) >= FIRST_VALKEY_WITH_SEVERAL;

/** How many a node of a cluster has. Leaves the connection in database 0. */
export const countClusterDatabases = (redis: Redis, valkeyVersion: string | undefined): Promise<number> =>
  mayHaveSeveral(valkeyVersion) ? count(redis, 'cluster-databases') : Promise.resolve(1);

/** As its configuration says, or, where CONFIG is not permitted, found by trying. */
async function count(redis: Redis, setting: string): Promise<number> {
  const reply: unknown = await redis.call('CONFIG', 'GET', setting).catch(() => undefined);
  const configured = Array.isArray(reply) ? Number(reply[1]) : 0;
  if (Number.isSafeInteger(configured) && configured > 0) return configured;
  const found = await largestUsable(redis);
  await redis.select(0);
  return found + 1;
}

async function largestUsable(redis: Redis): Promise<number> {
  let usable = 0;
  let unusable = 1;
  while (unusable < MOST_DATABASES && (await hasDatabase(redis, unusable))) {
    usable = unusable;
    unusable *= 2;
  }
  while (unusable - usable > 1) {
    const middle = Math.floor((usable + unusable) / 2);
    if (await hasDatabase(redis, middle)) usable = middle;
    else unusable = middle;
  }
  return usable;
}

/** Whether a server, or a node of a cluster, has a database of this number. Where it has, the connection is in it afterwards. */
export async function hasDatabase(redis: Redis, db: number): Promise<boolean> {
  try {
    await redis.select(db);
    return true;
  } catch (error) {
    if (error instanceof Error && /^ERR/.test(error.message)) return false;
    throw error;
  }
}
