import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { CHECKPOINT_DB, checkpointKey } from '../checkpoint/checkpoint.ts';
import { tooFewDatabases } from '../control/too-few-databases.ts';
import type { CommandOutput } from '../protocol/resp/command-output.ts';
import type { CommandReader } from '../protocol/resp/command-reader.ts';
import { command } from '../protocol/resp/encode.ts';
import { ACTION, type Action } from '../commands/command-row.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import type { ExecWriter } from '../writer/exec-writer.ts';

export interface DatabaseCommandsOptions {
  readonly task: string;
  readonly databases: DatabaseChoice;
  /** A flush on the source may remove keys of the target that are not from the source. */
  readonly flushAllowed: boolean;
  /** How many databases the target has. */
  readonly targetDatabases: number;
  /** See TargetAbilities.version. */
  readonly targetVersion: number;
}

/** The commands that reach beyond one database: FLUSHALL, FLUSHDB, SWAPDB, MOVE and COPY. */
export class DatabaseCommands {
  private readonly options: DatabaseCommandsOptions;
  private readonly batch: ExecWriter;
  private readonly output: CommandOutput;

  constructor(options: DatabaseCommandsOptions, batch: ExecWriter, output: CommandOutput) {
    this.options = options;
    this.batch = batch;
    this.output = output;
  }

  apply(action: Action, mem: Buffer, reader: CommandReader, db: number): void {
    const words: Buffer[] = [];
    for (let i = 0; i < reader.count; i++)
      words.push(Buffer.from(mem.subarray(reader.from[i]!, reader.to[i]!)));
    switch (action) {
      case ACTION.FLUSHALL:
        return this.flushAll(words, db);
      case ACTION.FLUSHDB:
        if (!this.options.databases.includes(db)) return;
        this.checkConsent('FLUSHDB');
        return this.send(db, ['FLUSHDB', ...this.flushMode(words)]);
      case ACTION.SWAPDB:
        return this.swap(words, db);
      case ACTION.MOVE:
        return this.move(words, db);
      default:
        return this.copy(words, db);
    }
  }

  send(db: number, words: readonly (string | Buffer)[]): void {
    this.batch.prepare(db);
    const bytes = command(...words);
    this.output.reserve(bytes.length);
    this.output.begin();
    this.output.copy(bytes, 0, bytes.length);
  }

  private flushAll(words: readonly Buffer[], db: number): void {
    this.checkConsent('FLUSHALL');
    const { chosen } = this.options.databases;
    const mode = this.flushMode(words);
    if (!chosen) return this.send(db, ['FLUSHALL', ...mode]);
    // What the target does not have is empty there.
    for (const one of chosen) if (one < this.options.targetDatabases) this.send(one, ['FLUSHDB', ...mode]);
  }

  /** ASYNC is known since 4.0, SYNC since 6.2; without either the target does as it is configured. */
  private flushMode(words: readonly Buffer[]): string[] {
    const mode = words[1] ? String(words[1]).toUpperCase() : '';
    const since = mode === 'ASYNC' ? 40000 : 60200;
    return mode !== '' && this.options.targetVersion >= since ? [mode] : [];
  }

  private checkConsent(name: string): void {
    if (!this.options.flushAllowed)
      throw new LockstepError('FLUSH_NEEDS_CONSENT', `${name} ran on the source`);
  }

  private checkExists(db: number): void {
    if (db >= this.options.targetDatabases) throw tooFewDatabases(db, this.options.targetDatabases);
  }

  private swap(words: readonly Buffer[], db: number): void {
    const a = Number(String(words[1]));
    const b = Number(String(words[2]));
    const { databases } = this.options;
    if (databases.includes(a) !== databases.includes(b))
      throw new LockstepError('DATABASE_CROSSING', `SWAPDB ${a} ${b} ran on the source`);
    if (!databases.includes(a) || a === b) return;
    this.checkExists(Math.max(a, b));
    this.send(db, words);
    if (a !== CHECKPOINT_DB && b !== CHECKPOINT_DB) return;
    // The checkpoint went along; this batch writes it anew where it belongs.
    this.send(a === CHECKPOINT_DB ? b : a, ['DEL', checkpointKey(this.options.task)]);
  }

  private move(words: readonly Buffer[], db: number): void {
    const to = Number(String(words[2]));
    const { databases } = this.options;
    if (databases.includes(db) && databases.includes(to)) {
      this.checkExists(to);
      return this.send(db, words);
    }
    if (databases.includes(db)) return this.send(db, ['DEL', words[1]!]);
    if (databases.includes(to))
      throw new LockstepError('DATABASE_CROSSING', `MOVE from database ${db} to ${to} ran on the source`);
  }

  private copy(words: readonly Buffer[], db: number): void {
    let to = db;
    for (let i = 3; i < words.length - 1; i++)
      if (String(words[i]).toUpperCase() === 'DB') to = Number(String(words[i + 1]));
    const { databases } = this.options;
    if (databases.includes(db) && databases.includes(to)) {
      this.checkExists(to);
      return this.send(db, words);
    }
    if (databases.includes(to))
      throw new LockstepError('DATABASE_CROSSING', `COPY from database ${db} to ${to} ran on the source`);
  }
}
