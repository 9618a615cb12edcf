import { LockstepError } from '../../../shared/errors/lockstep-error.ts';

/** @throws LockstepError INTERRUPTED when the signal is aborted */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new LockstepError('INTERRUPTED', 'the comparison was asked to stop');
}
