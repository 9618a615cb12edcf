import { ACTION, type CommandRow, type KeyRule } from './command-row.ts';
import { places } from './key-finders.ts';

/** One row of a server's own table of commands (`COMMAND`). */
export interface ServerCommand {
  readonly name: string;
  /** How many words, with the name; at least so many when it is negative. */
  readonly arity: number;
  readonly write: boolean;
  /** Index of the first key, 0 for none; of the last, negative from the end; the distance of two. */
  readonly first: number;
  readonly last: number;
  readonly step: number;
  /** The keys do not stand at fixed places. */
  readonly movable: boolean;
}

/** Time series with rules write to keys that the command does not name. */
const NAMES_NOT_ALL_KEYS = /^ts\./;

/** What can be known of a command from what a server says: its keys may all be changed, depending on what they hold. */
export function rowOfServer(command: ServerCommand): CommandRow {
  const name = command.name.toLowerCase();
  const least = Math.max(1, Math.abs(command.arity) || 1);
  const most = command.arity > 0 ? least : Infinity;
  return { name, least, most, keys: keysOf(name, command), action: ACTION.PASS };
}

function keysOf(name: string, { first, last, step, movable }: ServerCommand): KeyRule {
  const fixed = !movable && first > 0 && step > 0 && !NAMES_NOT_ALL_KEYS.test(name);
  return fixed ? places(first, last, Number.MAX_SAFE_INTEGER, 0, step) : 'unknown';
}
