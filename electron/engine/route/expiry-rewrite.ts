import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { CommandReader } from '../protocol/resp/command-reader.ts';
import type { CommandOutput } from '../protocol/resp/command-output.ts';
import { printable } from '../protocol/resp/describe-command.ts';
import { BULK_OVERHEAD_BYTES, writeBulk, writeHead } from '../protocol/resp/write.ts';
import { targetExpiryMs, targetFieldExpiryMs } from '../target/copy/expiry.ts';
import type { TargetAbilities } from '../target/target-abilities.ts';
import { ACTION, type Action } from './command-table.ts';

export interface ExpiryRewriteOptions {
  /** How far expiry is held back on the target. */
  readonly holdMs: number;
  readonly abilities: Pick<
    TargetAbilities,
    'setPxat' | 'keepTtl' | 'restoreAbsTtl' | 'restoreReplace' | 'rdbVersion'
  >;
}

type Word = string | number | { readonly arg: number };

/** SET ... KEEPTTL for targets before 6.0. */
const SET_KEEPING_TTL = `local ttl = redis.call('PTTL', KEYS[1])
redis.call('SET', KEYS[1], ARGV[1])
if ttl > 0 then redis.call('PEXPIRE', KEYS[1], string.format('%.0f', ttl)) end`;

/** Units of the four ways to give an expiry as an option. */
const OPTIONS: Readonly<Record<string, { readonly unitMs: number; readonly relative: boolean }>> = {
  EX: { unitMs: 1000, relative: true },
  PX: { unitMs: 1, relative: true },
  EXAT: { unitMs: 1000, relative: false },
  PXAT: { unitMs: 1, relative: false },
};

/**
 * Rewrites the commands that carry an expiry: relative ones, which old servers send, become absolute by the time they
 * were received, and all are held back by `holdMs`. Works on the command that `reader` has just read from buf.
 */
export class ExpiryRewrite {
  private readonly options: ExpiryRewriteOptions;
  private readonly scratch = Buffer.alloc(512);

  constructor(options: ExpiryRewriteOptions) {
    this.options = options;
  }

