import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { OwnKeys } from '../checkpoint/find-own-keys.ts';
import { tooFewDatabases } from '../control/too-few-databases.ts';
import { CommandReader } from '../protocol/resp/command-reader.ts';
import { ACTION, type CommandRow } from '../commands/command-row.ts';
import { databaseNumber } from '../commands/database-number.ts';
import type { KnownCommand } from '../commands/command-table.ts';
import type { CommandOutput } from '../protocol/resp/command-output.ts';
import { command } from '../protocol/resp/encode.ts';
import type { BatchWriter } from '../writer/batch-writer.ts';
import type { StreamPlaces } from '../writer/stream-places.ts';
import { CommandDecisions, type CommandDecisionsOptions } from './command-decisions.ts';
import type { LibraryCommands } from './library-commands.ts';
import type { KeptGuard } from './kept-guard.ts';
import { LARGE_COMMAND_BYTES, LargeCommands, type LargeCommandsOptions } from './large-commands.ts';
import type { StreamClock } from '../expiry/stream-clock.ts';
import { RewrittenCommands, type RewrittenCommandsOptions } from './rewritten-commands.ts';
import type { Clock } from '../world/clock.ts';

const LF = 10;
/** Commands that are copied as one run at most; a run also fits an output buffer. */
const RUN_COMMANDS = 1024;

export interface StreamApplierOptions
  extends CommandDecisionsOptions, RewrittenCommandsOptions, LargeCommandsOptions {
  readonly clock: StreamClock;
  readonly time: Clock;
  /** The source asks for an ACK of what has come up to here. */
  readonly onGetAck: () => void;
}

/** Reads commands from the spool and writes them into batches; what passes unchanged is copied in runs. */
export class StreamApplier {
  private readonly options: StreamApplierOptions;
  private readonly reader = new CommandReader();
  private readonly decisions: CommandDecisions;
  private readonly rewritten: RewrittenCommands;
  private readonly large: LargeCommands;
  private readonly batch: BatchWriter;
  private readonly places: StreamPlaces | undefined;
  private readonly output: CommandOutput;
  private inTransaction = false;
  private taken = true;
  /** The database that is selected in the source's stream, by its number on the target. */
  db: number;
  /** Fields of hashes that expire were written. */
  fieldExpiry = false;
  /** Writes that were read, whether they are passed on or not. */
  commandsRead = 0;
  commandsApplied = 0;
  /** The databases of the target whose own keys have to be known before the stream goes on; undefined most of the time. */
  ownKeysWanted: readonly number[] | 'all' | undefined;
  private ownKeys: OwnKeys | undefined;
  /**
   * Of a part: the databases of which the keys of its slots are to be removed, and `passFlush` called, before the stream goes on; undefined
   * most of the time.
   */
  flushWanted: readonly number[] | 'all' | undefined;
  private flushDone = false;
  bytesApplied = 0;

  constructor(
    options: StreamApplierOptions,
    batch: BatchWriter,
    output: CommandOutput,
    checkpoint: Checkpoint,
  ) {
    this.options = options;
    this.batch = batch;
    this.places = batch.places;
    this.output = output;
    this.decisions = new CommandDecisions(options);
    this.rewritten = new RewrittenCommands(options, this.decisions, batch, output);
    this.large = new LargeCommands(options, this.reader, this.decisions, batch, output, {
      whole: (bytes, ranAtMs) => this.writeWhole(bytes, ranAtMs),
      passes: (known) => {
        this.commandsApplied += 1;
        this.noteFieldExpiry(known.row);
      },
    });
    this.db = checkpoint.db;
    this.taken = options.databases.includes(this.db);
  }

  /** True where the stream may be cut: outside of a transaction and of a command, and in front of a flush of a part. */
  get atBoundary(): boolean {
    return (!this.inTransaction || this.flushWanted !== undefined) && !this.large.open;
  }

  /** What has become of the function libraries. */
  get libraries(): LibraryCommands {
    return this.rewritten.libraries;
  }

  /** See RewrittenCommands.keepsScripts. */
  get keepsScripts(): boolean {
    return this.rewritten.keepsScripts;
  }

  get inLargeCommand(): boolean {
    return this.large.open;
  }

  /** Takes the command that ends at this address of the spool's window without applying it. */
  leaveOut(upTo: number): void {
    this.commandsRead += 1;
    this.options.cursor.consume(upTo);
  }

  /** Begins to take a large command without applying it; `step` goes on with it. @returns as `step` */
  leaveOutLarge(): boolean {
    return this.beginLarge(false);
  }

  /** Commands that are not from the stream were written into the open batch. */
  wroteValues(commands: number, bytes: number): void {
    this.wrote(commands, bytes);
  }

