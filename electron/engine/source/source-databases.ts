import type { Redis } from 'ioredis';
import { CHECKPOINT_DB } from '../checkpoint/checkpoint.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import { databasesOf, readInfo } from '../control/info.ts';

/** Clusters of earlier ones, and those of Redis, have database 0 alone. */
const FIRST_WITH_SEVERAL = 9;

/**
 * Whether a node of a source cluster, or what a task has brought of it to a server, has keys in other databases than the one that every
 * cluster has: what a node says of the keys of a slot is of one database.
 */
export async function usesSeveral(
  valkeyVersion: string | undefined,
  source: Redis,
  target: Redis | undefined,
  databases: DatabaseChoice,
): Promise<boolean> {
  if (valkeyVersion === undefined || Number.parseInt(valkeyVersion, 10) < FIRST_WITH_SEVERAL) return false;
  const there = databasesOf(await readInfo(source, 'keyspace'));
  if ([...there].some(([db, { keys }]) => keys > 0 && db !== CHECKPOINT_DB && databases.takes(db)))
    return true;
  if (!target) return false;
  const main = databases.targetDb(CHECKPOINT_DB);
  const here = databasesOf(await readInfo(target, 'keyspace'));
  return [...here].some(
    ([db, { keys }]) => keys > 0 && db !== main && databases.includes(db) && db !== CHECKPOINT_DB,
  );
}
