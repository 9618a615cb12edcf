import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { printable } from '../protocol/resp/describe-command.ts';

const NUMBER = /^\d{1,9}$/;

/**
 * A database as a source names it in its stream or its snapshot; `where` says where, for a person.
 * @throws LockstepError SOURCE_PROTOCOL for what is no number of a database
 */
export function databaseNumber(text: string, where: string): number {
  if (NUMBER.test(text)) return Number(text);
  const given = Buffer.from(text, 'latin1');
  throw new LockstepError(
    'SOURCE_PROTOCOL',
    `${where} names the database "${printable(given, 0, given.length)}"`,
  );
}
