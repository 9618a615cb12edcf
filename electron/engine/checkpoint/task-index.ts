import type { Redis } from 'ioredis';
import { TASKS_PREFIX } from '../commands/own-keys.ts';
import { CHECKPOINT_DB, checkpointKey } from './checkpoint.ts';

/**
 * A hash of the tasks that have a checkpoint on a target, each with the owner of its last claim and where its data come from
 * (task-origins.ts). Every claim writes its entry, in the step that writes its checkpoint, so whoever watches this key while it
 * looks at the tasks sees each claim.
 */
export const TASKS_KEY = TASKS_PREFIX;

const SCAN_COUNT = 10_000;
/** A larger database is not searched where only a look is taken. */
const MOST_KEYS = 100_000;

/** The names in the index. */
export async function readTasks(redis: Redis): Promise<string[]> {
  await redis.select(CHECKPOINT_DB);
  return (await redis.hkeys(TASKS_KEY)).toSorted();
}

/** The names of all checkpoints, also of those that an index which was evicted or flushed has lost. Passes over every key. */
export async function searchTasks(redis: Redis): Promise<string[]> {
  await redis.select(CHECKPOINT_DB);
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

/** The tasks that have a checkpoint: those of the index, and where that takes no time those that are not in it. */
export async function findTasks(redis: Redis): Promise<string[]> {
  const names = await readTasks(redis);
  if ((await redis.dbsize()) <= MOST_KEYS) return searchTasks(redis);
  const present: string[] = [];
  for (const name of names) if ((await redis.exists(checkpointKey(name))) > 0) present.push(name);
  return present;
}
