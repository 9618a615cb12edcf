import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { plainReason } from '../../../shared/errors/plain-reason.ts';
import type { Fault } from '../../../shared/model/task-view.ts';

/** What a job was rejected with, as it is told to people. */
export const faultOf = (error: unknown): Fault => ({
  code: error instanceof LockstepError ? error.code : 'INTERNAL',
  fact: plainReason(error),
  atMs: Date.now(),
});