  /**
   * Reads at most `most` commands, and from about `mostBytes` bytes, of the spool's window into the open batch; a command is
   * read whole, and a large one in parts of its own.
   * @returns false when nothing could be taken
   * @throws LockstepError for a command that cannot be passed on, or for what is no command
   */
  step(most: number, mostBytes = LARGE_COMMAND_BYTES): boolean {
    const { cursor } = this.options;
    const { mem, from, to } = cursor;
    if (from >= to) return false;
    if (this.large.open) return this.stepLarge();
    const { reader, decisions } = this;
    const { guard } = this.options;
    const { filter } = decisions;
    let at = from;
    let runFrom = from;
    let run = 0;
    const budget = Math.min(most, RUN_COMMANDS);
    const byteLimit = from + Math.min(mostBytes, LARGE_COMMAND_BYTES);
    let taken = 0;
    let frames = 0;
    while (at < to && taken < budget && at < byteLimit) {
      if (mem[at] === LF) {
        this.flushRun(mem, runFrom, at, run);
        at += 1;
        runFrom = at;
        run = 0;
        continue;
      }
      const next = reader.read(mem, at, to);
      if (next === 0) break;
      const known = decisions.look(mem, reader);
      if (filter !== undefined) {
        const flush = known.action === ACTION.FLUSHALL || known.action === ACTION.FLUSHDB;
        // Whatever is before a flush has to stand on the target first.
        if (flush && (at > from || this.waitsForFlush(known))) break;
        if (flush || filter.leavesOut(known, mem, reader)) {
          this.flushRun(mem, runFrom, at, run);
          run = 0;
          taken += 1;
          at = next;
          runFrom = at;
          continue;
        }
      }
      if (guard !== undefined && guard.concerns(known.row, this.db, mem, reader)) {
        this.flushRun(mem, runFrom, at, run);
        run = 0;
        runFrom = at;
        // By itself it may be done again, and a command across lanes has to be the first of its own.
        this.places?.parts(this.offsetAt(at));
        this.removeKept(guard, mem, reader);
      }
      if (this.taken && decisions.passes(known, mem, reader)) {
        taken += 1;
        at = next;
        run += 1;
        continue;
      }
      if (!this.knowsOwnKeys(known, mem)) break;
      taken += 1;
      this.flushRun(mem, runFrom, at, run);
      run = 0;
      this.places?.command(this.offsetAt(next));
      if (!this.special(known, mem, reader, undefined, at)) frames += 1;
      at = next;
      runFrom = at;
    }
    this.flushRun(mem, runFrom, at, run);
    this.commandsRead += taken - frames;
    if (at === from) return !this.waits && this.beginLarge(this.taken);
    cursor.consume(at);
    return true;
  }

  /** The names that were asked for by `ownKeysWanted`; they are used for the next command. undefined forgets them. */
  giveOwnKeys(ownKeys: OwnKeys | undefined): void {
    this.ownKeys = ownKeys;
    this.ownKeysWanted = undefined;
  }

  /** False for a flush or a swap until it is known which keys have to stay where they are. */
  private knowsOwnKeys(known: KnownCommand, mem: Buffer): boolean {
    const { action } = known;
    const reaching = action === ACTION.FLUSHALL || action === ACTION.FLUSHDB || action === ACTION.SWAPDB;
    if (!reaching || this.ownKeys !== undefined) return true;
    const databases = this.rewritten.ownKeysIn(known, mem, this.reader, this.db);
    if (databases.length === 0) return true;
    this.ownKeysWanted = databases;
    return false;
  }

  /** Something has to be found out or done before the stream goes on. */
  private get waits(): boolean {
    return this.ownKeysWanted !== undefined || this.flushWanted !== undefined;
  }

  /** The keys that `flushWanted` asks for are removed. */
  passFlush(): void {
    this.flushWanted = undefined;
    this.flushDone = true;
  }

  /** Removes keys of the target, as of where the stream stands. */
  removeKeys(db: number, keys: readonly Buffer[]): void {
    const bytes = command(this.options.abilities.lazyFree ? 'UNLINK' : 'DEL', ...keys);
    this.places?.parts(this.offsetAt(this.options.cursor.from));
    this.batch.prepare(db);
    this.output.reserve(Math.min(bytes.length, LARGE_COMMAND_BYTES));
    this.output.begin();
    this.output.copy(bytes, 0, bytes.length);
    this.wrote(1, bytes.length);
  }

  /** @throws LockstepError FLUSH_NEEDS_CONSENT */
  private waitsForFlush(known: KnownCommand): boolean {
    if (this.flushDone) {
      this.flushDone = false;
      return false;
    }
    const databases = this.rewritten.flushedIn(known, this.db);
    if (databases.length > 0) this.flushWanted = databases;
    return this.waits;
  }

