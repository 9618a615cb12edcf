import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { checkpointKey, keptKeysKey } from '../checkpoint/checkpoint.ts';
import type { OwnKeys } from '../checkpoint/find-own-keys.ts';
import { tooFewDatabases } from '../control/too-few-databases.ts';
import type { CommandOutput } from '../protocol/resp/command-output.ts';
import type { CommandReader } from '../protocol/resp/command-reader.ts';
import { command } from '../protocol/resp/encode.ts';
import { ACTION, type Action, type CommandRow } from '../commands/command-row.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import { databaseNumber } from '../commands/database-number.ts';
import { flushMode } from '../commands/flush-mode.ts';
import type { BatchWriter } from '../writer/batch-writer.ts';
import type { KeptGuard } from './kept-guard.ts';
import { flushAround, swappedBack } from './own-keys-stay.ts';

export interface DatabaseCommandsOptions {
  readonly task: string;
  readonly databases: DatabaseChoice;
  /** A flush on the source may remove keys of the target that are not from the source. */
  readonly flushAllowed: boolean;
  /** How many databases the target has. */
  readonly targetDatabases: number;
  /** See TargetAbilities.version. */
  readonly targetVersion: number;
  /** Where the target held keys before the task. */
  readonly guard: KeptGuard | undefined;
}

/** The commands that concern whole databases, or reach beyond one: FLUSHALL, FLUSHDB, SFLUSH, SWAPDB, MOVE and COPY. */
export class DatabaseCommands {
  private readonly options: DatabaseCommandsOptions;
  private readonly batch: BatchWriter;
  private readonly output: CommandOutput;
  private readonly checkpoint: Buffer;
  private readonly kept: Buffer;

  constructor(options: DatabaseCommandsOptions, batch: BatchWriter, output: CommandOutput) {
    this.options = options;
    this.batch = batch;
    this.output = output;
    this.checkpoint = Buffer.from(checkpointKey(options.task));
    this.kept = Buffer.from(keptKeysKey(options.task));
  }

  /**
   * The databases of the target whose own keys have to be known before a flush or a swap is applied; none for another command,
   * and for one that concerns no database of the task.
   */
  ownKeysIn(action: Action, mem: Buffer, reader: CommandReader, db: number): readonly number[] | 'all' {
    const { databases, flushAllowed } = this.options;
    // Without consent the task stops there, whatever stands on the target.
    if (action !== ACTION.SWAPDB && !flushAllowed) return [];
    switch (action) {
      case ACTION.FLUSHALL:
        return databases.chosen ? [...databases.chosen] : 'all';
      case ACTION.FLUSHDB:
        return databases.includes(db) ? [db] : [];
      case ACTION.SWAPDB: {
        const pair = [1, 2].map((i) =>
          this.named(mem.toString('latin1', reader.from[i], reader.to[i]), 'SWAPDB'),
        );
        return pair[0] !== pair[1] && pair.every((one) => databases.includes(one)) ? pair : [];
      }
      default:
        return [];
    }
  }

  /**
   * The databases that a flush empties; none for one that is not taken.
   * @throws LockstepError FLUSH_NEEDS_CONSENT
   */
  flushedIn({ action, name }: CommandRow, db: number): readonly number[] | 'all' {
    const { databases } = this.options;
    const all = action === ACTION.FLUSHALL;
    if (!all && !databases.includes(db)) return [];
    this.checkConsent(name);
    if (!all) return [db];
    return databases.chosen ? [...databases.chosen] : 'all';
  }

