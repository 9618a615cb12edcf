import type { Redis } from 'ioredis';
import { checkpointKey } from './checkpoint.ts';

const SCAN_COUNT = 10_000;

/** The names of all tasks that have a checkpoint in the connection's present database. */
export async function findTasks(redis: Redis): Promise<string[]> {
  const prefix = checkpointKey('');
  const found = new Set<string>();
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', checkpointKey('*'), 'COUNT', SCAN_COUNT);
    for (const key of keys) found.add(key.slice(prefix.length));
    cursor = next;
  } while (cursor !== '0');
  return [...found].toSorted();
}
