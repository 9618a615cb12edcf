import { formatBytes } from '../../../../shared/format/numbers.ts';
import { REPLY } from './reply-scanner.ts';

/** A server cuts its own messages shorter; that of protected mode is a page. */
const LONGEST_LINE_BYTES = 64 * 1024;
/** COMMAND goes seven deep. */
const DEEPEST = 64;
/** COMMAND of 50,000 names has a million and a half. */
const MOST_ELEMENTS = 2_000_000;

const CR = 13;
const LF = 10;
const MINUS = 45;
const ZERO = 48;
const TYPES: ReadonlySet<number> = new Set([
  REPLY.SIMPLE,
  REPLY.ERROR,
  REPLY.INTEGER,
  REPLY.BULK,
  REPLY.ARRAY,
]);
const NOTHING = Buffer.alloc(0);

/** What comes is larger than a reply may be; the message says in which way. */
export class ReplyTooLarge extends Error {
  override name = 'ReplyTooLarge';
}

/** What comes is no reply of RESP2. */
export class NoReply extends Error {
  override name = 'NoReply';
}

/**
 * Follows RESP2 replies through what a connection receives, and keeps none of it: so what is no reply, or larger than one may
 * be, is known before a decoder keeps it, by its head where that tells, or else when it goes past the bound.
 */
export class ReplyMeter {
  private readonly mostBytes: number;
  /** Elements that are still to come, per open array. */
  private readonly open: number[] = [];
  /** Bytes of a bulk string that are still to come, and of its end. */
  private skip = 0;
  /** Elements that the arrays of this reply have announced. */
  private elements = 0;
  /** What has come of a line that was cut. */
  private partial = NOTHING;
  private receivedBytes = 0;
  private replyBegan = 0;
  private settledAt = 0;

  /** @param mostBytes how many may come between one `settle` and the next */
  constructor(mostBytes: number) {
    this.mostBytes = mostBytes;
  }

  /** Nobody keeps any more what came before the reply that is under way. */
  settle(): void {
    this.settledAt = this.replyBegan;
  }

  /** @returns how many replies are complete with this chunk; @throws ReplyTooLarge, NoReply */
  push(chunk: Buffer): number {
    const base = this.receivedBytes;
    let replies = 0;
    for (let at = 0; at < chunk.length;) {
      if (this.skip > 0) {
        const bytes = Math.min(this.skip, chunk.length - at);
        this.skip -= bytes;
        at += bytes;
        if (this.skip > 0) break;
      } else {
        const end = chunk.indexOf(LF, at) + 1;
        if (end === 0) {
          this.cut(chunk.subarray(at));
          break;
        }
        const goesOn = this.line(chunk, at, end, base);
        at = end;
        if (goesOn) continue;
      }
      if (this.elementEnds()) {
        replies += 1;
        this.replyBegan = base + at;
      }
    }
    this.receivedBytes = base + chunk.length;
    this.requireRoom(this.receivedBytes);
    return replies;
  }

  /** The line goes on in the next chunk. */
  private cut(part: Buffer): void {
    requireLine(this.partial.length + part.length);
    this.partial = Buffer.concat([this.partial, part]);
    requireType(this.partial[0]!);
  }

  /** One line, that ends at chunk[end - 1]. @returns whether more of the element it begins is still to come */
  private line(chunk: Buffer, from: number, end: number, base: number): boolean {
    if (this.partial.length === 0) return this.head(chunk, from, end, base + end);
    const whole = Buffer.concat([this.partial, chunk.subarray(from, end)]);
    this.partial = NOTHING;
    return this.head(whole, 0, whole.length, base + end);
  }

  private head(buf: Buffer, from: number, end: number, position: number): boolean {
    requireLine(end - from);
    const type = buf[from]!;
    requireType(type);
    if (type !== REPLY.BULK && type !== REPLY.ARRAY) return false;
    const length = lengthIn(buf, from + 1, end - (buf[end - 2] === CR ? 2 : 1));
    if (type === REPLY.BULK) {
      if (length < 0) return false;
      this.requireRoom(position + length);
      this.skip = length + 2;
      return true;
    }
    if (length <= 0) return false;
    if (this.elements + length > MOST_ELEMENTS) throw new ReplyTooLarge('a list without an end');
    if (this.open.length === DEEPEST) throw new ReplyTooLarge('lists in lists without an end');
    this.elements += length;
    this.open.push(length);
    return true;
  }

  /** @returns whether the reply has ended with it */
  private elementEnds(): boolean {
    for (let last = this.open.length - 1; last >= 0; last--) {
      this.open[last]! -= 1;
      if (this.open[last]! > 0) return false;
      this.open.pop();
    }
    this.elements = 0;
    return true;
  }

  private requireRoom(position: number): void {
    if (position - this.settledAt > this.mostBytes)
      throw new ReplyTooLarge(`a reply of more than ${formatBytes(this.mostBytes)}`);
  }
}

function requireLine(bytes: number): void {
  if (bytes > LONGEST_LINE_BYTES) throw new ReplyTooLarge('a line without an end');
}

function requireType(byte: number): void {
  if (!TYPES.has(byte)) throw new NoReply(`a reply begins with byte ${byte}`);
}

function lengthIn(buf: Buffer, from: number, to: number): number {
  if (to - from === 2 && buf[from] === MINUS && buf[from + 1] === ZERO + 1) return -1;
  let length = 0;
  for (let at = from; at < to; at++) {
    const digit = buf[at]! - ZERO;
    if (digit < 0 || digit > 9) throw new NoReply('a reply has no length');
    length = length * 10 + digit;
  }
  if (to === from) throw new NoReply('a reply has no length');
  return length;
}