  /** Writes the command's replacement. @returns how many commands were written */
  write(
    action: Action,
    buf: Buffer,
    reader: CommandReader,
    output: CommandOutput,
    receivedAtMs: number,
  ): number {
    const arg = (index: number): Word => ({ arg: index });
    const rest = (index: number): Word[] =>
      Array.from({ length: Math.max(0, reader.count - index) }, (_, i) => arg(index + i));
    const at = (index: number, unitMs: number, relative: boolean): number =>
      this.expiry(buf, reader, index, unitMs, relative ? receivedAtMs : 0);
    const fieldAt = (index: number, unitMs: number, relative: boolean): number =>
      targetFieldExpiryMs(
        integer(buf, reader, index) * unitMs + (relative ? receivedAtMs : 0),
        this.options.holdMs,
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
        return this.setWithOptions(buf, reader, emit, receivedAtMs);
      case ACTION.GETEX:
        return this.getex(buf, reader, emit, receivedAtMs);
      case ACTION.FIELD_EXPIRY_OPTION:
      case ACTION.EXPIRY_OPTION: {
        const words: Word[] = rest(0);
        const option = findOption(buf, reader, firstOption(buf, reader));
        if (option) {
          words[option.index] = 'PXAT';
          const expiryAt = action === ACTION.EXPIRY_OPTION ? at : fieldAt;
          words[option.index + 1] = expiryAt(option.index + 1, option.unitMs, option.relative);
        }
        emit(words);
        return 1;
      }
      case ACTION.RESTORE:
        return this.restore(buf, reader, emit, receivedAtMs);
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
    receivedAtMs: number,
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
    const at = this.expiry(buf, reader, option.index + 1, option.unitMs, option.relative ? receivedAtMs : 0);
    return this.set(emit, others, at, { arg: 2 });
  }

  private getex(
    buf: Buffer,
    reader: CommandReader,
    emit: (words: readonly Word[]) => void,
    receivedAtMs: number,
  ): number {
    const option = findOption(buf, reader, 2);
    if (option) {
      const at = this.expiry(
        buf,
        reader,
        option.index + 1,
        option.unitMs,
        option.relative ? receivedAtMs : 0,
      );
      emit(['PEXPIREAT', { arg: 1 }, at]);
      return 1;
    }
    if (reader.count <= 2) return 0;
    emit(['PERSIST', { arg: 1 }]);
    return 1;
  }

  private restore(
    buf: Buffer,
    reader: CommandReader,
    emit: (words: readonly Word[]) => void,
    receivedAtMs: number,
  ): number {
    const { holdMs, abilities } = this.options;
    let absolute = false;
    let replace = false;
    const others: Word[] = [];
    for (let i = 4; i < reader.count; i++) {
      const text = upper(buf, reader, i);
      if (text === 'ABSTTL') absolute = true;
      else if (text === 'IDLETIME' || text === 'FREQ') i += 1;
      else if (text !== 'REPLACE' || abilities.restoreReplace) others.push({ arg: i });
      else replace = true;
    }
    this.checkPayload(buf, reader);
    if (replace) emit(['DEL', { arg: 1 }]);
    const written = replace ? 2 : 1;
    const ttl = integer(buf, reader, 2);
    if (ttl === 0) {
      emit(['RESTORE', { arg: 1 }, 0, { arg: 3 }, ...others]);
      return written;
    }
    const at = targetExpiryMs(absolute ? ttl : receivedAtMs + ttl, holdMs);
    if (abilities.restoreAbsTtl) {
      emit(['RESTORE', { arg: 1 }, at, { arg: 3 }, ...others, 'ABSTTL']);
      return written;
    }
    emit(['RESTORE', { arg: 1 }, 0, { arg: 3 }, ...others]);
    emit(['PEXPIREAT', { arg: 1 }, at]);
    return written + 1;
  }

  /** A payload ends in two bytes of RDB version and eight of checksum. Refused before any of its batch is applied. */
  private checkPayload(buf: Buffer, reader: CommandReader): void {
    const to = reader.to[3]!;
    if (to - reader.from[3]! < 10) return;
    const version = buf.readUInt16LE(to - 10);
    if (version <= this.options.abilities.rdbVersion) return;
    throw new LockstepError(
      'VALUE_UNSUPPORTED',
      `RESTORE of key ${printable(buf, reader.from[1]!, reader.to[1]!)} has RDB version ${version}, and the target takes up to ${this.options.abilities.rdbVersion}`,
    );
  }

  private expiry(buf: Buffer, reader: CommandReader, index: number, unitMs: number, baseMs: number): number {
    return targetExpiryMs(baseMs + integer(buf, reader, index) * unitMs, this.options.holdMs);
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

export interface FoundOption {
  readonly index: number;
  readonly unitMs: number;
  readonly relative: boolean;
}

/** MSETEX numkeys key value … has its options last; HSETEX and HGETEX have them before FIELDS. */
function firstOption(buf: Buffer, reader: CommandReader): number {
  return upper(buf, reader, 0) === 'MSETEX' ? 2 + 2 * integer(buf, reader, 1) : 2;
}

/** Finds EX, PX, EXAT or PXAT from argument `from` on. FIELDS ends the options, since what follows it is data. */
function findOption(buf: Buffer, reader: CommandReader, from: number): FoundOption | undefined {
  for (let i = from; i < reader.count - 1; i++) {
    if (reader.to[i]! - reader.from[i]! > 6) continue;
    const text = upper(buf, reader, i);
    if (text === 'FIELDS') return undefined;
    const unit = OPTIONS[text];
    if (unit) return { index: i, ...unit };
  }
  return undefined;
}

function upper(buf: Buffer, reader: CommandReader, index: number): string {
  return buf.toString('latin1', reader.from[index]!, reader.to[index]!).toUpperCase();
}

function integer(buf: Buffer, reader: CommandReader, index: number): number {
  const value = Number(buf.toString('latin1', reader.from[index]!, reader.to[index]!));
  if (!Number.isFinite(value))
    throw new LockstepError('SOURCE_PROTOCOL', 'an expiry in the stream is no number');
  return value;
}
