import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import type { Checkpoint } from '../../checkpoint/checkpoint.ts';
import { tooFewDatabases } from '../../precheck/database-check.ts';
import { CommandReader } from '../../protocol/resp/command-reader.ts';
import { printable } from '../../protocol/resp/describe-command.ts';
import { CommandAdapter } from '../../route/command-adapter.ts';
import { findLargeLimit, mayHaveLimit } from '../../route/limit-option.ts';
import { ACTION, type Action, type CommandTable } from '../../route/command-table.ts';
import { ExpiryRewrite, type ExpiryRewriteOptions } from '../../route/expiry-rewrite.ts';
import { HeldScripts } from '../../route/held-scripts.ts';
import { isOwnKey } from '../../route/own-keys.ts';
import type { Spool } from '../../spool/spool.ts';
import type { CommandOutput } from '../../protocol/resp/command-output.ts';
import type { BatchWriter } from './batch-writer.ts';
import { DatabaseCommands, type DatabaseCommandsOptions } from './database-commands.ts';
import type { KeptGuard } from './kept-guard.ts';
import { LargeCommand } from './large-command.ts';
import type { ReceiveClock } from './receive-clock.ts';

const LF = 10;
const STAR = 42;
/** A command larger than this is passed through in parts. At most the headroom of a spool chunk. */
export const LARGE_COMMAND_BYTES = 256 * 1024;
/** Commands that are copied as one run at most; a run also fits an output buffer. */
const RUN_COMMANDS = 1024;

export interface StreamApplierOptions extends DatabaseCommandsOptions {
  readonly spool: Spool;
  readonly table: CommandTable;
  readonly rewrite: ExpiryRewriteOptions;
  /** See TargetAbilities.version. */
  readonly targetVersion: number;
  readonly clock: ReceiveClock;
  /** How far the target's clock is ahead of this machine's: a time that remains is to remain on the target. */
  readonly clockAheadMs: number;
  /** Where the target held keys before the task. */
  readonly guard: KeptGuard | undefined;
  /** The source asks for an ACK of what has come up to here. */
  readonly onGetAck: () => void;
}

/** Reads commands from the spool and writes them into batches; what passes unchanged is copied in runs. */
export class StreamApplier {
  private readonly options: StreamApplierOptions;
  private readonly reader = new CommandReader();
  private readonly rewrite: ExpiryRewrite;
  private readonly adapter: CommandAdapter;
  private readonly databases: DatabaseCommands;
  private readonly scripts = new HeldScripts();
  private readonly batch: BatchWriter;
  private readonly output: CommandOutput;
  private large: LargeCommand | undefined;
  private inTransaction = false;
  private taken = true;
  /** The database that is selected in the source's stream. */
  db: number;
  /** Fields of hashes that expire were written. */
  fieldExpiry = false;
  commandsRead = 0;
  commandsApplied = 0;
  bytesApplied = 0;

  constructor(
    options: StreamApplierOptions,
    batch: BatchWriter,
    output: CommandOutput,
    checkpoint: Checkpoint,
  ) {
    this.options = options;
    this.batch = batch;
    this.output = output;
    this.rewrite = new ExpiryRewrite(options.rewrite);
    this.adapter = new CommandAdapter(options.targetVersion);
    this.databases = new DatabaseCommands(options, batch, output);
    this.db = checkpoint.db;
    this.taken = options.databases.includes(this.db);
  }

  /** True where the stream may be cut: outside of a transaction and of a command. */
  get atBoundary(): boolean {
    return !this.inTransaction && this.large === undefined;
  }

  get inLargeCommand(): boolean {
    return this.large !== undefined;
  }

  /** Takes the command that ends at this address of the spool's window without applying it. */
  leaveOut(upTo: number): void {
    this.commandsRead += 1;
    this.options.spool.consume(upTo);
  }

