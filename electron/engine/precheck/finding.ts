import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { CheckStatus, Mend } from '../../../shared/model/precheck.ts';

/**
 * What a mend takes away from the server it is done on: keys or libraries, or its place below a primary. Whether it may be
 * offered at all depends on how the two servers stand to each other (`offered.ts`).
 */
export type Toll = 'removes' | 'detaches';

/** A mend with its price, which people are not told: where it would hurt, the mend is not offered. */
export interface PricedMend extends Mend {
  readonly toll?: Toll;
}

/** What a check has found out, before it is known how long it took. */
export interface Finding {
  readonly status: CheckStatus;
  readonly found: string;
  readonly mends: readonly PricedMend[];
}

const finding =
  (status: CheckStatus) =>
  (found: string, ...mends: readonly PricedMend[]): Finding => ({ status, found, mends });

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

/** A command that takes something away from the target. There is none for a source: nothing of it is ever to be removed. */
export const drastic = (toll: Toll, text: string, command: string): PricedMend => ({
  ...mend('target', text, command),
  toll,
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
