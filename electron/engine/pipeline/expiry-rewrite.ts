import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { NO_EXPIRY } from '../protocol/rdb/events.ts';
import type { CommandReader } from '../protocol/resp/command-reader.ts';
import type { CommandOutput } from '../protocol/resp/command-output.ts';
import { BULK_OVERHEAD_BYTES, writeBulk, writeHead } from '../protocol/resp/write.ts';
import { MARKS_SCRIPT } from '../expiry/marks-script.ts';
import { ACTION, type CommandRow } from '../commands/command-row.ts';
import { optionsFrom, type ExpiryOf, type TimeUnit } from '../commands/expiry-place.ts';
import {
  findOption,
  integer,
  timeCommand,
  upper,
  writtenExpiryMs,
  type ExpiryRewriteOptions,
  type FoundOption,
} from './expiry-options.ts';
import { olderHsetex } from './older-hsetex.ts';
import { restoreForms, type Word } from './restore-forms.ts';

export type { ExpiryRewriteOptions };

/** SET ... KEEPTTL for targets before 6.0, which keeps the very millisecond, since that bears the mark (before 3.2 as near as can be). */
const SET_KEEPING_TTL = `local exact = redis.replicate_commands and redis.replicate_commands()
${MARKS_SCRIPT}local at = exact and marks(redis.call, 'exact:0:0:0').read(KEYS[1]) or redis.call('PTTL', KEYS[1])
redis.call('SET', KEYS[1], ARGV[1])
if at > 0 then redis.call(exact and 'PEXPIREAT' or 'PEXPIRE', KEYS[1], string.format('%.0f', at)) end`;

/**
 * Rewrites the commands that carry an expiry: relative ones, which old servers send, become absolute by the time they
 * ran on the source, and all are as late as `lateness` says. Works on the command that `reader` has just read from buf.
 */
export class ExpiryRewrite {
  private readonly options: ExpiryRewriteOptions;
  private readonly scratch = Buffer.alloc(4096);

  constructor(options: ExpiryRewriteOptions) {
    this.options = options;
  }

  /** Writes the command's replacement, as its row says. @returns how many commands were written */
  write(row: CommandRow, buf: Buffer, reader: CommandReader, output: CommandOutput, ranAtMs: number): number {
    const arg = (index: number): Word => ({ arg: index });
    const rest = (index: number): Word[] =>
      Array.from({ length: Math.max(0, reader.count - index) }, (_, i) => arg(index + i));
    const emit = (words: readonly Word[]): void => this.emit(buf, reader, output, words);
    const { action, expiry } = row;
    if (!expiry) throw new LockstepError('INTERNAL', `no expiry in ${row.name}`);
    if ('unitMs' in expiry) {
      const { of, at } = expiry;
      const atMs = this.written(of, expiry, at, buf, reader, ranAtMs);
      if (action === ACTION.SETEX) return this.set(emit, [], atMs, arg(at + 1));
      // Conditions on a key are left out: the source has decided, and sends only what it did. Targets before 7.0 know none.
      emit([timeCommand(of), arg(1), atMs, ...(of === 'fields' ? rest(at + 1) : [])]);
      return 1;
    }
    if ('absolute' in expiry) {
      const commands = restoreForms(buf, reader, this.options, ranAtMs);
      for (const words of commands) emit(words);
      return commands.length;
    }
    const from = optionsFrom(expiry, (index) => upper(buf, reader, index));
    const option = findOption(buf, reader, from);
    const { of } = expiry;
    const atMs = option ? this.written(of, option, option.index + 1, buf, reader, ranAtMs) : NO_EXPIRY;
    if (action === ACTION.SET) return this.setWithOptions(buf, reader, emit, option, atMs);
    if (action === ACTION.GETEX) return getex(reader, emit, option && atMs);
    const { abilities } = this.options;
    if (!abilities.hsetex && row.name === 'hsetex') {
      const commands = olderHsetex(buf, reader, option, atMs, abilities);
      for (const older of commands) emit(older);
      return commands.length;
    }
    const words: Word[] = rest(0);
    if (option) {
      words[option.index] = 'PXAT';
      words[option.index + 1] = atMs;
    }
    emit(words);
    return 1;
  }

  private set(
    emit: (words: readonly Word[]) => void,
    others: readonly Word[],
    expireAtMs: number,
    value: Word,
  ): number {
    if (this.options.abilities.setPxat) {
      emit(['SET', { arg: 1 }, value, ...others, 'PXAT', expireAtMs]);
      return 1;
    }
    emit(['SET', { arg: 1 }, value, ...others]);
    emit(['PEXPIREAT', { arg: 1 }, expireAtMs]);
    return 2;
  }

  private setWithOptions(
    buf: Buffer,
    reader: CommandReader,
    emit: (words: readonly Word[]) => void,
    option: FoundOption | undefined,
    expireAtMs: number,
  ): number {
    const others: Word[] = [];
    let keepTtl = false;
    for (let i = 3; i < reader.count; i++) {
      if (option && (i === option.index || i === option.index + 1)) continue;
      const text = upper(buf, reader, i);
      // GET concerns the reply only, and does not go with NX before 7.0.
      if (text === 'GET') continue;
      if (text === 'KEEPTTL') keepTtl = true;
      others.push({ arg: i });
    }
    if (!option) {
      if (keepTtl && !this.options.abilities.keepTtl)
        emit(['EVAL', SET_KEEPING_TTL, 1, { arg: 1 }, { arg: 2 }]);
      else emit(['SET', { arg: 1 }, { arg: 2 }, ...others]);
      return 1;
    }
    return this.set(emit, others, expireAtMs, { arg: 2 });
  }

  private written(
    of: ExpiryOf,
    unit: TimeUnit,
    index: number,
    buf: Buffer,
    reader: CommandReader,
    ranAtMs: number,
  ): number {
    return writtenExpiryMs(of, unit, integer(buf, reader, index), ranAtMs, this.options.lateness);
  }

  private emit(buf: Buffer, reader: CommandReader, output: CommandOutput, words: readonly Word[]): void {
    let bytes = BULK_OVERHEAD_BYTES;
    for (const word of words) {
      bytes +=
        BULK_OVERHEAD_BYTES +
        (typeof word === 'object' ? reader.to[word.arg]! - reader.from[word.arg]! : String(word).length);
    }
    output.reserve(bytes);
    output.begin();
    let at = writeHead(output.buf, output.at, 42, words.length);
    for (const word of words) {
      if (typeof word === 'object') {
        at = writeBulk(output.buf, at, buf, reader.from[word.arg]!, reader.to[word.arg]!);
      } else {
        const length = this.scratch.write(String(word), 0, 'latin1');
        at = writeBulk(output.buf, at, this.scratch, 0, length);
      }
    }
    output.at = at;
  }
}

/** Nothing else of it is written. */
function getex(
  reader: CommandReader,
  emit: (words: readonly Word[]) => void,
  expireAtMs: number | undefined,
): number {
  if (expireAtMs !== undefined) emit(['PEXPIREAT', { arg: 1 }, expireAtMs]);
  else if (reader.count > 2) emit(['PERSIST', { arg: 1 }]);
  else return 0;
  return 1;
}
