import type { CommandOutput } from '../protocol/resp/command-output.ts';
import { CommandReader } from '../protocol/resp/command-reader.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { bulk, command } from '../protocol/resp/encode.ts';
import { ACTION, type CommandRow, type Words } from '../commands/command-row.ts';
import { OWN_PREFIX_BYTES } from '../commands/own-keys.ts';
import { BULK_OVERHEAD_BYTES, writeHead } from '../protocol/resp/write.ts';
import {
  EXPIRY_OPTIONS,
  type TimeOption,
  type TimeUnit,
  type TimeWithFlag,
} from '../commands/expiry-place.ts';
import { numberOf, timeCommand, writtenExpiryMs, type ExpiryRewriteOptions } from './expiry-options.ts';
import { targetExpiryMs } from '../expiry/late-expiry.ts';

const STAR = 42;
const DOLLAR = 36;
/** Arguments up to this size are looked at; an expiry is far smaller. */
const SMALL_ARGUMENT_BYTES = 32;
/** Stands in PX of a target that knows no PXAT, until the PEXPIREAT behind it in the same step. */
const UNTIL_THEN_MS = '86400000';

export interface LargeCommandOptions {
  /** undefined drops the command. The caller has opened the batch. */
  readonly output: CommandOutput | undefined;
  readonly rewrite: ExpiryRewriteOptions;
  readonly row: CommandRow;
  /** The number in the command's head. */
  readonly args: number;
  /** When the source ran it, by its clock. */
  readonly ranAtMs: number;
  /** What is sent in place of its first words. */
  readonly front?: Front;
  /** Is told of each argument before anything of it goes out; at least its first OWN_PREFIX_BYTES are there. */
  readonly onArgument?: (buf: Buffer, from: number, to: number) => void;
}

export interface Front {
  /** How many of the words that came. */
  readonly taken: number;
  readonly sent: Words;
}

/** Passes one command through that is too large to be held, argument by argument, rewriting its expiry on the way. */
export class LargeCommand {
  private readonly output: CommandOutput | undefined;
  private readonly rewrite: ExpiryRewriteOptions;
  private readonly row: CommandRow;
  private readonly ranAtMs: number;
  private readonly front: Front | undefined;
  private readonly onArgument: LargeCommandOptions['onArgument'];
  private readonly reader = new CommandReader();
  private readonly args: number;
  private index = 0;
  /** Bytes of the present argument, with its CRLF, that are still to come; -1 before its head was read. */
  private missing = -1;
  /** Of the bytes that were pushed last, those that went out as they came. */
  passed = 0;
  /** The option that the present argument belongs to. */
  private option: TimeUnit | undefined;
  private optionsOver = false;
  /** The key, and the expiry that it gets once the command has gone out; 0 for none. */
  private key: Buffer[] = [];
  private expireAtMs = 0;
  /** What RESTORE says of it in front of its value, and behind that. */
  private ttl = 0;
  private absolute = false;

  constructor(options: LargeCommandOptions) {
    const { output, args } = options;
    this.output = output;
    this.rewrite = options.rewrite;
    this.row = options.row;
    this.args = args;
    this.ranAtMs = options.ranAtMs;
    this.front = options.front;
    this.onArgument = options.onArgument;
    if (!output) return;
    output.reserve(BULK_OVERHEAD_BYTES);
    output.begin();
    output.at = writeHead(output.buf, output.at, STAR, this.argsSent);
    for (const word of this.front?.sent ?? []) this.write(word);
  }

  get done(): boolean {
    return this.index === this.args;
  }

  /** Takes what it can of buf[at, end). @returns the address after it */
  push(buf: Buffer, at: number, end: number): number {
    const pos = this.take(buf, at, end);
    this.passed = this.output ? pos - at : 0;
    return pos;
  }

  private take(buf: Buffer, at: number, end: number): number {
    let pos = at;
    while (!this.done) {
      if (this.missing < 0) {
        const length = this.reader.head(buf, pos, end, DOLLAR);
        if (length < 0) return pos;
        const body = this.reader.next;
        if (end - body < Math.min(length, OWN_PREFIX_BYTES)) return pos;
        this.onArgument?.(buf, body, Math.min(end, body + length));
        if (length <= SMALL_ARGUMENT_BYTES) {
          if (body + length + 2 > end) return pos;
          this.small(buf, pos, body, body + length);
          pos = body + length + 2;
          this.index += 1;
          continue;
        }
        this.head(length);
        this.missing = length + 2;
        pos = body;
      }
      const bytes = Math.min(this.missing, end - pos);
      if (this.index === 1) this.keepKey(buf, pos, pos + Math.min(bytes, this.missing - 2));
      if (!this.inFront) this.output?.copy(buf, pos, pos + bytes);
      this.missing -= bytes;
      pos += bytes;
      if (this.missing > 0) return pos;
      this.missing = -1;
      this.index += 1;
      this.option = undefined;
    }
    this.finish();
    return pos;
  }