  /** @param ownKeys of the target, where `ownKeysIn` asks for them */
  apply(action: Action, mem: Buffer, reader: CommandReader, db: number, ownKeys: OwnKeys): void {
    const words: Buffer[] = [];
    for (let i = 0; i < reader.count; i++)
      words.push(Buffer.from(mem.subarray(reader.from[i]!, reader.to[i]!)));
    switch (action) {
      case ACTION.FLUSHALL:
        return this.flushAll(words, db, ownKeys);
      case ACTION.FLUSHDB:
        if (!this.options.databases.includes(db)) return;
        this.checkConsent(String(words[0]));
        return this.flush(db, this.modeFor(words), ownKeys);
      case ACTION.SWAPDB:
        return this.swap(words, db, ownKeys);
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

  private flushAll(words: readonly Buffer[], db: number, ownKeys: OwnKeys): void {
    this.checkConsent(String(words[0]));
    const { targetDatabases } = this.options;
    const { chosen } = this.options.databases;
    const mode = this.modeFor(words);
    const others = [...ownKeys.values()].flat().some((name) => !this.isLost(name));
    // Whoever does it on the nodes of a cluster knows which of their databases are meant.
    if (this.batch.places || (!chosen && !others)) return this.send(db, ['FLUSHALL', ...mode]);
    const all = chosen ?? Array.from({ length: targetDatabases }, (_, i) => i);
    // What the target does not have is empty there.
    for (const one of all) if (one < targetDatabases) this.flush(one, mode, ownKeys);
  }

  private flush(db: number, mode: readonly string[], ownKeys: OwnKeys): void {
    const names = (ownKeys.get(db) ?? []).filter((name) => !this.isLost(name));
    for (const words of flushAround(db, mode, names, this.options.targetDatabases)) this.send(db, words);
  }

  /** This batch writes the task's checkpoint anew, and names of keys that are flushed need not be kept. */
  private isLost(name: Buffer): boolean {
    return name.equals(this.checkpoint) || name.equals(this.kept);
  }

  /** ASYNC is known since 4.0, SYNC since 6.2; without either the target does as it is configured. */
  private modeFor(words: readonly Buffer[]): string[] {
    const mode = flushMode(words);
    const since = mode === 'ASYNC' ? 40000 : 60200;
    return mode !== '' && this.options.targetVersion >= since ? [mode] : [];
  }

  private checkConsent(name: string): void {
    if (!this.options.flushAllowed)
      throw new LockstepError('FLUSH_NEEDS_CONSENT', `${name.toUpperCase()} ran on the source`);
  }

  private checkExists(db: number): void {
    const { databases, targetDatabases } = this.options;
    if (db >= targetDatabases) throw tooFewDatabases(databases, db, targetDatabases);
  }

  /** A database that a command names, by its number on the target. */
  private named(text: string, where: string): number {
    return this.options.databases.targetDb(databaseNumber(text, where));
  }

  private swap(words: readonly Buffer[], db: number, ownKeys: OwnKeys): void {
    const a = this.named(String(words[1]), 'SWAPDB');
    const b = this.named(String(words[2]), 'SWAPDB');
    const { databases, guard } = this.options;
    if (databases.includes(a) !== databases.includes(b))
      throw new LockstepError(
        'DATABASE_CROSSING',
        `SWAPDB ${String(words[1])} ${String(words[2])} ran on the source`,
      );
    if (!databases.includes(a) || a === b) return;
    this.checkExists(Math.max(a, b));
    this.send(db, ['SWAPDB', String(a), String(b)]);
    // The names that this task keeps go with the keys that they are of.
    const names = [...(ownKeys.get(a) ?? []), ...(ownKeys.get(b) ?? [])].filter(
      (name, i, all) => !name.equals(this.kept) && all.findIndex((other) => other.equals(name)) === i,
    );
    for (const back of swappedBack(a, b, names)) this.send(db, back);
    guard?.swapped(a, b);
  }

  private move(words: readonly Buffer[], db: number): void {
    const to = this.named(String(words[2]), 'MOVE');
    const { databases } = this.options;
    if (databases.includes(db) && databases.includes(to)) {
      this.checkExists(to);
      return this.send(db, ['MOVE', words[1]!, String(to)]);
    }
    if (databases.includes(db)) return this.send(db, ['DEL', words[1]!]);
    if (databases.includes(to)) throw new LockstepError('DATABASE_CROSSING', this.between('MOVE', db, to));
  }

  private copy(words: readonly Buffer[], db: number): void {
    let to = db;
    const sent = [...words];
    for (let i = 3; i < words.length - 1; i++)
      if (String(words[i]).toUpperCase() === 'DB') {
        to = this.named(String(words[i + 1]), 'COPY');
        sent[i + 1] = Buffer.from(String(to));
      }
    const { databases } = this.options;
    if (databases.includes(db) && databases.includes(to)) {
      this.checkExists(to);
      return this.send(db, sent);
    }
    if (databases.includes(to)) throw new LockstepError('DATABASE_CROSSING', this.between('COPY', db, to));
  }

  private between(name: string, db: number, to: number): string {
    const { databases } = this.options;
    return `${name} from database ${databases.sourceDb(db)} to ${databases.sourceDb(to)} ran on the source`;
  }
}
