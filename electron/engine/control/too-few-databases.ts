import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';

/**
 * The error for a database, by its number on the target, that the target lacks: what would follow its SELECT went to another one.
 */
export function tooFewDatabases(
  databases: DatabaseChoice,
  targetDb: number,
  targetDatabases: number,
): LockstepError {
  const db = databases.sourceDb(targetDb);
  const into = db === targetDb ? '' : `, which is to go into ${targetDb}`;
  return new LockstepError(
    'TARGET_DATABASES',
    `the source uses database ${db}${into}, and the target has ${targetDatabases}, from 0 to ${targetDatabases - 1}`,
  );
}
