import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { databasesOf, readInfo } from '../control/info.ts';
import type { DatabaseChoice } from '../route/database-choice.ts';

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
  const beyond = used.filter((db) => choice.includes(db) && db >= targetDatabases);
  if (beyond.length > 0) throw tooFewDatabases(Math.max(...beyond), targetDatabases);
}

/** The error for a database of the source that the target lacks: what would follow its SELECT went to another one. */
export function tooFewDatabases(db: number, targetDatabases: number): LockstepError {
  return new LockstepError(
    'TARGET_DATABASES',
    `the source uses database ${db}, and the target has ${targetDatabases}, from 0 to ${targetDatabases - 1}`,
  );
}
