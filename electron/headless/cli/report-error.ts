import { EXIT } from '../../../shared/errors/catalogue.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';

/** Says what went wrong, why, and what to do. @returns the exit status */
export function reportError(error: unknown, json: boolean): number {
  const known =
    error instanceof LockstepError
      ? error
      : new LockstepError('INTERNAL', error instanceof Error ? error.message : String(error));
  const { title, cause, remedy, exit } = known.entry;
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ type: 'error', code: known.code, title, fact: known.message, cause, remedy, exit })}\n`,
    );
  } else {
    process.stderr.write(
      `\n${known.code}: ${title}\n  What:   ${known.message}\n  Why:    ${cause}\n  To do:  ${remedy}\n`,
    );
  }
  return exit ?? EXIT.internal;
}
