import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { CommandOutput } from '../protocol/resp/command-output.ts';
import type { CommandReader } from '../protocol/resp/command-reader.ts';
import { ACTION, type Action } from '../commands/command-row.ts';
import type { CommandTable, KnownCommand } from '../commands/command-table.ts';
import type { ExpiryRewriteOptions } from './expiry-rewrite.ts';
import { findLargeLimit } from '../commands/limit-option.ts';
import { hasOneKeyFirst } from '../commands/one-key.ts';
import { isOwnKey } from '../commands/own-keys.ts';
import type { Spool } from '../log/spool.ts';
import type { ExecWriter } from '../writer/exec-writer.ts';
import { OF_DATABASES, type KeptGuard } from './kept-guard.ts';
import type { CommandDecisions } from './command-decisions.ts';
import { GatheredCommand } from './gathered-command.ts';
import { isOpened } from './restored-values.ts';
import { LargeCommand } from './large-command.ts';

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
  readonly spool: Spool;
  readonly table: CommandTable;
  readonly rewrite: ExpiryRewriteOptions;
  /** Where the target held keys before the task. */
  readonly guard: KeptGuard | undefined;
  /** The target takes every payload that the source may send in RESTORE. */
  readonly payloadsFit: boolean;
}

/** A large command that was gathered, to be decided like any other. */
export interface WholeCommand {
  readonly mem: Buffer;
  readonly ranAtMs: number;
}

/** Takes commands from the spool that are too large to be held, one at a time and in parts. */
export class LargeCommands {
  private readonly options: LargeCommandsOptions;
  private readonly reader: CommandReader;
  private readonly decisions: CommandDecisions;
  private readonly batch: ExecWriter;
  private readonly output: CommandOutput;
  private present: LargeCommand | GatheredCommand | undefined;
  private ranAtMs = 0;

  constructor(
    options: LargeCommandsOptions,
    reader: CommandReader,
    decisions: CommandDecisions,
    batch: ExecWriter,
    output: CommandOutput,
  ) {
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
   * @returns it if parts of it go to the target, undefined if not, or not yet
   * @throws LockstepError for a command that cannot be passed on, or for what is no command
   */
  begin(db: number, taken: boolean, ranAtMs: number): KnownCommand | undefined {
    const { spool, table, rewrite } = this.options;
    const { mem, from, to } = spool;
    const args = this.reader.head(mem, from, to, STAR);
    const afterHead = this.reader.next;
    // Only the name and the first key are looked at; both are there unless the key itself is enormous.
    const nameLength = this.reader.head(mem, afterHead, to, DOLLAR);
    const nameFrom = this.reader.next;
    const nameTo = nameFrom + nameLength;
    if (args < 1 || nameLength < 0 || nameTo > to)
      throw new LockstepError('SOURCE_PROTOCOL', 'a command has no name');
    const known = table.find(mem, nameFrom, nameTo);
    const name = mem.toString('latin1', nameFrom, nameTo);
    if (!known || known.action === ACTION.FORBIDDEN)
      throw new LockstepError(
        'COMMAND_UNSUPPORTED',
        `the source sent ${name}: ${known ? 'that one is not carried' : 'neither this release nor the target lists it as a write'}`,
      );
    this.decisions.checkCount(known, args);
    if (OF_DATABASES.has(known.action))
      throw new LockstepError('SOURCE_PROTOCOL', `the stream holds ${name} with ${to - from} bytes or more`);
    const key = this.firstKey(mem, nameTo + 2, to);
    const opened = known.action === ACTION.RESTORE && this.opensValue(mem, nameTo + 2, to);
    spool.consume(afterHead);
    const leftOut = known.action === ACTION.DROP || (!taken && !REACHING.has(known.action));
    if (!leftOut && (opened || !goesInParts(known, key))) {
      this.ranAtMs = ranAtMs;
      this.present = new GatheredCommand(name, args);
      return undefined;
    }
    const drop = leftOut || isOwnKey(mem, key!.from, key!.to);
    if (!drop) {
      this.batch.prepare(db);
      this.removeKept(db, mem, key!);
    }
    const limited = known.action === ACTION.ADAPT_LIMIT;
    this.present = new LargeCommand({
      output: drop ? undefined : this.output,
      rewrite,
      action: known.action,
      args,
      ranAtMs,
      name: known.older?.name,
      leftOut: limited ? findLargeLimit(this.reader, mem, afterHead, to) : -1,
    });
    return drop ? undefined : known;
  }

  /**
   * Goes on with the one that is under way; one that was gathered is given to `onWhole` when its last byte is there.
   * @returns how many bytes were taken
   */
  step(onWhole: (command: WholeCommand) => void): number {
    const { spool } = this.options;
    const { mem, from, to } = spool;
    const present = this.present!;
    const at = present.push(mem, from, Math.min(to, from + LARGE_COMMAND_BYTES));
    if (present.done) this.present = undefined;
    if (at > from) spool.consume(at);
    if (present.done && present instanceof GatheredCommand)
      onWhole({ mem: present.whole, ranAtMs: this.ranAtMs });
    return at - from;
  }

  /** What is under way goes to the target as it comes. */
  get passing(): boolean {
    return this.present instanceof LargeCommand;
  }

  private removeKept(db: number, mem: Buffer, { from, to }: Bounds): void {
    const { guard } = this.options;
    if (guard?.mayHold(db, mem, from, to)) guard.removeOnce(Buffer.from(mem.subarray(from, to)), this.output);
  }

  /** Whether the value of a RESTORE may have to be decoded, for which it has to be whole. */
  private opensValue(mem: Buffer, at: number, to: number): boolean {
    if (!this.options.payloadsFit) return true;
    let pos = at;
    for (let argument = 1; argument < 3; argument++) {
      const length = this.reader.head(mem, pos, to, DOLLAR);
      if (length < 0) return true;
      pos = this.reader.next + length + 2;
    }
    const length = this.reader.head(mem, pos, to, DOLLAR);
    return length < 0 || this.reader.next >= to || isOpened(mem[this.reader.next]!);
  }

  /** Argument 1, undefined where it is not in view: it is enormous itself. */
  private firstKey(mem: Buffer, at: number, to: number): Bounds | undefined {
    const length = this.reader.head(mem, at, to, DOLLAR);
    const from = this.reader.next;
    return length >= 0 && from + length <= to ? { from, to: from + length } : undefined;
  }
}

interface Bounds {
  readonly from: number;
  readonly to: number;
}

/** All that is decided of it depends on its first key: it may go out before the rest is here. Any other is gathered. */
function goesInParts({ row, action, older }: KnownCommand, key: Bounds | undefined): boolean {
  const sameForm = older === undefined || older.name !== undefined || action === ACTION.ADAPT_LIMIT;
  return key !== undefined && hasOneKeyFirst(row) && sameForm;
}
