import { EXIT } from '../../../shared/errors/catalogue.ts';
import { asLockstepError, stackOf } from '../../../shared/errors/plain-reason.ts';

/** Says what went wrong, why, and what to do; of several targets also with which. @returns the exit status */
export function reportError(error: unknown, json: boolean, target?: string): number {
  const known = asLockstepError(error);
  const stack = process.env['LOCKSTEP_STACKS'] === '1' ? stackOf(error) : undefined;
  if (stack !== undefined) process.stderr.write(`${stack}\n`);
  const { title, cause, exit } = known.entry;
  const { remedy } = known;
  if (json) {
    process.stdout.write(
      `${JSON.stringify({ type: 'error', target, code: known.code, title, fact: known.message, cause, remedy, exit })}\n`,
    );
  } else {
    process.stderr.write(
      `\n${target === undefined ? '' : `${target}: `}${known.code}: ${title}\n  What:   ${known.message}\n  Why:    ${cause}\n  To do:  ${remedy}\n`,
    );
  }
  return exit ?? EXIT.internal;
}
