import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { NO_EXPIRY } from '../protocol/rdb/events.ts';
import type { CommandReader } from '../protocol/resp/command-reader.ts';
import type { CommandOutput } from '../protocol/resp/command-output.ts';
import { BULK_OVERHEAD_BYTES, writeBulk, writeHead } from '../protocol/resp/write.ts';
import { targetExpiryMs, targetFieldExpiryMs } from '../expiry/late-expiry.ts';
import { MARKS_SCRIPT } from '../expiry/marks-script.ts';
import { ACTION, type Action } from '../commands/command-table.ts';
import { findOption, firstOption, integer, upper, type ExpiryRewriteOptions } from './expiry-options.ts';
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

  /** Writes the command's replacement. @returns how many commands were written */
  write(action: Action, buf: Buffer, reader: CommandReader, output: CommandOutput, ranAtMs: number): number {
    const arg = (index: number): Word => ({ arg: index });
    const rest = (index: number): Word[] =>
      Array.from({ length: Math.max(0, reader.count - index) }, (_, i) => arg(index + i));
    const at = (index: number, unitMs: number, relative: boolean): number =>
      this.expiry(buf, reader, index, unitMs, relative ? ranAtMs : 0);
    const fieldAt = (index: number, unitMs: number, relative: boolean): number =>
      targetFieldExpiryMs(
        integer(buf, reader, index) * unitMs + (relative ? ranAtMs : 0),
        this.options.lateness,
      );
    const emit = (words: readonly Word[]): void => this.emit(buf, reader, output, words);
    switch (action) {
      // NX, XX, GT and LT are left out: the source has decided, and sends only what it did. Targets before 7.0 know none.
      case ACTION.EXPIRE:
        emit(['PEXPIREAT', arg(1), at(2, 1000, true)]);
        return 1;
      case ACTION.PEXPIRE:
        emit(['PEXPIREAT', arg(1), at(2, 1, true)]);
        return 1;
      case ACTION.EXPIREAT:
        emit(['PEXPIREAT', arg(1), at(2, 1000, false)]);
        return 1;
      case ACTION.PEXPIREAT:
        emit(['PEXPIREAT', arg(1), at(2, 1, false)]);
        return 1;
      case ACTION.HEXPIRE:
        emit(['HPEXPIREAT', arg(1), fieldAt(2, 1000, true), ...rest(3)]);
        return 1;
      case ACTION.HPEXPIRE:
        emit(['HPEXPIREAT', arg(1), fieldAt(2, 1, true), ...rest(3)]);
        return 1;
      case ACTION.HEXPIREAT:
        emit(['HPEXPIREAT', arg(1), fieldAt(2, 1000, false), ...rest(3)]);
        return 1;
      case ACTION.HPEXPIREAT:
        emit(['HPEXPIREAT', arg(1), fieldAt(2, 1, false), ...rest(3)]);
        return 1;
      case ACTION.SETEX:
      case ACTION.PSETEX:
        return this.set(emit, [], at(2, action === ACTION.SETEX ? 1000 : 1, true), arg(3));
      case ACTION.SET:
        return this.setWithOptions(buf, reader, emit, ranAtMs);
      case ACTION.GETEX:
        return this.getex(buf, reader, emit, ranAtMs);
      case ACTION.FIELD_EXPIRY_OPTION:
      case ACTION.EXPIRY_OPTION: {
        const words: Word[] = rest(0);
        const option = findOption(buf, reader, firstOption(buf, reader));
        const expiryAt = action === ACTION.EXPIRY_OPTION ? at : fieldAt;
        const expireAtMs = option ? expiryAt(option.index + 1, option.unitMs, option.relative) : NO_EXPIRY;
        const { abilities } = this.options;
        if (!abilities.hsetex && upper(buf, reader, 0) === 'HSETEX') {
          const commands = olderHsetex(buf, reader, option, expireAtMs, abilities);
          for (const older of commands) emit(older);
          return commands.length;
        }
        if (option) {
          words[option.index] = 'PXAT';
          words[option.index + 1] = expireAtMs;
        }
        emit(words);
        return 1;
      }
      case ACTION.RESTORE: {
        const commands = restoreForms(buf, reader, this.options, ranAtMs);
        for (const words of commands) emit(words);
        return commands.length;
      }
      default:
        throw new LockstepError('INTERNAL', `no expiry rewriting for action ${action}`);
    }
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
    ranAtMs: number,
  ): number {
    const option = findOption(buf, reader, 3);
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
    const at = this.expiry(buf, reader, option.index + 1, option.unitMs, option.relative ? ranAtMs : 0);
    return this.set(emit, others, at, { arg: 2 });
  }

  private getex(
    buf: Buffer,
    reader: CommandReader,
    emit: (words: readonly Word[]) => void,
    ranAtMs: number,
  ): number {
    const option = findOption(buf, reader, 2);
    if (option) {
      const at = this.expiry(buf, reader, option.index + 1, option.unitMs, option.relative ? ranAtMs : 0);
      emit(['PEXPIREAT', { arg: 1 }, at]);
      return 1;
    }
    if (reader.count <= 2) return 0;
    emit(['PERSIST', { arg: 1 }]);
    return 1;
  }

  private expiry(buf: Buffer, reader: CommandReader, index: number, unitMs: number, baseMs: number): number {
    return targetExpiryMs(baseMs + integer(buf, reader, index) * unitMs, this.options.lateness);
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