  /** SETEX and PSETEX go as SET, with the time behind the value. */
  private get timeComesFirst(): boolean {
    return this.row.action === ACTION.SETEX;
  }

  /** Something else has been sent for the present argument. */
  private get inFront(): boolean {
    return this.front !== undefined && this.index < this.front.taken;
  }

  private get argsSent(): number {
    const { abilities } = this.rewrite;
    const args = this.front ? this.args - this.front.taken + this.front.sent.length : this.args;
    if (this.timeComesFirst) return abilities.setPxat ? args + 1 : args - 1;
    return args;
  }

  private keepKey(buf: Buffer, from: number, to: number): void {
    if (this.row.expiry?.of === 'key' && to > from) this.key.push(Buffer.from(buf.subarray(from, to)));
  }

  /** What comes behind the arguments that the source sent. */
  private finish(): void {
    const { output } = this;
    if (!output) return;
    const { abilities, lateness } = this.rewrite;
    if (this.timeComesFirst && abilities.setPxat) {
      this.write('PXAT');
      return this.write(String(this.expireAtMs));
    }
    if (this.ttl > 0)
      this.expireAtMs = targetExpiryMs(this.absolute ? this.ttl : this.ranAtMs + this.ttl, lateness);
    const { expireAtMs } = this;
    if (expireAtMs === 0) return;
    const bytes = command('PEXPIREAT', Buffer.concat(this.key), String(expireAtMs));
    output.reserve(bytes.length);
    output.begin();
    output.copy(bytes, 0, bytes.length);
  }

  private head(length: number): void {
    const { output } = this;
    if (!output || this.inFront) return;
    output.reserve(BULK_OVERHEAD_BYTES);
    output.at = writeHead(output.buf, output.at, DOLLAR, length);
  }

  /** An argument that is whole, with its head from `at` on. */
  private small(buf: Buffer, at: number, from: number, to: number): void {
    if (this.index === 1) this.keepKey(buf, from, to);
    if (!this.output || this.inFront) return;
    const given = buf.toString('latin1', from, to);
    const text = this.replacement(given);
    if (text === given) this.output?.copy(buf, at, to + 2);
    else if (text !== undefined) this.write(text);
  }

  private write(word: string | Buffer): void {
    const bytes = bulk(typeof word === 'string' ? Buffer.from(word, 'latin1') : word);
    this.output?.copy(bytes, 0, bytes.length);
  }

  /** undefined leaves the argument out. */
  private replacement(text: string): string | undefined {
    const { index, row, ranAtMs } = this;
    const { expiry } = row;
    const { lateness } = this.rewrite;
    if (!expiry) return text;
    if ('unitMs' in expiry) {
      if (index === 0) return this.timeComesFirst ? 'SET' : timeCommand(expiry.of);
      if (index !== expiry.at) return text;
      const atMs = writtenExpiryMs(expiry.of, expiry, numberOf(text), ranAtMs, lateness);
      if (!this.timeComesFirst) return String(atMs);
      this.expireAtMs = atMs;
      return undefined;
    }
    if ('absolute' in expiry) return index === 0 ? 'RESTORE' : this.ofPayload(text, expiry);
    return this.withOption(text, expiry);
  }

  /**
   * Whether RESTORE's time is absolute comes after its value, so the time goes in a command of its own. Its options are as many
   * as the head says: each goes as REPLACE, which changes nothing, since the source found no other value there.
   */
  private ofPayload(text: string, { at, from, absolute }: TimeWithFlag): string {
    const { index } = this;
    if (index === at) {
      this.ttl = numberOf(text);
      return '0';
    }
    if (index < from) return text;
    if (text.toUpperCase() === absolute) this.absolute = true;
    return 'REPLACE';
  }

  private withOption(text: string, place: TimeOption): string {
    const { index, option, row, ranAtMs } = this;
    const { abilities, lateness } = this.rewrite;
    // None of those that come here has to be looked at for where its options begin.
    if (typeof place.from !== 'number' || index < place.from || this.optionsOver) return text;
    if (option) {
      this.option = undefined;
      const atMs = writtenExpiryMs(place.of, option, numberOf(text), ranAtMs, lateness);
      if (place.of === 'fields' || abilities.setPxat) return String(atMs);
      this.expireAtMs = atMs;
      return UNTIL_THEN_MS;
    }
    const upper = text.toUpperCase();
    if (upper === 'FIELDS') this.optionsOver = true;
    if (upper === 'KEEPTTL' && row.action === ACTION.SET && !abilities.keepTtl) {
      throw new LockstepError(
        'COMMAND_UNSUPPORTED',
        'SET ... KEEPTTL of a large value: the target does not know this form of the command',
      );
    }
    this.option = EXPIRY_OPTIONS[upper];
    if (!this.option) return text;
    return place.of === 'fields' || abilities.setPxat ? 'PXAT' : 'PX';
  }
}
