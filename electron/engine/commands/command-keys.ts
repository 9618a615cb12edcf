import type { CommandReader } from '../protocol/resp/command-reader.ts';
import { KEY_RULES, setKeys, type ArgumentText, type KeyPlaces, type KeyRule } from './key-rules.ts';
import { maySetRelativeExpiry, setsRelativeExpiry } from './relative-expiry.ts';

/** One row of a server's table of commands (`COMMAND`). */
export interface CommandRow {
  readonly name: string;
  /** Index of the first key, 0 for none; of the last, negative from the end; the distance of two. */
  readonly first: number;
  readonly last: number;
  readonly step: number;
  /** The keys do not stand at fixed places. */
  readonly movable: boolean;
}

/** `unknown`: its keys cannot be told from the command, or it reaches beyond keys. */
export type KeyUse = 'keys' | 'none' | 'unknown';

/**
 * Tells which arguments of a write command are keys. Covers every write that a source sends; a command that is not known
 * here, such as one of a module, is looked up in the table of a server.
 */
export class CommandKeys {
  private readonly rules = new Map<string, KeyRule>();
  /**
   * Indices of the keys of the command that was looked at last. The first `overwritten` of them get a value that does not
   * depend on the one they had, or end without one.
   */
  readonly at: number[] = [];
  overwritten = 0;
  /** Whether the command gives its key an expiry as a time that remains. */
  relativeExpiry = false;
  /** The database of those that are overwritten, where it is not the selected one. */
  otherDb: number | undefined;

  constructor(rows: readonly CommandRow[]) {
    for (const row of rows) this.rules.set(row.name.toLowerCase(), ruleOfRow(row));
    for (const [name, rule] of KEY_RULES) this.rules.set(name, rule);
  }

  /** Looks at the command that `reader` has just read from `mem`. */
  find(mem: Buffer, reader: CommandReader): KeyUse {
    const { at } = this;
    at.length = 0;
    this.overwritten = 0;
    this.otherDb = undefined;
    if (reader.count === 0) return 'unknown';
    const name = nameOf(mem, reader.from[0]!, reader.to[0]!);
    const rule = this.rules.get(name) ?? 'unknown';
    if (typeof rule === 'string') return rule;
    const text: ArgumentText = (index) =>
      index < reader.count ? mem.toString('latin1', reader.from[index]!, reader.to[index]!) : '';
    this.relativeExpiry = setsRelativeExpiry(name, text, reader.count);
    if (typeof rule !== 'function') {
      place(rule, reader.count, at);
      this.overwritten = Math.min(rule.overwrites, at.length);
      return 'keys';
    }
    const found = rule(text, reader.count);
    if (!found || found.keys.some((index) => index >= reader.count)) return 'unknown';
    at.push(...found.keys);
    this.overwritten = found.overwrites;
    this.otherDb = found.otherDb;
    return 'keys';
  }

  /** The same from the name alone: 'first' for a command whose only key is its first argument, whatever follows. */
  findByName(mem: Buffer, from: number, to: number): 'first' | 'none' | 'unknown' {
    const name = nameOf(mem, from, to);
    const rule = this.rules.get(name) ?? 'unknown';
    this.relativeExpiry = maySetRelativeExpiry(name);
    if (rule === 'none') return 'none';
    if (rule === setKeys) return 'first';
    if (typeof rule !== 'object') return 'unknown';
    return rule.first === 1 && rule.last === 1 ? 'first' : 'unknown';
  }
}

const nameOf = (mem: Buffer, from: number, to: number): string =>
  mem.toString('latin1', from, to).toLowerCase();

function place(places: KeyPlaces, count: number, at: number[]): void {
  const last = places.last < 0 ? count + places.last : Math.min(places.last, count - 1);
  for (let i = places.first; i <= last; i += places.step) at.push(i);
}

/** Time series with rules write to keys that the command does not name. */
const NAMES_NOT_ALL_KEYS = /^ts\./i;

function ruleOfRow(row: CommandRow): KeyRule {
  const fixed = !row.movable && row.first > 0 && row.step > 0 && !NAMES_NOT_ALL_KEYS.test(row.name);
  return fixed ? { first: row.first, last: row.last, step: row.step, overwrites: 0 } : 'unknown';
}
