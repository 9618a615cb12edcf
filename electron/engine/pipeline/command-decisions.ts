import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { CommandKeys } from '../commands/command-keys.ts';
import { ACTION, type CommandRow, type Words } from '../commands/command-row.ts';
import { KEYS_AT, type CommandTable, type KnownCommand } from '../commands/command-table.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import { mayHaveLimit } from '../commands/limit-option.ts';
import { isOwnKey } from '../commands/own-keys.ts';
import { isSlotNotice } from '../commands/slot-notice.ts';
import { withoutOwnKeys } from '../commands/without-own-keys.ts';
import type { CommandReader } from '../protocol/resp/command-reader.ts';
import { printable } from '../protocol/resp/describe-command.ts';
import type { SlotSet } from '../router/slot-set.ts';
import { SlotFilter } from './slot-filter.ts';

const LETTER_L = 108;

export interface CommandDecisionsOptions {
  readonly table: CommandTable;
  readonly databases: DatabaseChoice;
  /** See Checkpoint.slots. */
  readonly slots: SlotSet | undefined;
}

/** What is decided of a command from its row of the table, whatever carries it. */
export class CommandDecisions {
  private readonly table: CommandTable;
  private readonly databases: DatabaseChoice;
  private readonly keys: CommandKeys;
  /** What is left out, whatever else would be done with it; undefined where all slots are taken. */
  readonly filter: SlotFilter | undefined;

  constructor({ table, databases, slots }: CommandDecisionsOptions) {
    this.table = table;
    this.databases = databases;
    this.keys = new CommandKeys(table, databases);
    this.filter = slots && new SlotFilter(slots, table);
  }

  /**
   * The row of the command that was just read.
   * @throws LockstepError COMMAND_UNSUPPORTED, SOURCE_PROTOCOL where it cannot be one of a source
   */
  look(mem: Buffer, reader: CommandReader): KnownCommand {
    const known = this.table.find(mem, reader.from[0]!, reader.to[0]!);
    if (known === undefined || known.action === ACTION.FORBIDDEN) throw unsupported(known, mem, reader);
    if (known.action === ACTION.CLUSTER && !isSlotNotice(mem, reader)) throw unsupported(known, mem, reader);
    const { count } = reader;
    const { least, most, step } = known;
    if (count < least || count > most || (step !== 1 && (count - least) % step !== 0))
      throw wrongCount(known, count);
    return known;
  }

  /** @throws LockstepError SOURCE_PROTOCOL for a number of words that the command cannot have, its name included */
  checkCount(known: KnownCommand, count: number): void {
    const { least, most, step } = known;
    if (count < least || count > most || (count - least) % step !== 0) throw wrongCount(known, count);
  }

  /** The common case: a write that goes out as it came, if its database is taken. */
  passes(known: KnownCommand, mem: Buffer, reader: CommandReader): boolean {
    const { action } = known;
    if (action === ACTION.PASS || (action === ACTION.SET && reader.count === 3))
      return !this.namesOwnKey(known, mem, reader);
    return (
      action === ACTION.ADAPT_LIMIT && !mayHaveLimit(mem, reader) && !this.namesOwnKey(known, mem, reader)
    );
  }

  /** Whether one of its keys is the tool's own, or may be where they cannot be told. */
  namesOwnKey({ row, keysAt }: KnownCommand, mem: Buffer, reader: CommandReader): boolean {
    if (keysAt === KEYS_AT.NONE) return false;
    if (keysAt === KEYS_AT.FIRST) return isOwnKey(mem, reader.from[1]!, reader.to[1]!);
    if (!anyOwn(mem, reader)) return false;
    const { keys } = this;
    keys.findFor(row, mem, reader);
    return !keys.told || keys.at.some((index) => isOwnKey(mem, reader.from[index]!, reader.to[index]!));
  }

  /**
   * The commands that are carried in place of one that names own keys; none where they are all it changes.
   * @throws LockstepError OWN_KEY_READ where nothing does the same
   */
  withoutOwn({ row }: KnownCommand, mem: Buffer, reader: CommandReader, db: number): readonly Words[] {
    const { keys } = this;
    keys.findFor(row, mem, reader);
    // What concerns left out databases alone is left out with them.
    const taken = this.databases.includes(db) || this.databases.includes(keys.otherDb ?? db);
    if (!taken) return [];
    const given = Array.from({ length: reader.count }, (_, i) =>
      Buffer.from(mem.subarray(reader.from[i]!, reader.to[i]!)),
    );
    const own = (index: number): boolean => isOwnKey(given[index]!, 0, given[index]!.length);
    const left = withoutOwnKeys(row, given, keys.at, keys.changed, own);
    if (left) return left;
    const key = given.find((_, i) => i > 0 && own(i))!;
    throw ownKeyRead(row, key, 0, key.length);
  }

  /** @throws LockstepError OWN_KEY_READ where this key of a command is an own one */
  refuseOwn(row: CommandRow, mem: Buffer, from: number, to: number): void {
    if (isOwnKey(mem, from, to)) throw ownKeyRead(row, mem, from, to);
  }
}

function ownKeyRead({ name }: CommandRow, mem: Buffer, from: number, to: number): LockstepError {
  return new LockstepError('OWN_KEY_READ', `${name.toUpperCase()} used the key ${printable(mem, from, to)}`);
}

function wrongCount({ row }: KnownCommand, count: number): LockstepError {
  const words = count === 1 ? 'word' : 'words';
  return new LockstepError(
    'SOURCE_PROTOCOL',
    `the stream holds ${row.name.toUpperCase()} with ${count} ${words}`,
  );
}

/** Whether any argument begins as own keys do. Most do not even begin with their first letter. */
function anyOwn(mem: Buffer, { from, to, count }: CommandReader): boolean {
  for (let i = 1; i < count; i++)
    if (mem[from[i]!] === LETTER_L && isOwnKey(mem, from[i]!, to[i]!)) return true;
  return false;
}

/** Names the command and, where that can be no secret, its first argument, which is most often a key. */
function unsupported(known: KnownCommand | undefined, mem: Buffer, reader: CommandReader): LockstepError {
  const { from, to, count } = reader;
  const name = printable(mem, from[0]!, to[0]!);
  const more = known === undefined && count > 1 ? ` ${printable(mem, from[1]!, to[1]!)}` : '';
  const why =
    known === undefined
      ? 'neither this release nor the target lists it as a write'
      : 'that one is not carried';
  return new LockstepError('COMMAND_UNSUPPORTED', `the source sent ${name}${more}: ${why}`);
}
