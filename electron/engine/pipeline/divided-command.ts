import type { Parts } from '../commands/command-row.ts';
import { CommandReader } from '../protocol/resp/command-reader.ts';
import { bulk } from '../protocol/resp/encode.ts';
import { commandTooLarge, GATHERED_BYTES } from './gathered-command.ts';
import type { LargeCommand } from './large-command.ts';

const DOLLAR = 36;
/** A part is closed at it; a value that is larger goes out as it comes. */
export const PART_BYTES = 256 * 1024;

export interface DividedCommandOptions {
  readonly name: string;
  /** The number in the command's head. */
  readonly args: number;
  readonly parts: Parts;
  /** Gets one part after the other, each a command of its own. */
  readonly onPart: (command: Buffer) => void;
  /** Begins the SET of a key whose value comes next; called after everything before it was given to `onPart`. */
  readonly passValue: (key: Buffer) => LargeCommand;
}

/**
 * Takes one command of a list of keys that is too large to be held, and makes several of it, which do the same when they are
 * run in one step. Holds PART_BYTES and one key, which may have GATHERED_BYTES at most.
 */
export class DividedCommand {
  private readonly options: DividedCommandOptions;
  private readonly reader = new CommandReader();
  /** What every part begins with, behind its number of words. */
  private head: Buffer;
  private index = 0;
  /** Bytes of the present argument, with its CRLF, that are still to come; -1 before its head was read. */
  private missing = -1;
  /** The present part, how many bytes and words of it are there, and where its last key begins. */
  private held: Buffer[] = [];
  private heldBytes = 0;
  private words = 0;
  private keyAt = 0;
  private given = false;
  private passing: LargeCommand | undefined;
  /** Of the bytes that were pushed last, those that went out as they came. */
  passed = 0;

  constructor(options: DividedCommandOptions) {
    this.options = options;
    this.head = bulk(Buffer.from(options.parts.name ?? options.name));
  }

  get done(): boolean {
    return this.index === this.options.args;
  }

  /**
   * Takes what it can of buf[at, end). @returns the address after it
   * @throws LockstepError COMMAND_TOO_LARGE for a key of more than GATHERED_BYTES
   */
  push(buf: Buffer, at: number, end: number): number {
    const { name, args, parts } = this.options;
    this.passed = 0;
    let pos = at;
    let from = at;
    while (!this.done) {
      if (this.passing) {
        pos = from = this.pass(this.passing, buf, pos, end);
        if (this.passing) break;
        continue;
      }
      if (this.missing < 0) {
        const length = this.reader.head(buf, pos, end, DOLLAR);
        if (length < 0) break;
        if (length > PART_BYTES && (this.index - parts.head) % parts.step === 1) {
          this.hold(buf, from, pos);
          from = pos;
          this.beginPassing();
          continue;
        }
        this.missing = this.reader.next - pos + length + 2;
        if (this.heldBytes + (pos - from) + this.missing > GATHERED_BYTES) throw commandTooLarge(name);
      }
      const bytes = Math.min(this.missing, end - pos);
      this.missing -= bytes;
      pos += bytes;
      if (this.missing > 0) break;
      this.missing = -1;
      this.index += 1;
      if (this.index <= parts.head) {
        this.hold(buf, from, pos);
        from = pos;
        this.holdHead();
        continue;
      }
      this.words += 1;
      if ((this.index - parts.head) % parts.step !== 0) continue;
      if (this.heldBytes + (pos - from) < PART_BYTES && this.index < args) {
        this.keyAt = this.heldBytes + (pos - from);
        continue;
      }
      this.hold(buf, from, pos);
      from = pos;
      this.give();
    }
    this.hold(buf, from, pos);
    if (this.done && !this.given) this.give();
    return pos;
  }

  private hold(buf: Buffer, from: number, to: number): void {
    if (to === from) return;
    this.held.push(Buffer.from(buf.subarray(from, to)));
    this.heldBytes += to - from;
  }

  /** An argument of the head is held whole; the name is known. */
  private holdHead(): void {
    if (this.index > 1) this.head = Buffer.concat([this.head, ...this.held]);
    this.letGo();
  }

  private give(): void {
    const { head } = this.options.parts;
    const count = Buffer.from(`*${head + this.words}\r\n`);
    const part = Buffer.concat([count, this.head, ...this.held]);
    this.letGo();
    this.given = true;
    this.options.onPart(part);
  }

  private letGo(): void {
    this.held = [];
    this.heldBytes = 0;
    this.words = 0;
    this.keyAt = 0;
  }

  /** The last word that is held is the key of the value that comes next. */
  private beginPassing(): void {
    const held = Buffer.concat(this.held, this.heldBytes);
    const key = held.subarray(held.indexOf('\n', this.keyAt) + 1, held.length - 2);
    this.held = [held.subarray(0, this.keyAt)];
    this.words -= 1;
    if (this.words > 0) this.give();
    this.letGo();
    this.given = true;
    this.passing = this.options.passValue(key);
  }

  private pass(passing: LargeCommand, buf: Buffer, at: number, end: number): number {
    const pos = passing.push(buf, at, end);
    this.passed += pos - at;
    if (passing.done) {
      this.passing = undefined;
      this.index += 1;
    }
    return pos;
  }
}
