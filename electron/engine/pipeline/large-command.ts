import type { CommandOutput } from '../protocol/resp/command-output.ts';
import { CommandReader } from '../protocol/resp/command-reader.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { bulk, command } from '../protocol/resp/encode.ts';
import type { Words } from '../commands/command-row.ts';
import { OWN_PREFIX_BYTES } from '../commands/own-keys.ts';
import { BULK_OVERHEAD_BYTES, writeHead } from '../protocol/resp/write.ts';
import { ACTION, type Action } from '../commands/command-table.ts';
import type { ExpiryRewriteOptions } from './expiry-rewrite.ts';
import { targetExpiryMs, targetFieldExpiryMs } from '../expiry/late-expiry.ts';
import { EXPIRY_NAMES, lateExpiryMs } from './large-expiry.ts';

const STAR = 42;
const DOLLAR = 36;
/** Arguments up to this size are looked at; an expiry is far smaller. */
const SMALL_ARGUMENT_BYTES = 32;
const OPTION_UNITS: Readonly<Record<string, readonly [unitMs: number, relative: boolean]>> = {
  EX: [1000, true],
  PX: [1, true],
  EXAT: [1000, false],
  PXAT: [1, false],
};

/** The first argument that may be an option; MSETEX tells it itself. */
const OPTIONS_FROM: ReadonlyMap<Action, number> = new Map([
  [ACTION.SET, 3],
  [ACTION.FIELD_EXPIRY_OPTION, 2],
  [ACTION.EXPIRY_OPTION, Infinity],
]);

/** Stands in PX of a target that knows no PXAT, until the PEXPIREAT behind it in the same step. */
const UNTIL_THEN_MS = '86400000';

export interface LargeCommandOptions {
  /** undefined drops the command. The caller has opened the batch. */
  readonly output: CommandOutput | undefined;
  readonly rewrite: ExpiryRewriteOptions;
  readonly action: Action;
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
  private readonly action: Action;
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
  private option: readonly [number, boolean] | undefined;
  private optionsOver = false;
  /** Where options may begin; what stands before is data. */
  private optionsFrom: number;
  /** The key, and the expiry that it gets once the command has gone out; 0 for none. */
  private key: Buffer[] = [];
  private expireAtMs = 0;

  constructor(options: LargeCommandOptions) {
    const { output, args } = options;
    this.output = output;
    this.rewrite = options.rewrite;
    this.action = options.action;
    this.args = args;
    this.ranAtMs = options.ranAtMs;
    this.front = options.front;
    this.onArgument = options.onArgument;
    this.optionsFrom = OPTIONS_FROM.get(options.action) ?? Infinity;
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
    return this.action === ACTION.SETEX || this.action === ACTION.PSETEX;
  }

  /** Something else has been sent for the present argument. */
  private get inFront(): boolean {
    return this.front !== undefined && this.index < this.front.taken;
  }

  private get argsSent(): number {
    const { abilities } = this.rewrite;
    const args = this.front ? this.args - this.front.taken + this.front.sent.length : this.args;
    if (this.timeComesFirst) return abilities.setPxat ? args + 1 : args - 1;
    return this.action === ACTION.RESTORE && abilities.restoreAbsTtl ? args + 1 : args;
  }

  private keepKey(buf: Buffer, from: number, to: number): void {
    const carriesTime = this.timeComesFirst || this.action === ACTION.SET || this.action === ACTION.RESTORE;
    if (carriesTime && to > from) this.key.push(Buffer.from(buf.subarray(from, to)));
  }

  /** What comes behind the arguments that the source sent. */
  private finish(): void {
    const { output, expireAtMs } = this;
    if (!output) return;
    const { abilities } = this.rewrite;
    const add = (...words: string[]): void => {
      for (const word of words) this.write(word);
    };
    if (this.action === ACTION.RESTORE && abilities.restoreAbsTtl) return add('ABSTTL');
    if (this.timeComesFirst && abilities.setPxat) return add('PXAT', String(expireAtMs));
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
    if (this.inFront) return;
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
    const { action, index, ranAtMs } = this;
    if (index === 0) return EXPIRY_NAMES.get(action) ?? text;
    if (index === 2 && this.timeComesFirst) {
      const remainingMs = number(text) * (action === ACTION.SETEX ? 1000 : 1);
      this.expireAtMs = targetExpiryMs(ranAtMs + remainingMs, this.rewrite.lateness);
      return undefined;
    }
    if (index === 2 && EXPIRY_NAMES.has(action))
      return String(lateExpiryMs(action, number(text), ranAtMs, this.rewrite.lateness));
    if (index === 2 && action === ACTION.RESTORE) return this.restoreTtl(number(text));
    // MSETEX numkeys key value … options
    if (index === 1 && action === ACTION.EXPIRY_OPTION) this.optionsFrom = 2 + 2 * number(text);
    return this.withOption(text);
  }

  /** RESTORE's flags come after its value, so an absolute time is known by its size. */
  private restoreTtl(ttl: number): string {
    if (ttl === 0) return '0';
    const absolute = ttl > 1_000_000_000_000;
    const at = targetExpiryMs(absolute ? ttl : this.ranAtMs + ttl, this.rewrite.lateness);
    if (this.rewrite.abilities.restoreAbsTtl) return String(at);
    this.expireAtMs = at;
    return '0';
  }

  private withOption(text: string): string {
    const { action, index, option } = this;
    const { abilities, lateness } = this.rewrite;
    if (index < this.optionsFrom || this.optionsOver) return text;
    if (option) {
      this.option = undefined;
      const atMs = number(text) * option[0] + (option[1] ? this.ranAtMs : 0);
      if (action === ACTION.FIELD_EXPIRY_OPTION) return String(targetFieldExpiryMs(atMs, lateness));
      const at = targetExpiryMs(atMs, lateness);
      if (abilities.setPxat) return String(at);
      this.expireAtMs = at;
      return UNTIL_THEN_MS;
    }
    const upper = text.toUpperCase();
    if (upper === 'FIELDS') this.optionsOver = true;
    if (upper === 'KEEPTTL' && action === ACTION.SET && !abilities.keepTtl) {
      throw new LockstepError(
        'COMMAND_UNSUPPORTED',
        'SET ... KEEPTTL of a large value: the target does not know this form of the command',
      );
    }
    this.option = OPTION_UNITS[upper];
    if (!this.option) return text;
    return abilities.setPxat ? 'PXAT' : 'PX';
  }
}

function number(text: string): number {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value))
    throw new LockstepError('SOURCE_PROTOCOL', 'an expiry in the stream is no number');
  return value;
}
