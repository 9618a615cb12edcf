import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { CommandKeys } from '../commands/command-keys.ts';
import { ACTION, type CommandRow, type Given } from '../commands/command-row.ts';
import type { Crossing } from '../commands/crossing.ts';
import { KEYS_AT, type CommandTable } from '../commands/command-table.ts';
import { REMOVE_KEPT } from '../commands/remove-kept.ts';
import { CommandReader } from '../protocol/resp/command-reader.ts';
import { printable } from '../protocol/resp/describe-command.ts';
import { command } from '../protocol/resp/encode.ts';
import { apart, leftOf, partsOf, type LanePart } from './command-parts.ts';
import type { CrossingPlan, PlacedKey } from './crossing-plan.ts';
import { keySlot } from './key-slot.ts';
import { MOST_WORDS, piecesOf } from './long-commands.ts';

/** Where a command goes; a number that is not negative is the only lane that it concerns. */
export const ROUTE = {
  /** It concerns no keys: MULTI, EXEC and their like, which bound others. */
  NOWHERE: -1,
  /** Lanes get commands of their own: see `parts`. All of a lane belong into one step of it. */
  PARTS: -2,
  /** Lanes stand still for it: see `crossing`. */
  CROSSING: -3,
  /** What it does is done on every node: see `words`. */
  EVERY_NODE: -4,
} as const;

const REMOVE_KEPT_NAME = Buffer.from(REMOVE_KEPT);

/** Tells which lane of a cluster a command belongs to. What is told beside the number holds until the next call. */
export class CommandRouter {
  private readonly table: CommandTable;
  private readonly keys: CommandKeys;
  private readonly ownReader = new CommandReader();
  /** By slot; -1 where it has none. */
  private readonly laneOfSlot: Int16Array;
  parts: readonly LanePart[] = [];
  crossing: CrossingPlan | undefined;
  words: readonly Buffer[] = [];

  constructor(table: CommandTable, laneOfSlot: Int16Array) {
    this.table = table;
    this.keys = new CommandKeys(table);
    this.laneOfSlot = laneOfSlot;
  }

  /**
   * Of the command that `reader` has just read from `mem`.
   * @returns a lane, or one of ROUTE
   * @throws LockstepError COMMAND_UNSUPPORTED, SCRIPT_REFUSED where no node can do it, COMMAND_TOO_LARGE; INTERNAL for a slot
   * of no lane
   */
  route(mem: Buffer, reader: CommandReader): number {
    const known = this.table.find(mem, reader.from[0]!, reader.to[0]!);
    if (!known) return this.routeUnknown(mem, reader);
    const route =
      known.keysAt === KEYS_AT.FIRST && reader.count > 1
        ? this.laneOf(keySlot(mem, reader.from[1], reader.to[1]))
        : this.routeOthers(known.row, mem, reader);
    return reader.count > MOST_WORDS ? this.routeLong(known.row, route, mem, reader) : route;
  }

  /** What no server knows goes to the script of a lane, if that does. */
  private routeUnknown(mem: Buffer, reader: CommandReader): number {
    const name = mem.subarray(reader.from[0], reader.to[0]);
    if (name.equals(REMOVE_KEPT_NAME)) return this.laneOf(slotOf(mem, reader, 1));
    throw unsupported(printable(name, 0, name.length), 'is no write that is known');
  }

  /** With more words than a script runs: its lane gets several. */
  private routeLong(row: CommandRow, route: number, mem: Buffer, reader: CommandReader): number {
    if (route < 0 && route !== ROUTE.PARTS) return route;
    const parts = route < 0 ? this.parts : [{ lane: route, words: words(mem, reader) }];
    this.parts = parts.flatMap(({ lane, words: given }) => {
      const pieces = piecesOf(row, given);
      if (!pieces) throw tooLong(row.name, given.length);
      return pieces.map((piece) => ({ lane, words: piece }));
    });
    return ROUTE.PARTS;
  }

