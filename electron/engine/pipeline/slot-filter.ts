import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { CommandKeys } from '../commands/command-keys.ts';
import { ACTION } from '../commands/command-row.ts';
import { KEYS_AT, type CommandTable, type KnownCommand } from '../commands/command-table.ts';
import type { CommandReader } from '../protocol/resp/command-reader.ts';
import type { SlotSet } from '../router/slot-set.ts';

/**
 * Of a source that is a cluster: tells which commands of a shard's stream are for other slots than those that are brought of it. They
 * come while slots are moved, and until it is settled who brings them.
 */
export class SlotFilter {
  private readonly slots: SlotSet;
  private readonly keys: CommandKeys;

  constructor(slots: SlotSet, table: CommandTable) {
    this.slots = slots;
    this.keys = new CommandKeys(table);
  }

  has(mem: Uint8Array, from: number, to: number): boolean {
    return this.slots.hasKey(mem, from, to);
  }

  /**
   * Whether the command that was just read is left out, since none of its keys lies in these slots.
   * @throws LockstepError COMMAND_UNSUPPORTED, SCRIPT_REFUSED where its keys cannot be told, SOURCE_PROTOCOL where some of them lie there
   * and others do not
   */
  leavesOut(known: KnownCommand, mem: Buffer, reader: CommandReader): boolean {
    const { row, keysAt } = known;
    if (keysAt === KEYS_AT.NONE) return false;
    const { from, to, count } = reader;
    if (keysAt === KEYS_AT.FIRST) return count > 1 && !this.slots.hasKey(mem, from[1], to[1]);
    if (typeof row.keys === 'object' && 'last' in row.keys) {
      const { first, last, step } = row.keys;
      return this.leavesOutKeys(known, mem, reader, first, last < 0 ? count + last : last, step);
    }
    return this.leavesOutFound(known, mem, reader);
  }

  /** Keys at fixed places, without a list of them. */
  private leavesOutKeys(
    known: KnownCommand,
    mem: Buffer,
    { from, to, count }: CommandReader,
    first: number,
    last: number,
    step: number,
  ): boolean {
    if (first >= count) throw untold(known);
    const inside = this.slots.hasKey(mem, from[first], to[first]);
    for (let i = first + step; i <= last && i < count; i += step)
      if (this.slots.hasKey(mem, from[i], to[i]) !== inside) throw divided(known);
    return !inside;
  }

  private leavesOutFound(known: KnownCommand, mem: Buffer, reader: CommandReader): boolean {
    const { action } = known;
    // It concerns the keys of these slots, whichever they are.
    if (action === ACTION.FLUSHALL || action === ACTION.FLUSHDB) return false;
    const { keys } = this;
    keys.findFor(known.row, mem, reader);
    if (!keys.told || keys.at.length === 0) throw untold(known);
    const { from, to } = reader;
    const within = keys.at.filter((index) => this.slots.hasKey(mem, from[index], to[index])).length;
    if (within > 0 && within < keys.at.length) throw divided(known);
    return within === 0;
  }
}

function untold({ row, action }: KnownCommand): LockstepError {
  const name = row.name.toUpperCase();
  return action === ACTION.EVAL
    ? new LockstepError('SCRIPT_REFUSED', `${name} without keys, and the source is a cluster`)
    : new LockstepError(
        'COMMAND_UNSUPPORTED',
        `${name} came from the source, which is a cluster, and which slots it concerns cannot be told`,
      );
}

/** No node of a cluster runs it. */
const divided = ({ row }: KnownCommand): LockstepError =>
  new LockstepError(
    'SOURCE_PROTOCOL',
    `the stream of a node of a cluster holds ${row.name.toUpperCase()} with keys of several slots`,
  );
