import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { CommandOutput } from '../protocol/resp/command-output.ts';
import type { CommandReader } from '../protocol/resp/command-reader.ts';
import { bulk } from '../protocol/resp/encode.ts';
import { ACTION, type Action } from '../commands/command-row.ts';
import type { CommandTable, KnownCommand } from '../commands/command-table.ts';
import type { ExpiryRewriteOptions } from './expiry-rewrite.ts';
import { keysInFront, type KeysInFront } from '../commands/one-key.ts';
import { isOwnKey } from '../commands/own-keys.ts';
import type { Cursor } from '../log/cursor.ts';
import type { BatchWriter } from '../writer/batch-writer.ts';
import { OF_DATABASES, type KeptGuard } from './kept-guard.ts';
import type { CommandDecisions } from './command-decisions.ts';
import { GatheredCommand } from './gathered-command.ts';
import { isOpened } from './restored-values.ts';
import { DividedCommand } from './divided-command.ts';
import { LargeCommand, type Front } from './large-command.ts';
import { largeFront } from './large-front.ts';

const STAR = 42;
const DOLLAR = 36;
/** A command larger than this is passed through in parts, or gathered. At most the headroom of a spool chunk. */
export const LARGE_COMMAND_BYTES = 256 * 1024;
/** They may reach a database that is taken from one that is not, or belong to none. */
const REACHING: ReadonlySet<Action> = new Set([
  ACTION.EVAL,
  ACTION.SCRIPT,
  ACTION.FUNCTION,
  ACTION.MOVE,
  ACTION.COPY,
]);

export interface LargeCommandsOptions {
  readonly cursor: Cursor;
  readonly table: CommandTable;
  readonly rewrite: ExpiryRewriteOptions;
  /** Where the target held keys before the task. */
  readonly guard: KeptGuard | undefined;
  /** The target takes every payload that the source may send in RESTORE. */
  readonly payloadsFit: boolean;
  /** The stream's offset at a position of the spool. */
  readonly offsetAt: (position: number) => number;
}

/** Where large commands go. */
export interface LargeCommandsSink {
  /** One that was gathered, or a part of one that was divided, to be decided like any other. */
  whole(command: Buffer, ranAtMs: number): void;
  /** The target is sent a command in parts, as it comes. */
  passes(known: KnownCommand): void;
}

/**
 * Takes commands from the spool that are too large to be held, one at a time and in parts: those of which all that matters is in
 * front go out as they come, lists of keys are divided, and any other is gathered.
 */
export class LargeCommands {
  private readonly options: LargeCommandsOptions;
  private readonly reader: CommandReader;
  private readonly decisions: CommandDecisions;
  private readonly batch: BatchWriter;
  private readonly output: CommandOutput;
  private readonly sink: LargeCommandsSink;
  private present: LargeCommand | GatheredCommand | DividedCommand | undefined;
  private ranAtMs = 0;
  /** Where the present one begins, or the last one did. */
  private beginsAt = 0;

  constructor(
    options: LargeCommandsOptions,
    reader: CommandReader,
    decisions: CommandDecisions,
    batch: BatchWriter,
    output: CommandOutput,
    sink: LargeCommandsSink,
  ) {
    this.sink = sink;
    this.options = options;
    this.reader = reader;
    this.decisions = decisions;
    this.batch = batch;
    this.output = output;
  }

  /** One is under way. */
  get open(): boolean {
    return this.present !== undefined;
  }

