import type { Redis } from 'ioredis';

/** The names of the loaded modules; none where MODULE LIST is not permitted or, before 4.0, not known. */
export async function moduleNames(redis: Redis): Promise<string[]> {
  const list: unknown = await redis.call('MODULE', 'LIST').catch((error: unknown) => {
    if (redis.status !== 'ready') throw error;
    return [];
  });
  if (!Array.isArray(list)) return [];
  return list.flatMap((row: unknown) => {
    if (!Array.isArray(row)) return [];
    const at = row.indexOf('name');
    return at < 0 ? [] : [String(row[at + 1])];
  });
}
