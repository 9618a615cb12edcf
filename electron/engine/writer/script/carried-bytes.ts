import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';

/** What values that are carried from node to node may have together: they are held here meanwhile. */
export const MOST_CARRIED_BYTES = 256 * 1024 ** 2;

/** @throws LockstepError COMMAND_TOO_LARGE */
export function checkCarried(name: string, bytes: number): void {
  if (bytes > MOST_CARRIED_BYTES)
    throw new LockstepError(
      'COMMAND_TOO_LARGE',
      `${name.toUpperCase()} reads ${bytes} bytes from other nodes of the target`,
    );
}
