import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { formatBytes } from '../../../../shared/format/numbers.ts';
import type { ReplyBounds } from '../../control/reply-bound.ts';

/** What values that are carried from node to node may have together: they are held here meanwhile. */
export const MOST_CARRIED_BYTES = 256 * 1024 ** 2;

/** Of what is asked about them at one moment. */
export const CARRIED_BOUNDS: ReplyBounds = { mostBytes: MOST_CARRIED_BYTES, timeoutMs: 120_000 };

/** @throws LockstepError COMMAND_TOO_LARGE */
export function checkCarried(name: string, bytes: number): void {
  if (bytes > MOST_CARRIED_BYTES) throw carriesTooMuch(name);
}

export const carriesTooMuch = (name: string): LockstepError =>
  new LockstepError(
    'COMMAND_TOO_LARGE',
    `${name.toUpperCase()} reads more than ${formatBytes(MOST_CARRIED_BYTES)} from other slots of the target`,
  );
