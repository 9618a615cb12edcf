import type { CommandOutput } from '../protocol/resp/command-output.ts';
import type { CommandReader } from '../protocol/resp/command-reader.ts';
import type { CommandAdapter } from '../commands/command-adapter.ts';
import { ACTION, type Action } from '../commands/command-table.ts';
import { ExpiryRewrite, type ExpiryRewriteOptions } from './expiry-rewrite.ts';
import { HeldScripts } from './held-scripts.ts';
import { CHECKPOINT_DB, keptKeysKey } from '../checkpoint/checkpoint.ts';
import { scriptTextsKey } from '../checkpoint/script-texts.ts';
import type { KeptGuard } from './kept-guard.ts';
import { isOwnKey } from '../commands/own-keys.ts';
import type { ExecWriter } from '../writer/exec-writer.ts';
import { DatabaseCommands, type DatabaseCommandsOptions } from './database-commands.ts';

export interface RewrittenCommandsOptions extends DatabaseCommandsOptions {
  readonly rewrite: ExpiryRewriteOptions;
  /** See TargetAbilities.version; of the source. */
  readonly sourceVersion: number;
  /** The scripts that the source may name by their hash. */
  readonly scriptTexts: ReadonlyMap<string, Buffer>;
  /** Where the target held keys before the task. */
  readonly guard: KeptGuard | undefined;
}

/** The command that was just read, and where it was read. */
export interface ReadCommand {
  readonly action: Action;
  readonly mem: Buffer;
  /** The database that it runs in, and whether the task takes that. */
  readonly db: number;
  readonly taken: boolean;
  /** By the target's clock. */
  readonly receivedAtMs: number;
}

/** Commands of the stream that do not go out as they came. */
export class RewrittenCommands {
  private readonly options: RewrittenCommandsOptions;
  private readonly reader: CommandReader;
  private readonly adapter: CommandAdapter;
  private readonly batch: ExecWriter;
  private readonly output: CommandOutput;
  private readonly rewrite: ExpiryRewrite;
  private readonly databases: DatabaseCommands;
  private readonly scripts: HeldScripts;

  constructor(
    options: RewrittenCommandsOptions,
    reader: CommandReader,
    adapter: CommandAdapter,
    batch: ExecWriter,
    output: CommandOutput,
  ) {
    this.options = options;
    this.reader = reader;
    this.adapter = adapter;
    this.batch = batch;
    this.output = output;
    this.rewrite = new ExpiryRewrite(options.rewrite);
    this.databases = new DatabaseCommands(options, batch, output);
    this.scripts = new HeldScripts({
      ...options,
      keptKeys: options.guard && keptKeysKey(options.task),
      textsKey: scriptTextsKey(options.task),
      texts: options.scriptTexts,
    });
  }

  /** Scripts are kept on the target. */
  get keepsScripts(): boolean {
    return this.scripts.keepsTexts;
  }

  /** Writes into the open batch what the target is sent for the command, if anything. */
  write(command: ReadCommand): void {
    const { action, mem, db, taken } = command;
    switch (action) {
      case ACTION.FLUSHALL:
      case ACTION.FLUSHDB:
      case ACTION.SWAPDB:
      case ACTION.MOVE:
      case ACTION.COPY:
        // Beside the present database they may reach one that is taken.
        return this.databases.apply(action, mem, this.reader, db);
      case ACTION.EVAL:
        return this.runScript(command);
      case ACTION.SCRIPT:
        this.scripts.script(this.words(mem));
        this.noteScripts();
        if (taken) this.adapt(mem, db);
        return;
      default:
        if (taken) this.writeTaken(command);
    }
  }

  private writeTaken({ action, mem, db, receivedAtMs }: ReadCommand): void {
    switch (action) {
      case ACTION.PASS_KEYS:
      case ACTION.UNLINK_AS_DEL:
        return this.passForeignKeys(mem, db, action === ACTION.UNLINK_AS_DEL);
      case ACTION.ADAPT:
      case ACTION.ADAPT_LIMIT:
        return this.adapt(mem, db);
      default:
        if (this.ownFirstKey(action, mem)) return;
        this.batch.prepare(db);
        this.rewrite.write(action, mem, this.reader, this.output, receivedAtMs);
    }
  }

  /** DEL and its like without the tool's own keys, which another Lockstep wrote on the source. */
  private passForeignKeys(mem: Buffer, db: number, asDel: boolean): void {
    const { reader } = this;
    const words: (string | Buffer)[] = [
      asDel ? 'DEL' : Buffer.from(mem.subarray(reader.from[0]!, reader.to[0]!)),
    ];
    for (let i = 1; i < reader.count; i++) {
      const from = reader.from[i]!;
      const to = reader.to[i]!;
      if (!isOwnKey(mem, from, to)) words.push(Buffer.from(mem.subarray(from, to)));
    }
    if (words.length > 1) this.databases.send(db, words);
  }

  /** A copy of the command that was just read. */
  private words(mem: Buffer): Buffer[] {
    const { from, to, count } = this.reader;
    return Array.from({ length: count }, (_, i) => Buffer.from(mem.subarray(from[i]!, to[i]!)));
  }

  private runScript({ mem, db, taken, receivedAtMs }: ReadCommand): void {
    const { holdMs } = this.options.rewrite;
    const given = this.words(mem);
    if (!taken) this.scripts.leaveOut(given, db);
    const commands = taken ? this.scripts.run(given, db, receivedAtMs, holdMs) : [];
    this.noteScripts();
    for (const words of commands) this.databases.send(db, words);
  }

  private noteScripts(): void {
    for (const words of this.scripts.takeNotes()) this.databases.send(CHECKPOINT_DB, words);
  }

  private adapt(mem: Buffer, db: number): void {
    const { adapter } = this;
    const given = this.words(mem);
    const key = given[adapter.keyIndex(given)];
    if (key && isOwnKey(key, 0, key.length)) return;
    for (const words of adapter.adapt(given)) this.databases.send(db, words);
  }

  private ownFirstKey(action: Action, mem: Buffer): boolean {
    const { reader } = this;
    const key = action === ACTION.PASS_KEY_2 ? 2 : action === ACTION.PASS_KEY_3 ? 3 : 1;
    return reader.count > key && isOwnKey(mem, reader.from[key]!, reader.to[key]!);
  }
}
