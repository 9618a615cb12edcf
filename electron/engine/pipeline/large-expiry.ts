import { ACTION, type Action } from '../commands/command-table.ts';
import { targetExpiryMs, targetFieldExpiryMs, type Lateness } from '../expiry/late-expiry.ts';

/** What is sent in place of the name of a command that carries an expiry; the expiry is argument 2 of all that come. */
export const EXPIRY_NAMES: ReadonlyMap<Action, string> = new Map([
  [ACTION.SETEX, 'SET'],
  [ACTION.PSETEX, 'SET'],
  [ACTION.EXPIRE, 'PEXPIREAT'],
  [ACTION.PEXPIRE, 'PEXPIREAT'],
  [ACTION.EXPIREAT, 'PEXPIREAT'],
  [ACTION.PEXPIREAT, 'PEXPIREAT'],
  [ACTION.HEXPIRE, 'HPEXPIREAT'],
  [ACTION.HPEXPIRE, 'HPEXPIREAT'],
  [ACTION.HEXPIREAT, 'HPEXPIREAT'],
  [ACTION.HPEXPIREAT, 'HPEXPIREAT'],
]);

/** The expiry to write for argument 2 of EXPIRE and its like, of keys and of fields. */
export function lateExpiryMs(action: Action, given: number, ranAtMs: number, lateness: Lateness): number {
  switch (action) {
    case ACTION.EXPIRE:
      return targetExpiryMs(ranAtMs + given * 1000, lateness);
    case ACTION.PEXPIRE:
      return targetExpiryMs(ranAtMs + given, lateness);
    case ACTION.EXPIREAT:
      return targetExpiryMs(given * 1000, lateness);
    case ACTION.PEXPIREAT:
      return targetExpiryMs(given, lateness);
    case ACTION.HEXPIRE:
      return targetFieldExpiryMs(ranAtMs + given * 1000, lateness);
    case ACTION.HPEXPIRE:
      return targetFieldExpiryMs(ranAtMs + given, lateness);
    default:
      return targetFieldExpiryMs(action === ACTION.HEXPIREAT ? given * 1000 : given, lateness);
  }
}
