import { ACTION, type Action } from '../commands/command-table.ts';
import { targetExpiryMs, targetFieldExpiryMs } from '../expiry/late-expiry.ts';

/** What is sent in place of the name of a command that carries an expiry; the expiry is argument 2 of all of them. */
export const EXPIRY_NAMES: ReadonlyMap<Action, string> = new Map([
  [ACTION.SETEX, 'PSETEX'],
  [ACTION.PSETEX, 'PSETEX'],
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
export function heldExpiryMs(action: Action, given: number, receivedAtMs: number, holdMs: number): number {
  switch (action) {
    case ACTION.EXPIRE:
      return targetExpiryMs(receivedAtMs + given * 1000, holdMs);
    case ACTION.PEXPIRE:
      return targetExpiryMs(receivedAtMs + given, holdMs);
    case ACTION.EXPIREAT:
      return targetExpiryMs(given * 1000, holdMs);
    case ACTION.PEXPIREAT:
      return targetExpiryMs(given, holdMs);
    case ACTION.HEXPIRE:
      return targetFieldExpiryMs(receivedAtMs + given * 1000, holdMs);
    case ACTION.HPEXPIRE:
      return targetFieldExpiryMs(receivedAtMs + given, holdMs);
    default:
      return targetFieldExpiryMs(action === ACTION.HEXPIREAT ? given * 1000 : given, holdMs);
  }
}
