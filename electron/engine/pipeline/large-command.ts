import type { CommandOutput } from '../protocol/resp/command-output.ts';
import { CommandReader } from '../protocol/resp/command-reader.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { BULK_OVERHEAD_BYTES, writeHead } from '../protocol/resp/write.ts';
import { ACTION, type Action } from '../commands/command-table.ts';
import type { ExpiryRewriteOptions } from './expiry-rewrite.ts';
import { targetExpiryMs, targetFieldExpiryMs } from '../expiry/late-expiry.ts';
import { EXPIRY_NAMES, heldExpiryMs } from './large-expiry.ts';

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

export interface LargeCommandOptions {
  /** undefined drops the command. The caller has opened the batch. */
  readonly output: CommandOutput | undefined;
  readonly rewrite: ExpiryRewriteOptions;
  readonly action: Action;
  /** The number in the command's head. */
  readonly args: number;
  /** By the target's clock, which is so far ahead of this machine's. */
  readonly receivedAtMs: number;
  readonly clockAheadMs?: number;
  /** What the target is sent in place of the name. */
  readonly name: string | undefined;
  /** The index of an option that is left out with its value; -1 for none. */
  readonly leftOut: number;
}

/** Passes one command through that is too large to be held, argument by argument, rewriting its expiry on the way. */
export class LargeCommand {
  private readonly output: CommandOutput | undefined;
  private readonly rewrite: ExpiryRewriteOptions;
  private readonly action: Action;
  private readonly receivedAtMs: number;
  private readonly clockAheadMs: number;
  private readonly name: string | undefined;
  private readonly leftOut: number;
  private readonly reader = new CommandReader();
  private readonly args: number;
  private index = 0;
  /** Bytes of the present argument, with its CRLF, that are still to come; -1 before its head was read. */
  private missing = -1;
  private option: readonly [number, boolean] | undefined;
  private optionsOver = false;
  /** Where options may begin; what stands before is data. */
  private optionsFrom: number;

  constructor(options: LargeCommandOptions) {
    const { output, args } = options;
    this.output = output;
    this.rewrite = options.rewrite;
    this.action = options.action;
    this.args = args;
    this.receivedAtMs = options.receivedAtMs;
    this.clockAheadMs = options.clockAheadMs ?? 0;
    this.name = options.name ?? EXPIRY_NAMES.get(options.action);
    this.leftOut = options.leftOut;
    this.optionsFrom = OPTIONS_FROM.get(options.action) ?? Infinity;
    if (!output) return;
    output.reserve(BULK_OVERHEAD_BYTES);
    output.begin();
    output.at = writeHead(output.buf, output.at, STAR, this.leftOut < 0 ? args : args - 2);
  }

  get done(): boolean {
    return this.index === this.args;
  }

  /** Takes what it can of buf[at, end). @returns the address after it */
  push(buf: Buffer, at: number, end: number): number {
    let pos = at;
    while (!this.done) {
      if (this.missing < 0) {
        const length = this.reader.head(buf, pos, end, DOLLAR);
        if (length < 0) return pos;
        const body = this.reader.next;
        if (length <= SMALL_ARGUMENT_BYTES) {
          if (body + length + 2 > end) return pos;
          this.small(buf, body, body + length);
          pos = body + length + 2;
          this.index += 1;
          continue;
        }
        this.head(length);
        this.missing = length + 2;
        pos = body;
      }
      const bytes = Math.min(this.missing, end - pos);
      this.output?.copy(buf, pos, pos + bytes);
      this.missing -= bytes;
      pos += bytes;
      if (this.missing > 0) return pos;
      this.missing = -1;
      this.index += 1;
      this.option = undefined;
    }
    return pos;
  }

  private head(length: number): void {
    const { output } = this;
    if (!output) return;
    output.reserve(BULK_OVERHEAD_BYTES);
    output.at = writeHead(output.buf, output.at, DOLLAR, length);
  }

  private small(buf: Buffer, from: number, to: number): void {
    if (this.leftOut >= 0 && (this.index === this.leftOut || this.index === this.leftOut + 1)) return;
    const text = this.replacement(buf.toString('latin1', from, to));
    const bytes = Buffer.from(`$${text.length}\r\n${text}\r\n`, 'latin1');
    this.output?.copy(bytes, 0, bytes.length);
  }

  private replacement(text: string): string {
    const { action, index } = this;
    if (index === 0 && this.name !== undefined) return this.name;
    if (index === 2 && EXPIRY_NAMES.has(action)) return this.expiry(Number(text));
    if (index === 2 && action === ACTION.RESTORE) return this.restoreTtl(Number(text));
    // MSETEX numkeys key value … options
    if (index === 1 && action === ACTION.EXPIRY_OPTION) this.optionsFrom = 2 + 2 * Number(text);
    return this.withOption(text);
  }

  private expiry(given: number): string {
    const { action, receivedAtMs } = this;
    if (action === ACTION.SETEX) return this.remaining(receivedAtMs + given * 1000);
    if (action === ACTION.PSETEX) return this.remaining(receivedAtMs + given);
    return String(heldExpiryMs(action, given, receivedAtMs, this.rewrite.holdMs));
  }

  /** RESTORE's flags come after its value, so an absolute time is known by its size. */
  private restoreTtl(ttl: number): string {
    if (ttl === 0) return '0';
    const absolute = ttl > 1_000_000_000_000;
    return absolute
      ? String(targetExpiryMs(ttl, this.rewrite.holdMs))
      : this.remaining(this.receivedAtMs + ttl);
  }

  private withOption(text: string): string {
    const { action, index, option } = this;
    const ofFields = action === ACTION.FIELD_EXPIRY_OPTION;
    if (index < this.optionsFrom || this.optionsOver) return text;
    if (option) {
      this.option = undefined;
      const atMs = Number(text) * option[0] + (option[1] ? this.receivedAtMs : 0);
      if (ofFields) return String(targetFieldExpiryMs(atMs, this.rewrite.holdMs));
      return this.rewrite.abilities.setPxat
        ? String(targetExpiryMs(atMs, this.rewrite.holdMs))
        : this.remaining(atMs);
    }
    const upper = text.toUpperCase();
    if (upper === 'FIELDS') this.optionsOver = true;
    if (upper === 'KEEPTTL' && action === ACTION.SET && !this.rewrite.abilities.keepTtl) {
      throw new LockstepError(
        'COMMAND_UNSUPPORTED',
        'SET ... KEEPTTL of a large value: the target does not know this form of the command',
      );
    }
    this.option = OPTION_UNITS[upper];
    if (!this.option) return text;
    return this.rewrite.abilities.setPxat ? 'PXAT' : 'PX';
  }

  private remaining(sourceExpiryMs: number): string {
    return String(
      Math.max(1, targetExpiryMs(sourceExpiryMs, this.rewrite.holdMs) - Date.now() - this.clockAheadMs),
    );
  }
}
