import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { CommandReader } from '../protocol/resp/command-reader.ts';
import type { Cursor } from '../log/cursor.ts';
import { LARGE_COMMAND_BYTES } from '../pipeline/large-commands.ts';
import type { SourceFeed } from '../intake/source-feed.ts';
import { Abandoned, NewCopyNeeded } from './give-up.ts';
import { nextTurn, type Clock, type Timer } from '../world/clock.ts';

const STAR = 42;
const DOLLAR = 36;
const LF = 10;
/** A key that ends later than this in a large command may not be in view when the command is applied. */
const KEY_IN_VIEW_BYTES = LARGE_COMMAND_BYTES / 2;
/** The spool tells when there is more; this is for when there never will be. */
const LOOK_AGAIN_MS = 200;

/** Takes what a window of the stream holds. Positions are valid during the call only. */
export interface WindowVisitor {
  /** `end` is the stream's offset behind the command. */
  command(mem: Buffer, reader: CommandReader, end: number): void;
  /**
   * A command that may be too large to be held: its name, and its first argument; from -1 when that is not in view.
   * `beginning` is the stream's offset before the command.
   */
  largeCommand(
    mem: Buffer,
    nameFrom: number,
    nameTo: number,
    from: number,
    to: number,
    beginning: number,
  ): void;
  /** Nothing more is read before this resolves. */
  pause(): Promise<void>;
}

/** What is used of the feed. */
export type StreamWindow = Pick<SourceFeed, 'cursor' | 'positionAt' | 'offsetAt'>;

/** Reads the stream from where the feed's cursor stands without applying anything. Whoever uses it rewinds the cursor. */
export class WindowReader {
  private readonly feed: StreamWindow;
  private readonly wanted: () => boolean;
  private readonly clock: Clock;
  private readonly reader = new CommandReader();
  private readonly cursor: Cursor;
  /** Of a large command that is being skipped: arguments, and bytes of the present one, that are still to come. */
  private missingArgs = 0;
  private missingBytes = 0;
  private onMore: (() => void) | undefined;

  /** `wanted` false ends reading with Abandoned. */
  constructor(clock: Clock, feed: StreamWindow, wanted: () => boolean) {
    this.clock = clock;
    this.feed = feed;
    this.cursor = feed.cursor;
    this.wanted = wanted;
  }

  /** There may be more to read, or nobody may want it any more. */
  wake(): void {
    this.onMore?.();
  }

  /** Reads up to an offset at which a command ends, waiting for the source to send it. @throws Abandoned, NewCopyNeeded */
  async read(untilOffset: number, visitor: WindowVisitor): Promise<void> {
    const { cursor, feed } = this;
    for (;;) {
      if (!this.wanted() || feed.cursor !== cursor) throw new Abandoned();
      const left = feed.positionAt(untilOffset) - cursor.readPosition;
      if (left === 0) return;
      const to = Math.min(cursor.to, cursor.from + left);
      const taken = this.portion(to, visitor);
      if (taken > cursor.from) {
        cursor.consume(taken);
        await visitor.pause();
        await nextTurn(this.clock);
      } else if (to - cursor.from === left) {
        throw new NewCopyNeeded('the source told an offset within a command');
      } else await this.more();
    }
  }

  /** Reads all that is whole up to an offset, and the command in which that lies to its end. @throws Abandoned */
  async readPast(offset: number, visitor: WindowVisitor): Promise<void> {
    const { cursor, feed } = this;
    while (cursor.readPosition < feed.positionAt(offset) || this.missingArgs > 0) {
      if (!this.wanted() || feed.cursor !== cursor) throw new Abandoned();
      const taken = this.portion(cursor.to, visitor);
      if (taken > cursor.from) {
        cursor.consume(taken);
        await visitor.pause();
        await nextTurn(this.clock);
      } else await this.more();
    }
  }

