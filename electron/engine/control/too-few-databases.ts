import { LockstepError } from '../../../shared/errors/lockstep-error.ts';

/** The error for a database of the source that the target lacks: what would follow its SELECT went to another one. */
export function tooFewDatabases(db: number, targetDatabases: number): LockstepError {
  return new LockstepError(
    'TARGET_DATABASES',
    `the source uses database ${db}, and the target has ${targetDatabases}, from 0 to ${targetDatabases - 1}`,
  );
}
