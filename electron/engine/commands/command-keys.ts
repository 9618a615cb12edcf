import type { CommandReader } from '../protocol/resp/command-reader.ts';
import type { ArgumentText } from './argument-text.ts';
import type { CommandRow, KeyPlaces } from './command-row.ts';
import type { CommandTable } from './command-table.ts';
import type { DatabaseChoice } from './database-choice.ts';
import { hasOneKeyFirst } from './one-key.ts';
import { maySetRelativeExpiry, setsRelativeExpiry } from './expiry-place.ts';

/** `unknown`: its keys cannot be told from the command, or it reaches beyond keys. */
export type KeyUse = 'keys' | 'none' | 'unknown';

/** Tells which arguments of a write command are keys. */
export class CommandKeys {
  private readonly table: CommandTable;
  private readonly databases: DatabaseChoice | undefined;
  /**
   * Indices of the keys of the command that was looked at last, for `unknown` those that it names: the first `overwritten` of them get a value that does not
   * depend on the one they had, or end without one; the first `changed`, which are those and others, are changed.
   */
  readonly at: number[] = [];
  overwritten = 0;
  changed = 0;
  /** Whether its keys could be told at all: `unknown` may be because it uses others beside them. */
  told = false;
  /** Whether the command gives its key an expiry as a time that remains. */
  relativeExpiry = false;
  /** The database of those that are overwritten, where the command names one, by its number on the target. */
  otherDb: number | undefined;

  /** `databases`: wanted where `otherDb` is used. */
  constructor(table: CommandTable, databases?: DatabaseChoice) {
    this.table = table;
    this.databases = databases;
  }

  /** Looks at the command that `reader` has just read from `mem`. */
  find(mem: Buffer, reader: CommandReader): KeyUse {
    if (reader.count === 0) return 'unknown';
    const known = this.table.find(mem, reader.from[0]!, reader.to[0]!);
    if (known) return this.findFor(known.row, mem, reader);
    this.forget();
    return 'unknown';
  }

  /** The same where its row is known. */
  findFor(row: CommandRow, mem: Buffer, reader: CommandReader): KeyUse {
    const { at } = this;
    const { keys: rule } = row;
    const { count } = reader;
    this.forget();
    if (typeof rule === 'string') return rule;
    const text: ArgumentText = (index) =>
      index < count ? mem.toString('latin1', reader.from[index]!, reader.to[index]!) : '';
    this.relativeExpiry = setsRelativeExpiry(row, text, count);
    if ('last' in rule) {
      this.told = true;
      place(rule, count, at);
      this.changed = Math.min(rule.changes, at.length);
      this.overwritten = Math.min(rule.overwrites, at.length);
      return at.length > 0 ? 'keys' : 'unknown';
    }
    const found = typeof rule === 'function' ? rule(text, count) : rule.first(text, count);
    if (!found || found.keys.some((index) => index >= count)) return 'unknown';
    for (const index of found.keys) at.push(index);
    this.told = true;
    this.changed = found.changes;
    this.overwritten = found.overwrites;
    const { otherDb } = found;
    this.otherDb = otherDb === undefined ? undefined : (this.databases?.targetDb(otherDb) ?? otherDb);
    return found.partly ? 'unknown' : 'keys';
  }

  /** The same from the name alone: 'first' for a command whose only key is its first argument, whatever follows. */
  findByName(mem: Buffer, from: number, to: number): 'first' | 'none' | 'unknown' {
    const row = this.table.find(mem, from, to)?.row;
    this.relativeExpiry = row !== undefined && maySetRelativeExpiry(row);
    if (row?.keys === 'none') return 'none';
    return row !== undefined && hasOneKeyFirst(row) ? 'first' : 'unknown';
  }

  private forget(): void {
    this.at.length = 0;
    this.overwritten = 0;
    this.changed = 0;
    this.told = false;
    this.relativeExpiry = false;
    this.otherDb = undefined;
  }
}

/** The keys of a command of `count` words of which only the name and the number are known. */
export function keyPlaces({ keys }: CommandRow, count: number): readonly number[] {
  if (typeof keys === 'string') return [];
  if ('last' in keys) {
    const at: number[] = [];
    place(keys, count, at);
    return at;
  }
  const finder = typeof keys === 'function' ? keys : keys.first;
  return finder(() => '', count)?.keys ?? [];
}

function place(places: KeyPlaces, count: number, at: number[]): void {
  const last = places.last < 0 ? count + places.last : Math.min(places.last, count - 1);
  for (let i = places.first; i <= last; i += places.step) at.push(i);
}