  /**
   * Begins with the command that the spool's window starts with, of which at least LARGE_COMMAND_BYTES are there.
   * @throws LockstepError for a command that cannot be passed on, or for what is no command
   */
  begin(db: number, taken: boolean, ranAtMs: number): void {
    const { cursor, table } = this.options;
    const { mem, from, to } = cursor;
    const args = this.reader.head(mem, from, to, STAR);
    const afterHead = this.reader.next;
    // Only the name and the keys in front are looked at; they are there unless they are enormous themselves.
    const nameLength = this.reader.head(mem, afterHead, to, DOLLAR);
    const nameFrom = this.reader.next;
    const nameTo = nameFrom + nameLength;
    if (args < 1 || nameLength < 0 || nameTo > to)
      throw new LockstepError('SOURCE_PROTOCOL', 'a command has no name');
    const known = table.find(mem, nameFrom, nameTo);
    const name = mem.toString('latin1', nameFrom, nameTo);
    if (!known || known.action === ACTION.FORBIDDEN || known.action === ACTION.CLUSTER)
      throw new LockstepError(
        'COMMAND_UNSUPPORTED',
        `the source sent ${name}: ${known ? 'that one is not carried' : 'neither this release nor the target lists it as a write'}`,
      );
    this.decisions.checkCount(known, args);
    if (OF_DATABASES.has(known.action))
      throw new LockstepError('SOURCE_PROTOCOL', `the stream holds ${name} with ${to - from} bytes or more`);
    this.ranAtMs = ranAtMs;
    this.beginsAt = this.readOffset;
    // The first bytes of it may go out at once.
    this.batch.places?.begun();
    const leftOut = known.action === ACTION.DROP || (!taken && !REACHING.has(known.action));
    this.present = leftOut
      ? this.passing(known, args, undefined)
      : (this.inParts(known, args, db, afterHead, nameTo + 2) ??
        this.divided(known, name, args, db) ??
        new GatheredCommand(name, args));
    if (this.present instanceof DividedCommand) this.batch.places?.parts(this.beginsAt);
    cursor.consume(afterHead);
  }

  /**
   * Goes on with the one that is under way.
   * @returns how many bytes were taken, and of them those that go to the target as they came
   */
  step(): { readonly taken: number; readonly passed: number } {
    const { cursor } = this.options;
    const { mem, from, to } = cursor;
    const present = this.present!;
    const at = present.push(mem, from, Math.min(to, from + LARGE_COMMAND_BYTES));
    if (present.done) this.present = undefined;
    if (at > from) cursor.consume(at);
    if (present.done) this.told(present);
    if (present.done && present instanceof GatheredCommand) this.sink.whole(present.whole, this.ranAtMs);
    return { taken: at - from, passed: present.passed };
  }

  /** Writes what stands before the command that was just given to `whole`, and may be done again by itself. */
  before(write: () => void): void {
    const { places } = this.batch;
    // All that becomes of one that is divided may.
    if (this.present) return write();
    places?.parts(this.beginsAt);
    write();
    places?.command(this.readOffset);
  }

  /** Where it ends is known. */
  private told(present: LargeCommand | GatheredCommand | DividedCommand): void {
    const { places } = this.batch;
    if (present instanceof GatheredCommand) places?.command(this.readOffset);
    else if (present instanceof LargeCommand) places?.ended(this.readOffset);
  }

  private get readOffset(): number {
    return this.options.offsetAt(this.options.cursor.readPosition);
  }

  /**
   * All that is decided of it depends on its front, which is in view: it may go out before the rest is here.
   * @returns undefined where that is not so
   */
  private inParts(
    known: KnownCommand,
    args: number,
    db: number,
    at: number,
    atFirstKey: number,
  ): LargeCommand | undefined {
    const { row, action, older } = known;
    const { mem, to } = this.options.cursor;
    const { guard } = this.options;
    const { filter } = this.decisions;
    const keys = this.keysFrom(mem, atFirstKey, to, keysInFront(row));
    if (!keys || (row.keysTold && (guard || filter))) return undefined;
    if (filter) {
      const within = keys.filter((key) => filter.has(mem, key.from, key.to)).length;
      if (within === 0) return this.passing(known, args, undefined);
      if (within < keys.length) return undefined;
    }
    if (action === ACTION.RESTORE && this.opensValue(mem, atFirstKey, to)) return undefined;
    const front = older && largeFront(older, args, mem, at, to);
    if (older && !front) return undefined;
    const own = keys.filter((key) => isOwnKey(mem, key.from, key.to)).length;
    // What changes own keys alone is left out; others are decided whole.
    if (own > 0) return keys.length === 1 ? this.passing(known, args, undefined) : undefined;
    this.batch.prepare(db);
    if (guard) {
      this.batch.places?.parts(this.beginsAt);
      for (const key of keys) this.removeKept(db, mem, key);
      this.batch.places?.begun();
    }
    this.sink.passes(known);
    return this.passing(known, args, this.output, front);
  }

