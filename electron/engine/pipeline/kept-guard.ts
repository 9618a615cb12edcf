import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { KeptSets } from '../checkpoint/kept-sets.ts';
import type { CommandOutput } from '../protocol/resp/command-output.ts';
import type { CommandReader } from '../protocol/resp/command-reader.ts';
import { printable } from '../protocol/resp/describe-command.ts';
import { command } from '../protocol/resp/encode.ts';
import type { CommandKeys } from '../commands/command-keys.ts';
import { ACTION, type Action, type CommandRow } from '../commands/command-row.ts';
import { REMOVE_KEPT } from '../commands/remove-kept.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import type { BatchWriter } from '../writer/batch-writer.ts';
import type { KeptNames } from './kept-names.ts';

/** They concern all keys of a database, whatever their names. */
export const OF_DATABASES: ReadonlySet<Action> = new Set([ACTION.FLUSHALL, ACTION.FLUSHDB, ACTION.SWAPDB]);

/** Removes a key of the target's own the first time the source uses its name; the set decides whether it is one. */
export const REMOVE_ONCE =
  "if redis.call('SREM', KEYS[1], KEYS[2]) == 1 then redis.call('DEL', KEYS[2]) end return 0";

/**
 * Where the target held keys before the task, a name that the source did not have at the snapshot may still come: then its
 * first command must not meet the target's old value, or an LPUSH would append to a list that the source never had.
 */
export class KeptGuard {
  private readonly names: KeptNames;
  private readonly keys: CommandKeys;
  private readonly databases: DatabaseChoice;
  private readonly sets: KeptSets;

  constructor(sets: KeptSets, names: KeptNames, keys: CommandKeys, databases: DatabaseChoice) {
    this.names = names;
    this.keys = keys;
    this.databases = databases;
    this.sets = sets;
  }

  mayHold(db: number, mem: Buffer, from: number, to: number): boolean {
    return this.names.mayHold(db, mem, from, to);
  }

  /** The keys of these databases have changed places on the target, and so have the sets of their names. */
  swapped(a: number, b: number): void {
    this.names.swap(a, b);
  }

  /**
   * Whether the command that was just read in database `db` may name such a key, in that database or another.
   * @throws LockstepError COMMAND_UNSUPPORTED where it may use one that cannot be told
   */
  concerns(row: CommandRow, db: number, mem: Buffer, reader: CommandReader): boolean {
    const { keys } = this;
    if (row.keys === 'none' || OF_DATABASES.has(row.action)) return false;
    const use = keys.findFor(row, mem, reader);
    if (!keys.told) return this.refuseUntold(row, db, mem, reader);
    // A script is looked after where it runs.
    if (use === 'unknown' && row.action === ACTION.PASS && this.databases.includes(db))
      throw untold(row, 'keys');
    return keys.at.some((index, i) => this.holds(this.databaseOf(i, db), mem, reader, index));
  }

  /** Writes what goes before that command. Call right after `concerns`. */
  write(db: number, mem: Buffer, reader: CommandReader, batch: BatchWriter, output: CommandOutput): void {
    for (const [i, index] of this.keys.at.entries()) {
      const keyDb = this.databaseOf(i, db);
      if (!this.holds(keyDb, mem, reader, index)) continue;
      batch.prepare(keyDb);
      this.removeOnce(Buffer.from(mem.subarray(reader.from[index]!, reader.to[index]!)), output);
    }
  }

  /** The same for one key, in the database that is selected in the batch. */
  removeOnce(key: Buffer, output: CommandOutput): void {
    const set = this.sets.of(key);
    if (set === undefined) return;
    const bytes =
      this.sets.sole === undefined
        ? command(REMOVE_KEPT, set, key)
        : command('EVAL', REMOVE_ONCE, '2', set, key);
    output.reserve(bytes.length);
    output.begin();
    output.copy(bytes, 0, bytes.length);
  }

  private databaseOf(keyNumber: number, db: number): number {
    const { overwritten, otherDb } = this.keys;
    return keyNumber < overwritten && otherDb !== undefined ? otherDb : db;
  }

  private holds(db: number, mem: Buffer, { from, to }: CommandReader, index: number): boolean {
    return this.databases.includes(db) && this.names.mayHold(db, mem, from[index]!, to[index]!);
  }

  /** Which of its arguments are keys is not known, so one that may be a name of the target's own is not to be touched. */
  private refuseUntold(row: CommandRow, db: number, mem: Buffer, reader: CommandReader): false {
    for (let i = 1; i < reader.count; i++)
      if (this.holds(db, mem, reader, i)) throw untold(row, printable(mem, reader.from[i]!, reader.to[i]!));
    return false;
  }
}

const untold = ({ name }: CommandRow, what: string): LockstepError =>
  new LockstepError(
    'COMMAND_UNSUPPORTED',
    `${name.toUpperCase()} on the source may have used ${what} that the target held before the task`,
  );
