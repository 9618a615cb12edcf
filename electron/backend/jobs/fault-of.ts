import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Fault } from '../../../shared/model/task-view.ts';

/** What a job was rejected with, as it is told to people. */
export const faultOf = (error: unknown): Fault => ({
  code: error instanceof LockstepError ? error.code : 'INTERNAL',
  fact: error instanceof Error ? error.message : String(error),
  atMs: Date.now(),
});