  private removeKept(guard: KeptGuard, mem: Buffer, reader: CommandReader): void {
    this.countWrites(() => guard.write(this.db, mem, reader, this.batch, this.output));
  }

  private flushRun(mem: Buffer, from: number, to: number, commands: number): void {
    if (commands === 0) return;
    this.places?.run(this.offsetAt(from));
    this.passOn(mem, from, to, commands);
  }

  /** Writes commands that go out as they are. */
  private passOn(mem: Buffer, from: number, to: number, commands: number): void {
    this.batch.prepare(this.db);
    this.output.reserve(to - from);
    this.output.beginMany(commands);
    this.output.copy(mem, from, to);
    this.wrote(commands, to - from);
  }

  /** @returns whether it was a write, and not only what stands around writes or keeps the link alive */
  private special(
    known: KnownCommand,
    mem: Buffer,
    reader: CommandReader,
    ranAtMs: number | undefined,
    at = 0,
  ): boolean {
    switch (known.action) {
      case ACTION.SELECT:
        this.select(mem.toString('latin1', reader.from[1]!, reader.to[1]!));
        return false;
      case ACTION.MULTI:
        this.inTransaction = true;
        this.places?.transaction(true);
        return false;
      case ACTION.EXEC:
        this.inTransaction = false;
        this.places?.transaction(false);
        return false;
      case ACTION.REPLCONF:
        if (reader.count > 1 && /^getack$/i.test(mem.toString('latin1', reader.from[1]!, reader.to[1]!)))
          this.options.onGetAck();
        return false;
      case ACTION.DROP:
      case ACTION.CLUSTER:
        return false;
      default:
        this.writeSpecial(known, mem, reader, ranAtMs ?? this.ranAtMs(at));
        return true;
    }
  }

  private select(text: string): void {
    const { databases, targetDatabases } = this.options;
    this.db = databases.targetDb(databaseNumber(text, 'SELECT'));
    this.taken = databases.includes(this.db);
    if (this.taken && this.db >= targetDatabases) throw tooFewDatabases(databases, this.db, targetDatabases);
  }

  private writeSpecial(known: KnownCommand, mem: Buffer, reader: CommandReader, ranAtMs: number): void {
    const { db, taken, ownKeys } = this;
    this.countWrites(() =>
      this.rewritten.write({ known, mem, reader, db, taken, ranAtMs, ...(ownKeys ? { ownKeys } : {}) }),
    );
    this.ownKeys = undefined;
    if (taken) this.noteFieldExpiry(known.row);
  }

  private noteFieldExpiry({ expiry }: CommandRow): void {
    if (this.rewritten.restoredFieldExpiry) this.fieldExpiry = true;
    // What a target without it is sent instead has none.
    if (expiry?.of === 'fields' && this.options.rewrite.abilities.fieldExpiry) this.fieldExpiry = true;
  }

  private beginLarge(taken: boolean): boolean {
    const { from, to } = this.options.cursor;
    if (to - from < LARGE_COMMAND_BYTES) return false;
    this.large.begin(this.db, taken, this.ranAtMs(from));
    this.commandsRead += 1;
    return true;
  }

  private stepLarge(): boolean {
    const { taken, passed } = this.large.step();
    this.bytesApplied += passed;
    this.batch.wrote(passed);
    return taken > 0 || !this.large.open;
  }

  /** The same decisions as for any other command; its reader is let go of, since it has grown with the command. */
  private writeWhole(mem: Buffer, ranAtMs: number): void {
    const reader = new CommandReader();
    reader.read(mem, 0, mem.length);
    const known = this.decisions.look(mem, reader);
    if (this.decisions.filter?.leavesOut(known, mem, reader)) return;
    const { guard } = this.options;
    if (guard?.concerns(known.row, this.db, mem, reader))
      this.large.before(() => this.removeKept(guard, mem, reader));
    if (this.taken && this.decisions.passes(known, mem, reader)) this.passOn(mem, 0, mem.length, 1);
    else this.special(known, mem, reader, ranAtMs);
  }

  private countWrites(write: () => void): void {
    const { commands, bytes } = this.output;
    write();
    this.wrote(this.output.commands - commands, this.output.bytes - bytes);
  }

  private wrote(commands: number, bytes: number): void {
    this.commandsApplied += commands;
    this.bytesApplied += bytes;
    this.batch.wrote(bytes);
  }

  /** When the source ran the command at this address of the window, by its clock. */
  private ranAtMs(address: number): number {
    const { clock, time } = this.options;
    return clock.ranAt(this.offsetAt(address), time.now());
  }

  /** The stream's offset at this address of the window. */
  private offsetAt(address: number): number {
    const { cursor, offsetAt } = this.options;
    return offsetAt(cursor.readPosition + (address - cursor.from));
  }
}