  /** Takes what is whole in the spool's window up to `to`. @returns the address after it */
  private portion(to: number, visitor: WindowVisitor): number {
    const { reader } = this;
    const { mem, from, readPosition } = this.cursor;
    const windowOffset = this.feed.offsetAt(readPosition);
    let at = from;
    while (at < to) {
      if (this.missingArgs > 0) {
        const after = this.skip(mem, at, to);
        if (after === at) break;
        at = after;
      } else if (mem[at] === LF) {
        at += 1;
      } else {
        const next = reader.read(mem, at, to);
        if (next === 0) {
          if (at === from && to - from >= LARGE_COMMAND_BYTES)
            at = this.beginLarge(mem, at, to, windowOffset, visitor);
          break;
        }
        if (next - at > LARGE_COMMAND_BYTES) this.tellLarge(mem, at, to, windowOffset + (at - from), visitor);
        else visitor.command(mem, reader, windowOffset + (next - from));
        at = next;
      }
    }
    return at;
  }

  private beginLarge(mem: Buffer, at: number, to: number, beginning: number, visitor: WindowVisitor): number {
    const args = this.reader.head(mem, at, to, STAR);
    const afterHead = this.reader.next;
    if (args < 1) throw new LockstepError('SOURCE_PROTOCOL', 'a command of the stream is empty');
    this.tellLarge(mem, at, to, beginning, visitor);
    this.missingArgs = args;
    this.missingBytes = -1;
    return afterHead;
  }

  private tellLarge(mem: Buffer, at: number, to: number, beginning: number, visitor: WindowVisitor): void {
    const first = firstWords(this.reader, mem, at, to);
    if (!first) throw new LockstepError('SOURCE_PROTOCOL', 'a command of the stream has no name');
    visitor.largeCommand(mem, first.nameFrom, first.nameTo, first.from, first.to, beginning);
  }

  private skip(mem: Buffer, at: number, to: number): number {
    let pos = at;
    while (this.missingArgs > 0) {
      if (this.missingBytes < 0) {
        const length = this.reader.head(mem, pos, to, DOLLAR);
        if (length < 0) return pos;
        this.missingBytes = length + 2;
        pos = this.reader.next;
      }
      const bytes = Math.min(this.missingBytes, to - pos);
      pos += bytes;
      this.missingBytes -= bytes;
      if (this.missingBytes > 0) return pos;
      this.missingBytes = -1;
      this.missingArgs -= 1;
    }
    return pos;
  }

  private async more(): Promise<void> {
    let timer: Timer | undefined;
    await new Promise<void>((resolve) => {
      this.onMore = resolve;
      timer = this.clock.setTimeout(resolve, LOOK_AGAIN_MS);
    });
    this.clock.clear(timer);
    this.onMore = undefined;
  }
}

export interface FirstWords {
  readonly nameFrom: number;
  readonly nameTo: number;
  /** Bounds of the first argument, -1 when it is not in view. */
  readonly from: number;
  readonly to: number;
}

/** The name and the first argument of a command of which at least LARGE_COMMAND_BYTES are in view. */
export function firstWords(
  reader: CommandReader,
  mem: Buffer,
  at: number,
  to: number,
): FirstWords | undefined {
  if (reader.head(mem, at, to, STAR) < 1) return undefined;
  const nameLength = reader.head(mem, reader.next, to, DOLLAR);
  const nameFrom = reader.next;
  const nameTo = nameFrom + nameLength;
  if (nameLength < 0 || nameTo + 2 > to) return undefined;
  const none = { nameFrom, nameTo, from: -1, to: -1 };
  if (nameTo + 2 >= to || mem[nameTo + 2] !== DOLLAR) return none;
  const length = reader.head(mem, nameTo + 2, to, DOLLAR);
  const from = reader.next;
  return length < 0 || from + length > at + KEY_IN_VIEW_BYTES ? none : { ...none, from, to: from + length };
}