  private routeOthers(row: CommandRow, mem: Buffer, reader: CommandReader): number {
    switch (row.action) {
      case ACTION.FLUSHALL:
      case ACTION.FLUSHDB:
      case ACTION.FUNCTION:
      case ACTION.SCRIPT:
        this.words = words(mem, reader);
        return ROUTE.EVERY_NODE;
      case ACTION.EVAL:
        throw new LockstepError('SCRIPT_REFUSED', `${row.name.toUpperCase()}, and the target is a cluster`);
      case ACTION.FORBIDDEN:
      case ACTION.CLUSTER:
      case ACTION.SWAPDB:
        throw unsupported(row.name, 'cannot be carried to a cluster');
    }
    if (row.keys === 'none') return ROUTE.NOWHERE;
    if (row.onCluster) {
      const given = words(mem, reader);
      const other = row.onCluster(given);
      if ('kind' in other) return this.routeAlways(row, other, mem, reader);
      if (other !== given) return this.rerouted(row, other);
    }
    return this.routeKeys(row, mem, reader);
  }

  private routeKeys(row: CommandRow, mem: Buffer, reader: CommandReader): number {
    const { keys } = this;
    if (keys.findFor(row, mem, reader) !== 'keys')
      throw unsupported(row.name, 'may have used keys that cannot be told from it');
    const first = slotOf(mem, reader, keys.at[0]!);
    for (const index of keys.at)
      if (slotOf(mem, reader, index) !== first) return this.routeApart(row, row.crossing, mem, reader);
    return this.laneOf(first);
  }

  /** For a command that no node takes, wherever its keys lie. */
  private routeAlways(row: CommandRow, crossing: Crossing, mem: Buffer, reader: CommandReader): number {
    const { keys } = this;
    keys.findFor(row, mem, reader);
    // One that only reads is never sent.
    if (keys.changed === 0) throw unsupported(row.name, 'writes nothing');
    return this.routeApart(row, crossing, mem, reader);
  }

  private routeApart(
    row: CommandRow,
    crossing: Crossing | undefined,
    mem: Buffer,
    reader: CommandReader,
  ): number {
    const { name } = row;
    if (!crossing) throw unsupported(name, 'had keys that lie in different slots of the cluster');
    const given = words(mem, reader);
    const keys = this.keys.at.map((index): PlacedKey => {
      const slot = slotOf(mem, reader, index);
      return { index, slot, lane: this.laneOf(slot) };
    });
    if (crossing.kind === 'parts' || crossing.kind === 'apart') {
      this.parts = crossing.kind === 'parts' ? partsOf(crossing, given, keys) : apart(row, given, keys);
      return ROUTE.PARTS;
    }
    const carries = crossing.kind === 'carries';
    const to = carries ? keys.find(({ index }) => index === 2)! : keys[0]!;
    this.crossing = {
      ...{ name, crossing, given, keys, to, otherDb: this.keys.otherDb },
      ...(carries && crossing.moves ? { left: leftOf(row, given, keys, ({ index }) => index === 2) } : {}),
    };
    return ROUTE.CROSSING;
  }

  /** What nodes take in place of a command, and where that goes. */
  private rerouted(row: CommandRow, other: Given): number {
    const mem = command(...other);
    this.ownReader.read(mem, 0, mem.length);
    const lane = this.routeKeys(row, mem, this.ownReader);
    if (lane < 0) return lane;
    this.parts = [{ lane, words: other }];
    return ROUTE.PARTS;
  }

  private laneOf(slot: number): number {
    const lane = this.laneOfSlot[slot]!;
    if (lane < 0)
      throw new LockstepError(
        'INTERNAL',
        `a command for slot ${slot}, which is none of those that are brought`,
      );
    return lane;
  }
}

const slotOf = (mem: Buffer, { from, to }: CommandReader, index: number): number =>
  keySlot(mem, from[index], to[index]);

/** A copy of the command that was just read. */
const words = (mem: Buffer, { from, to, count }: CommandReader): Buffer[] =>
  Array.from({ length: count }, (_, i) => Buffer.from(mem.subarray(from[i]!, to[i]!)));

const tooLong = (name: string, count: number): LockstepError =>
  new LockstepError(
    'COMMAND_TOO_LARGE',
    `${name.toUpperCase()} with ${count} words, for a target that is a cluster`,
  );

const unsupported = (name: string, why: string): LockstepError =>
  new LockstepError('COMMAND_UNSUPPORTED', `${name.toUpperCase()} ${why}`);
