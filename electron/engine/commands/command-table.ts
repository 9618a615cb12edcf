import { ACTION, type Action, type CommandRow, type OlderForm } from './command-row.ts';
export { ACTION, type Action };

import { hasOneKeyFirst } from './one-key.ts';
import { COMMAND_ROWS } from './command-rows.ts';
import { rowOfServer, type ServerCommand } from './server-command.ts';

/** Names past this are not taken from a server: such a command is then unknown, and the task stops at it by name. */
export const MOST_SERVER_COMMANDS = 50_000;
/** So that most names are found at the first look. */
const SLOTS_PER_NAME = 12;
/** No command has a longer name. */
const LONGEST_NAME = 128;

/** Which arguments may be keys, as far as that is seen without a look at the command: none, argument 1 alone, or any. */
export const KEYS_AT = { NONE: 0, FIRST: 1, ANY: 2 } as const;

/** A command as it is treated for one target. */
export interface KnownCommand {
  readonly row: CommandRow;
  readonly action: Action;
  /** What the target is sent instead; undefined where it takes the command as it comes. */
  readonly older: OlderForm | undefined;
  /** One of KEYS_AT. */
  readonly keysAt: number;
  /** As in the row: rows differ in their fields, and a look at one costs several times as much. */
  readonly least: number;
  readonly most: number;
  readonly step: number;
}

/**
 * Finds a command from its name as it stands in the stream, in any case, without making a string. Most of its slots are
 * free, so a search ends.
 */
export class CommandTable {
  private names: (Buffer | undefined)[] = [];
  private commands: (KnownCommand | undefined)[] = [];

  /**
   * @param targetWrites the writes of the target's own table (`COMMAND`), such as those of modules; what is listed here
   *   in its own right is not looked up there
   * @param targetVersion see TargetAbilities.version; by default the newest
   */
  constructor(targetWrites: readonly ServerCommand[], targetVersion = Number.MAX_SAFE_INTEGER) {
    const rows = [...targetWrites.slice(0, MOST_SERVER_COMMANDS).map(rowOfServer), ...COMMAND_ROWS];
    const slots = 2 ** Math.ceil(Math.log2(SLOTS_PER_NAME * rows.length));
    this.names = new Array<Buffer | undefined>(slots).fill(undefined);
    this.commands = new Array<KnownCommand | undefined>(slots).fill(undefined);
    for (const row of rows) if (row.name.length <= LONGEST_NAME) this.add(knownAs(row, targetVersion));
  }

  /** undefined for a name that is in neither table. */
  find(buf: Buffer, from: number, to: number): KnownCommand | undefined {
    const mask = this.names.length - 1;
    let hash = 0x811c9dc5;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ (buf[i]! | 0x20), 0x01000193);
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const name = this.names[slot];
      if (name === undefined) return undefined;
      if (sameName(name, buf, from, to)) return this.commands[slot];
    }
  }

  /** The same for a name as text. */
  named(name: string): KnownCommand | undefined {
    const bytes = Buffer.from(name, 'latin1');
    return this.find(bytes, 0, bytes.length);
  }

  private add(command: KnownCommand): void {
    const bytes = Buffer.from(command.row.name, 'latin1');
    const mask = this.names.length - 1;
    let hash = 0x811c9dc5;
    for (const byte of bytes) hash = Math.imul(hash ^ (byte | 0x20), 0x01000193);
    let slot = hash & mask;
    while (this.names[slot] !== undefined && !sameName(this.names[slot]!, bytes, 0, bytes.length))
      slot = (slot + 1) & mask;
    this.names[slot] = bytes;
    this.commands[slot] = command;
  }
}

function knownAs(row: CommandRow, targetVersion: number): KnownCommand {
  const older = row.older?.find(({ before }) => targetVersion < before);
  const keysAt = row.keys === 'none' ? KEYS_AT.NONE : hasOneKeyFirst(row) ? KEYS_AT.FIRST : KEYS_AT.ANY;
  const { least, most, step = 1 } = row;
  const action = older ? adapted(row.action, older) : row.action;
  return { row, action, older, keysAt, least, most, step };
}

function adapted(action: Action, older: OlderForm): Action {
  if (action !== ACTION.PASS) return action;
  return older.before === Infinity ? ACTION.ADAPT_LIMIT : ACTION.ADAPT;
}

function sameName(name: Buffer, buf: Buffer, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let i = 0; i < name.length; i++) {
    const byte = buf[from + i]!;
    // Only a capital differs from its name by this bit.
    if (name[i] !== byte && (byte < 65 || byte > 90 || name[i] !== (byte | 0x20))) return false;
  }
  return true;
}

/** The commands that a target of this version may need in another form. */
export function adaptedCommands(version: number): string[] {
  return COMMAND_ROWS.filter(({ older = [] }) => older.some(({ before }) => version < before)).map(
    ({ name }) => name,
  );
}
