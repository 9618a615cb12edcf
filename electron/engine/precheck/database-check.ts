import type { Redis } from 'ioredis';
import { databasesOf, readInfo } from '../control/info.ts';
import { tooFewDatabases } from '../control/too-few-databases.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';

/**
 * Refuses a source that uses databases which the target does not have, before anything is written.
 * @throws LockstepError TARGET_DATABASES
 */
export async function checkDatabases(
  source: Redis,
  choice: DatabaseChoice,
  targetDatabases: number,
): Promise<void> {
  const used = [...databasesOf(await readInfo(source, 'keyspace')).keys()];
  const beyond = used
    .map((db) => choice.targetDb(db))
    .filter((db) => choice.includes(db) && db >= targetDatabases);
  if (beyond.length > 0) throw tooFewDatabases(choice, Math.max(...beyond), targetDatabases);
}
