import { CHECKPOINT_DB, keptKeysKey } from '../checkpoint/checkpoint.ts';
import { scriptTextsKey } from '../checkpoint/script-texts.ts';
import type { OwnKeys } from '../checkpoint/find-own-keys.ts';
import { ACTION } from '../commands/command-row.ts';
import type { TargetAbilities } from '../control/target-abilities.ts';
import type { KnownCommand } from '../commands/command-table.ts';
import { OUTPUT_BYTES, type CommandOutput } from '../protocol/resp/command-output.ts';
import { CommandReader } from '../protocol/resp/command-reader.ts';
import { command } from '../protocol/resp/encode.ts';
import type { BatchWriter } from '../writer/batch-writer.ts';
import type { CommandDecisions } from './command-decisions.ts';
import { DatabaseCommands, type DatabaseCommandsOptions } from './database-commands.ts';
import { ExpiryRewrite, type ExpiryRewriteOptions } from './expiry-rewrite.ts';
import { HeldScripts } from './held-scripts.ts';
import { RestoredValues } from './restored-values.ts';
import { LibraryCommands, type LibraryCommandsOptions } from './library-commands.ts';

const NO_KEYS: OwnKeys = new Map();

export interface RewrittenCommandsOptions extends DatabaseCommandsOptions, LibraryCommandsOptions {
  readonly rewrite: ExpiryRewriteOptions;
  readonly abilities: TargetAbilities;
  /** See TargetAbilities.version; of the source. */
  readonly sourceVersion: number;
  /** The scripts that the source may name by their hash. */
  readonly scriptTexts: ReadonlyMap<string, Buffer>;
}

/** A command, and where it was read. */
export interface ReadCommand {
  readonly known: KnownCommand;
  readonly mem: Buffer;
  readonly reader: CommandReader;
  /** The database that it runs in, and whether the task takes that. */
  readonly db: number;
  readonly taken: boolean;
  /** When the source ran it, by its clock. */
  readonly ranAtMs: number;
  /** The target's, for what `ownKeysIn` asks for them. */
  readonly ownKeys?: OwnKeys;
}

/** Commands of the stream that do not go out as they came. */
export class RewrittenCommands {
  private readonly options: RewrittenCommandsOptions;
  private readonly decisions: CommandDecisions;
  private readonly batch: BatchWriter;
  private readonly output: CommandOutput;
  private readonly rewrite: ExpiryRewrite;
  private readonly databases: DatabaseCommands;
  private readonly scripts: HeldScripts;
  /** Of what is left of a command without own keys. */
  private readonly leftReader = new CommandReader();
  readonly libraries: LibraryCommands;
  private readonly restored: RestoredValues;
  /** Fields of hashes that expire came in a value that was restored. */
  restoredFieldExpiry = false;

  constructor(
    options: RewrittenCommandsOptions,
    decisions: CommandDecisions,
    batch: BatchWriter,
    output: CommandOutput,
  ) {
    this.options = options;
    this.decisions = decisions;
    this.batch = batch;
    this.output = output;
    this.rewrite = new ExpiryRewrite(options.rewrite);
    this.databases = new DatabaseCommands(options, batch, output);
    this.libraries = new LibraryCommands(options);
    const { arena, abilities } = options;
    const databases = options.databases.byTarget;
    const { lateness } = options.rewrite;
    this.restored = new RestoredValues({
      ...{ arena, databases, abilities, lateness, follows: true, primaryClock: true },
      // A batch becomes visible in one step, and the guard has looked at the name.
      ...{ beganAtMs: 0, buildKey: undefined, keptKeys: undefined },
    });
    this.scripts = new HeldScripts({
      ...options,
      keptKeys: options.guard && keptKeysKey(options.task),
      declaredOnly: decisions.filter !== undefined,
      textsKey: scriptTextsKey(options.task),
      texts: options.scriptTexts,
    });
  }

  /** Scripts are kept on the target. */
  get keepsScripts(): boolean {
    return this.scripts.keepsTexts;
  }