  private divided({ row }: KnownCommand, name: string, args: number, db: number): DividedCommand | undefined {
    const { parts } = row;
    if (!parts) return undefined;
    return new DividedCommand({
      ...{ name, args, parts },
      onPart: (part) => this.sink.whole(part, this.ranAtMs),
      passValue: (key) => this.passValue(key, db),
    });
  }

  /** SET of this key, with the value that comes next in the stream. */
  private passValue(key: Buffer, db: number): LargeCommand {
    const { filter } = this.decisions;
    const leftOut = isOwnKey(key, 0, key.length) || (filter && !filter.has(key, 0, key.length));
    const known = this.options.table.named('set')!;
    if (!leftOut) {
      this.batch.prepare(db);
      this.removeKept(db, key, { from: 0, to: key.length });
      this.sink.passes(known);
    }
    const passing = this.passing(known, 3, leftOut ? undefined : this.output);
    const front = Buffer.concat([bulk(Buffer.from('SET')), bulk(key)]);
    passing.push(front, 0, front.length);
    return passing;
  }

  private passing(
    { row }: KnownCommand,
    args: number,
    output: CommandOutput | undefined,
    front?: Front,
  ): LargeCommand {
    const { rewrite } = this.options;
    return new LargeCommand({
      ...{ output, rewrite, row, args, ranAtMs: this.ranAtMs },
      ...(front && { front }),
      ...(row.keysTold &&
        output && { onArgument: (mem, from, to) => this.decisions.refuseOwn(row, mem, from, to) }),
    });
  }

  private removeKept(db: number, mem: Buffer, { from, to }: Bounds): void {
    const { guard } = this.options;
    if (guard?.mayHold(db, mem, from, to)) guard.removeOnce(Buffer.from(mem.subarray(from, to)), this.output);
  }

  /** Whether a RESTORE may need another form, for which it has to be whole: its value is decoded, or REPLACE is not known. */
  private opensValue(mem: Buffer, at: number, to: number): boolean {
    if (!this.options.payloadsFit || !this.options.rewrite.abilities.restoreReplace) return true;
    let pos = at;
    for (let argument = 1; argument < 3; argument++) {
      const length = this.reader.head(mem, pos, to, DOLLAR);
      if (length < 0) return true;
      pos = this.reader.next + length + 2;
    }
    const length = this.reader.head(mem, pos, to, DOLLAR);
    return length < 0 || this.reader.next >= to || isOpened(mem[this.reader.next]!);
  }

  /** The keys among the arguments from `at` on; undefined where they are not all in view, or do not stand in front. */
  private keysFrom(
    mem: Buffer,
    at: number,
    to: number,
    places: KeysInFront | undefined,
  ): Bounds[] | undefined {
    if (!places) return undefined;
    const found: Bounds[] = [];
    let pos = at;
    for (let index = 1; index <= places.last; index++) {
      const length = this.reader.head(mem, pos, to, DOLLAR);
      const from = this.reader.next;
      if (length < 0 || from + length + 2 > to) return undefined;
      if (index >= places.first) found.push({ from, to: from + length });
      pos = from + length + 2;
    }
    return found;
  }
}

interface Bounds {
  readonly from: number;
  readonly to: number;
}
