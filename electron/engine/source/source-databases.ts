import type { Redis } from 'ioredis';
import { CHECKPOINT_DB } from '../checkpoint/checkpoint.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import { mayHaveSeveral } from '../control/database-count.ts';
import { addDatabases, databasesOf, readInfo } from '../control/info.ts';

/**
 * Whether a node of a source cluster, or what a task has brought of it to its target, has keys in other databases than the one that every
 * cluster has: what a node says of the keys of a slot is of one database.
 */
export async function usesSeveral(
  valkeyVersion: string | undefined,
  source: Redis,
  targets: readonly Redis[],
  databases: DatabaseChoice,
): Promise<boolean> {
  if (!mayHaveSeveral(valkeyVersion)) return false;
  const there = databasesOf(await readInfo(source, 'keyspace'));
  if ([...there].some(([db, { keys }]) => keys > 0 && db !== CHECKPOINT_DB && databases.takes(db)))
    return true;
  const main = databases.targetDb(CHECKPOINT_DB);
  const held = targets.map(async (target) => databasesOf(await readInfo(target, 'keyspace')));
  const here = addDatabases(await Promise.all(held));
  return [...here].some(
    ([db, { keys }]) => keys > 0 && db !== main && databases.includes(db) && db !== CHECKPOINT_DB,
  );
}