  /** Begins to take a large command without applying it; `step` goes on with it. @returns as `step` */
  leaveOutLarge(): boolean {
    const { mem, from, to } = this.options.spool;
    return this.beginLarge(mem, from, to, true);
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
    const { spool } = this.options;
    const { mem, from, to } = spool;
    if (from >= to) return false;
    if (this.large) return this.stepLarge(this.large);
    const { reader } = this;
    const { guard } = this.options;
    let at = from;
    let runFrom = from;
    let run = 0;
    const budget = Math.min(most, RUN_COMMANDS);
    const byteLimit = from + Math.min(mostBytes, LARGE_COMMAND_BYTES);
    let taken = 0;
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
      taken += 1;
      const action = this.options.table.find(mem, reader.from[0]!, reader.to[0]!);
      if (guard !== undefined && this.taken && guard.concerns(this.db, mem, reader)) {
        this.flushRun(mem, runFrom, at, run);
        run = 0;
        runFrom = at;
        this.removeKept(guard, mem);
      }
      if (this.passes(action, mem)) {
        at = next;
        run += 1;
        continue;
      }
      this.flushRun(mem, runFrom, at, run);
      run = 0;
      this.special(action, mem, at);
      at = next;
      runFrom = at;
    }
    this.flushRun(mem, runFrom, at, run);
    this.commandsRead += taken;
    if (at === from) return this.beginLarge(mem, from, to);
    spool.consume(at);
    return true;
  }

  /** The common case: a write that goes out as it came. */
  private passes(action: Action, mem: Buffer): boolean {
    if (!this.taken) return false;
    const { reader } = this;
    if (action === ACTION.PASS || (action === ACTION.SET && reader.count === 3)) {
      return reader.count < 2 || !isOwnKey(mem, reader.from[1]!, reader.to[1]!);
    }
    if (action === ACTION.PASS_NO_KEY) return true;
    if (action === ACTION.PASS_KEYS) return !this.hasOwnKey(mem);
    if (action === ACTION.ADAPT_LIMIT)
      return !mayHaveLimit(mem, reader) && !isOwnKey(mem, reader.from[1]!, reader.to[1]!);
    const key = action === ACTION.PASS_KEY_2 ? 2 : action === ACTION.PASS_KEY_3 ? 3 : 0;
    return key > 0 && (reader.count <= key || !isOwnKey(mem, reader.from[key]!, reader.to[key]!));
  }

  private removeKept(guard: KeptGuard, mem: Buffer): void {
    this.countWrites(() => {
      this.batch.prepare(this.db);
      guard.write(this.db, mem, this.reader, this.output);
    });
  }

  private flushRun(mem: Buffer, from: number, to: number, commands: number): void {
    if (commands === 0) return;
    this.batch.prepare(this.db);
    this.output.reserve(to - from);
    this.output.beginMany(commands);
    this.output.copy(mem, from, to);
    this.wrote(commands, to - from);
  }

  private special(action: Action, mem: Buffer, at: number): void {
    const { reader } = this;
    switch (action) {
      case ACTION.SELECT:
        this.db = Number(mem.toString('latin1', reader.from[1]!, reader.to[1]!));
        this.taken = this.options.databases.includes(this.db);
        if (this.taken && this.db >= this.options.targetDatabases)
          throw tooFewDatabases(this.db, this.options.targetDatabases);
        return;
      case ACTION.MULTI:
        this.inTransaction = true;
        return;
      case ACTION.EXEC:
        this.inTransaction = false;
        return;
      case ACTION.REPLCONF:
        if (reader.count > 1 && /^getack$/i.test(mem.toString('latin1', reader.from[1]!, reader.to[1]!)))
          this.options.onGetAck();
        return;
      case ACTION.DROP:
        return;
      case ACTION.UNKNOWN:
      case ACTION.FORBIDDEN:
        throw new LockstepError('COMMAND_UNSUPPORTED', `the source sent ${this.name(action, mem)}`);
      case ACTION.FLUSHALL:
      case ACTION.FLUSHDB:
      case ACTION.SWAPDB:
      case ACTION.MOVE:
      case ACTION.COPY:
        this.countWrites(() => this.databases.apply(action, mem, at, reader, this.db));
        return;
      case ACTION.PASS_KEYS:
      case ACTION.UNLINK_AS_DEL:
        if (this.taken) this.countWrites(() => this.passForeignKeys(mem, action === ACTION.UNLINK_AS_DEL));
        return;
      case ACTION.ADAPT:
      case ACTION.ADAPT_LIMIT:
        if (this.taken) this.countWrites(() => this.adapt(mem));
        return;
      case ACTION.SCRIPT:
        this.scripts.script(this.words(mem));
        if (this.taken) this.countWrites(() => this.adapt(mem));
        return;
      case ACTION.EVAL:
        if (this.taken && !this.ownFirstKey(action, mem)) this.countWrites(() => this.runScript(mem, at));
        return;
      default:
        if (!this.taken || this.ownFirstKey(action, mem)) return;
        this.noteFieldExpiry(action);
        this.countWrites(() => {
          this.batch.prepare(this.db);
          const receivedAtMs = this.receivedAtMs(at);
          this.rewrite.write(action, mem, reader, this.output, receivedAtMs);
        });
    }
  }

  /** DEL and its like without the tool's own keys, which another Lockstep wrote on the source. */
  private passForeignKeys(mem: Buffer, asDel: boolean): void {
    const { reader } = this;
    const words: (string | Buffer)[] = [
      asDel ? 'DEL' : Buffer.from(mem.subarray(reader.from[0]!, reader.to[0]!)),
    ];
    for (let i = 1; i < reader.count; i++) {
      const from = reader.from[i]!;
      const to = reader.to[i]!;
      if (!isOwnKey(mem, from, to)) words.push(Buffer.from(mem.subarray(from, to)));
    }
    if (words.length > 1) this.databases.send(this.db, words);
  }

  /** A copy of the command that was just read. */
  private words(mem: Buffer): Buffer[] {
    const { from, to, count } = this.reader;
    return Array.from({ length: count }, (_, i) => Buffer.from(mem.subarray(from[i]!, to[i]!)));
  }

  private runScript(mem: Buffer, at: number): void {
    const { holdMs } = this.options.rewrite;
    for (const words of this.scripts.run(this.words(mem), this.receivedAtMs(at), holdMs))
      this.databases.send(this.db, words);
  }

  private adapt(mem: Buffer): void {
    const { adapter } = this;
    const given = this.words(mem);
    const key = given[adapter.keyIndex(given)];
    if (key && isOwnKey(key, 0, key.length)) return;
    for (const words of adapter.adapt(given)) this.databases.send(this.db, words);
  }

  private noteFieldExpiry(action: Action): void {
    if ((action >= ACTION.HEXPIRE && action <= ACTION.HPEXPIREAT) || action === ACTION.FIELD_EXPIRY_OPTION)
      this.fieldExpiry = true;
  }

  private hasOwnKey(mem: Buffer): boolean {
    const { reader } = this;
    for (let i = 1; i < reader.count; i++) if (isOwnKey(mem, reader.from[i]!, reader.to[i]!)) return true;
    return false;
  }

  private ownFirstKey(action: Action, mem: Buffer): boolean {
    const { reader } = this;
    const key =
      action === ACTION.PASS_KEY_2 ? 2 : action === ACTION.PASS_KEY_3 || action === ACTION.EVAL ? 3 : 1;
    return reader.count > key && isOwnKey(mem, reader.from[key]!, reader.to[key]!);
  }

  private beginLarge(mem: Buffer, from: number, to: number, leaveOut = false): boolean {
    if (to - from < LARGE_COMMAND_BYTES) return false;
    const args = this.reader.head(mem, from, to, STAR);
    const afterHead = this.reader.next;
    // Only the name and the first key are looked at; both are there unless the key itself is enormous.
    const nameLength = this.reader.head(mem, afterHead, to, 36);
    const nameFrom = this.reader.next;
    if (args < 1 || nameLength < 0 || nameFrom + nameLength > to)
      throw new LockstepError('SOURCE_PROTOCOL', 'a command has no name');
    const action = this.options.table.find(mem, nameFrom, nameFrom + nameLength);
    if (action === ACTION.UNKNOWN || action === ACTION.FORBIDDEN) {
      throw new LockstepError(
        'COMMAND_UNSUPPORTED',
        `the source sent ${mem.toString('latin1', nameFrom, nameFrom + nameLength)}`,
      );
    }
    const drop =
      leaveOut ||
      !this.taken ||
      action === ACTION.DROP ||
      this.largeOwnKey(mem, nameFrom + nameLength + 2, to);
    if (!drop) {
      this.batch.prepare(this.db);
      this.guardLarge(mem, nameFrom + nameLength + 2, to);
      this.noteFieldExpiry(action);
    }
    const receivedAtMs = this.receivedAtMs(from);
    this.large = new LargeCommand({
      output: drop ? undefined : this.output,
      rewrite: this.options.rewrite,
      action,
      args,
      receivedAtMs,
      clockAheadMs: this.options.clockAheadMs,
      name: this.adapter.largeName(mem.toString('latin1', nameFrom, nameFrom + nameLength)),
      leftOut:
        action === ACTION.ADAPT || action === ACTION.ADAPT_LIMIT
          ? findLargeLimit(this.reader, mem, afterHead, to)
          : -1,
    });
    if (!drop) this.commandsApplied += 1;
    this.commandsRead += 1;
    this.options.spool.consume(afterHead);
    return true;
  }

  /** Of a large command only the first key is looked at. */
  private guardLarge(mem: Buffer, at: number, to: number): void {
    const { guard } = this.options;
    const length = this.reader.head(mem, at, to, 36);
    const from = this.reader.next;
    if (!guard || length < 0 || from + length > to) return;
    if (guard.mayHold(this.db, mem, from, from + length)) {
      guard.removeOnce(Buffer.from(mem.subarray(from, from + length)), this.output);
    }
  }

  private largeOwnKey(mem: Buffer, at: number, to: number): boolean {
    const length = this.reader.head(mem, at, to, 36);
    return (
      length >= 0 &&
      this.reader.next + length <= to &&
      isOwnKey(mem, this.reader.next, this.reader.next + length)
    );
  }

  private stepLarge(large: LargeCommand): boolean {
    const { spool } = this.options;
    const { mem, from, to } = spool;
    const at = large.push(mem, from, Math.min(to, from + LARGE_COMMAND_BYTES));
    this.bytesApplied += at - from;
    this.batch.wrote(at - from);
    if (large.done) this.large = undefined;
    if (at > from) spool.consume(at);
    return at > from || this.large === undefined;
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

  /** By the target's clock. */
  private receivedAtMs(address: number): number {
    const { spool, clock, clockAheadMs } = this.options;
    return clock.at(spool.readPosition + (address - spool.from), Date.now()) + clockAheadMs;
  }

  /** The command's name and, where that can be no secret, its first argument, which is most often a key. */
  private name(action: Action, mem: Buffer): string {
    const { from, to, count } = this.reader;
    const name = printable(mem, from[0]!, to[0]!);
    return action === ACTION.UNKNOWN && count > 1 ? `${name} ${printable(mem, from[1]!, to[1]!)}` : name;
  }
}
