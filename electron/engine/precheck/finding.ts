import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { CheckStatus, Mend } from '../../../shared/model/precheck.ts';

/** What a check has found out, before it is known how long it took. */
export interface Finding {
  readonly status: CheckStatus;
  readonly found: string;
  readonly mends: readonly Mend[];
}

const finding =
  (status: CheckStatus) =>
  (found: string, ...mends: readonly Mend[]): Finding => ({ status, found, mends });

export const pass = finding('pass');
export const notice = finding('notice');
export const warning = finding('warning');
export const failure = finding('failure');
export const skipped = finding('skipped');

export const mend = (where: Mend['where'], text: string, command?: string): Mend => ({
  where,
  text,
  ...(command === undefined ? {} : { command }),
});

const KEEPS = 'It holds at once; CONFIG REWRITE keeps it over a restart.';

/** A setting to change, with the command for it. `text` is a sentence that says what for. */
export const configSet = (
  where: 'source' | 'target',
  name: string,
  value: string | number,
  text: string,
): Mend => mend(where, `${text} ${KEEPS}`, `CONFIG SET ${name} ${value}`);

/** A fault of the catalogue as a failed check, in the catalogue's own words. */
export function failureOf(side: 'source' | 'target', error: LockstepError): Finding {
  const { title, cause, remedy } = error.entry;
  return failure(`${title} (${error.message}). ${cause}`, mend(side, remedy));
}
