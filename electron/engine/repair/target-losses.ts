import type { Redis } from 'ioredis';

/**
 * Which of these keys of one database the target may have lost to its own clock: those that it does not hold, and, where
 * fields of hashes expire, every hash, since a field that is gone leaves no trace.
 */
export async function findLosses(
  redis: Redis,
  db: number,
  keys: readonly string[],
  fieldExpiry: boolean,
): Promise<string[]> {
  const pipeline = redis.pipeline();
  pipeline.select(db);
  for (const key of keys) {
    const name = Buffer.from(key, 'latin1');
    if (fieldExpiry) pipeline.type(name);
    else pipeline.exists(name);
  }
  const replies = (await pipeline.exec()) ?? [];
  const failure = replies.find(([error]) => error)?.[0];
  if (failure) throw failure;
  return keys.filter((_, i) => {
    const reply = replies[i + 1]?.[1];
    return reply === 0 || reply === 'none' || reply === 'hash';
  });
}