  /** Writes into the open batch what the target is sent for the command, if anything. @throws LockstepError */
  write(read: ReadCommand): void {
    const { known, mem, reader, db, taken } = read;
    const { action } = known;
    switch (action) {
      case ACTION.FLUSHALL:
      case ACTION.FLUSHDB:
      case ACTION.SWAPDB:
        // Beside the present database they may reach one that is taken.
        return this.databases.apply(action, mem, reader, db, this.stayingKeys(read.ownKeys));
      case ACTION.MOVE:
      case ACTION.COPY:
        if (this.decisions.namesOwnKey(known, mem, reader)) return this.writeLeft(read);
        return this.databases.apply(action, mem, reader, db, NO_KEYS);
      case ACTION.FUNCTION:
        // Libraries belong to no database.
        for (const sent of this.libraries.forms(words(mem, reader))) this.databases.send(CHECKPOINT_DB, sent);
        return;
      case ACTION.EVAL:
        return this.runScript(read);
      case ACTION.SCRIPT:
        this.scripts.script(words(mem, reader));
        this.noteScripts();
        if (taken) this.adapt(read);
        return;
      default:
        if (!taken) return;
        if (this.decisions.namesOwnKey(known, mem, reader)) this.writeLeft(read);
        else this.writeTaken(read);
    }
  }

  /** See DatabaseCommands.ownKeysIn. */
  ownKeysIn(known: KnownCommand, mem: Buffer, reader: CommandReader, db: number): readonly number[] | 'all' {
    return this.databases.ownKeysIn(known.action, mem, reader, db);
  }

  /** See DatabaseCommands.flushedIn. */
  flushedIn(known: KnownCommand, db: number): readonly number[] | 'all' {
    return this.databases.flushedIn(known.row, db);
  }

  /** Scripts may have been noted in the batch that is open, where nobody else can see them yet. */
  private stayingKeys(found: OwnKeys = NO_KEYS): OwnKeys {
    if (!this.scripts.keepsTexts) return found;
    const texts = Buffer.from(scriptTextsKey(this.options.task));
    const there = found.get(CHECKPOINT_DB) ?? [];
    if (there.some((name) => name.equals(texts))) return found;
    return new Map([...found, [CHECKPOINT_DB, [...there, texts]]]);
  }

  private writeTaken(read: ReadCommand): void {
    const { known, mem, reader, db, ranAtMs } = read;
    switch (known.action) {
      case ACTION.PASS:
        return this.databases.send(db, words(mem, reader));
      case ACTION.ADAPT:
      case ACTION.ADAPT_LIMIT:
        return this.adapt(read);
      default:
        if (known.action === ACTION.RESTORE && this.writeRestored(read)) return;
        this.batch.prepare(db);
        this.rewrite.write(known.row, mem, reader, this.output, ranAtMs);
    }
  }

  /** @returns false where the payload goes to the target as it is */
  private writeRestored({ mem, reader, db, ranAtMs }: ReadCommand): boolean {
    const value = this.restored.commands(words(mem, reader), db, ranAtMs);
    if (!value) return false;
    // The value begins and ends in this database.
    this.batch.prepare(CHECKPOINT_DB);
    this.output.reserve(Math.min(value.bytes, OUTPUT_BYTES));
    this.output.beginMany(value.commands);
    for (const part of value.parts) this.output.copy(part, 0, part.length);
    if (value.fieldExpiry) this.restoredFieldExpiry = true;
    return true;
  }

  /** What is left of a command without the tool's own keys goes the way of any other. */
  private writeLeft(read: ReadCommand): void {
    for (const left of this.decisions.withoutOwn(read.known, read.mem, read.reader, read.db)) {
      const mem = command(...left);
      const reader = this.leftReader;
      reader.read(mem, 0, mem.length);
      this.writeTaken({ ...read, known: this.decisions.look(mem, reader), mem, reader });
    }
  }

  private runScript({ mem, reader, db, taken, ranAtMs }: ReadCommand): void {
    const { lateness } = this.options.rewrite;
    const given = words(mem, reader);
    if (!taken) this.scripts.leaveOut(given, db);
    const commands = taken ? this.scripts.run(given, db, ranAtMs, lateness) : [];
    this.noteScripts();
    for (const sent of commands) this.databases.send(db, sent);
  }

  private noteScripts(): void {
    for (const sent of this.scripts.takeNotes()) this.databases.send(CHECKPOINT_DB, sent);
  }

  private adapt({ known, mem, reader, db }: ReadCommand): void {
    const given = words(mem, reader);
    for (const sent of known.older?.adapt(given) ?? [given]) this.databases.send(db, sent);
  }
}

/** A copy of the command that was just read. */
function words(mem: Buffer, { from, to, count }: CommandReader): Buffer[] {
  return Array.from({ length: count }, (_, i) => Buffer.from(mem.subarray(from[i]!, to[i]!)));
}
