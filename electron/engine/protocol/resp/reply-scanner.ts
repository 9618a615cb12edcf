import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { MOST_BULK_BYTES } from '../most-bytes.ts';

/** The kind of a top-level reply: its first byte, or NIL for a null bulk or array. */
export const REPLY = { SIMPLE: 43, ERROR: 45, INTEGER: 58, BULK: 36, ARRAY: 42, NIL: 0 } as const;
export type ReplyKind = (typeof REPLY)[keyof typeof REPLY];

export interface ReplyEvents {
  /** A whole top-level reply has come. */
  reply(kind: ReplyKind): void;
  /**
   * An error reply, before the `reply` it belongs to. `element` is its index in a top-level array, or -1 when it is
   * the top-level reply itself.
   */
  error(text: string, element: number): void;
}

/** For what comes before anybody reads it, or is read by others. */
export const NO_REPLIES: ReplyEvents = { reply: () => undefined, error: () => undefined };

const CR = 13;
const LF = 10;
const LONGEST_LINE_BYTES = 64 * 1024;
/** A script's reply is as deep as its tables; a server cuts them earlier. */
const DEEPEST = 1000;

/**
 * Splits RESP2 replies without keeping them: it counts, finds errors, and skips everything else, however large.
 * With `capturing` on, bulk strings are kept in `captured` until the top-level reply ends; for small replies only.
 */
export class ReplyScanner {
  private readonly events: ReplyEvents;
  /** Elements that are still to come, per open array; the first is the top level's. */
  private readonly open: number[] = [];
  private skip = 0;
  private capturedText = '';
  private inCapture = false;
  private topKind: ReplyKind = REPLY.NIL;
  private element = -1;
  private partial = '';
  capturing = false;
  captured: (string | null)[] = [];

  constructor(events: ReplyEvents) {
    this.events = events;
  }

  push(buf: Buffer, from: number, to: number): void {
    let at = from;
    while (at < to) {
      if (this.skip > 0) {
        at = this.skipBulk(buf, at, to);
        continue;
      }
      // The two replies that come by the hundred thousand: QUEUED and OK, told by a few of their bytes.
      if (this.partial === '' && this.open.length === 0 && buf[at] === REPLY.SIMPLE) {
        if (to - at >= 9 && buf[at + 1] === 81 && buf[at + 6] === 68 && buf[at + 8] === LF) {
          at += 9;
          this.events.reply(REPLY.SIMPLE);
          continue;
        }
        if (to - at >= 5 && buf[at + 1] === 79 && buf[at + 2] === 75 && buf[at + 4] === LF) {
          at += 5;
          this.events.reply(REPLY.SIMPLE);
          continue;
        }
      }
      const end = endOfLine(buf, at, to);
      if (end < 0) {
        this.partial += buf.toString('latin1', at, to);
        if (this.partial.length > LONGEST_LINE_BYTES)
          throw new LockstepError('TARGET_PROTOCOL', 'a reply line is endless');
        return;
      }
      if (this.partial === '') {
        this.line(buf, at, end);
      } else {
        const line = Buffer.from(this.partial + buf.toString('latin1', at, end + 1), 'latin1');
        this.partial = '';
        this.line(line, 0, line.length - 1);
      }
      at = end + 1;
    }
  }

  /** One line of buf, from its type byte to its LF. */
  private line(buf: Buffer, from: number, lf: number): void {
    const end = buf[lf - 1] === CR ? lf - 1 : lf;
    const top = this.open.length === 0;
    if (top) this.element = -1;
    else if (this.open.length === 1) this.element += 1;
    const type = buf[from];
    switch (type) {
      case REPLY.SIMPLE:
      case REPLY.INTEGER:
        if (this.capturing && !top) this.captured.push(buf.toString('latin1', from + 1, end));
        this.ended(type);
        return;
      case REPLY.ERROR:
        this.events.error(buf.toString('latin1', from + 1, Math.min(end, from + 600)), this.element);
        this.ended(REPLY.ERROR);
        return;
      case REPLY.BULK: {
        const length = integer(buf, from + 1, end);
        if (length < 0) {
          if (this.capturing) this.captured.push(null);
          this.ended(REPLY.NIL);
          return;
        }
        this.inCapture = this.capturing;
        this.capturedText = '';
        this.skip = length + 2;
        return;
      }
      case REPLY.ARRAY: {
        const count = integer(buf, from + 1, end);
        if (count <= 0) {
          this.ended(count < 0 ? REPLY.NIL : REPLY.ARRAY);
          return;
        }
        if (top) this.topKind = REPLY.ARRAY;
        if (this.open.length === DEEPEST)
          throw new LockstepError('TARGET_PROTOCOL', 'a reply has lists in lists without an end');
        this.open.push(count);
        return;
      }
      default:
        throw new LockstepError('TARGET_PROTOCOL', `a reply begins with byte ${type}`);
    }
  }

  private skipBulk(buf: Buffer, from: number, to: number): number {
    const end = Math.min(to, from + this.skip);
    if (this.inCapture) this.capturedText += buf.toString('latin1', from, end);
    this.skip -= end - from;
    if (this.skip === 0) {
      if (this.inCapture) this.captured.push(this.capturedText.slice(0, -2));
      this.inCapture = false;
      this.ended(REPLY.BULK);
    }
    return end;
  }

  /** One reply has ended; closes every array that it completes. */
  private ended(kind: ReplyKind): void {
    if (this.open.length === 0) {
      this.events.reply(kind);
      return;
    }
    while (this.open.length > 0) {
      const left = this.open[this.open.length - 1]! - 1;
      if (left > 0) {
        this.open[this.open.length - 1] = left;
        return;
      }
      this.open.pop();
    }
    this.events.reply(this.topKind);
  }
}

function endOfLine(buf: Buffer, from: number, to: number): number {
  for (let i = from; i < to; i++) if (buf[i] === LF) return i;
  return -1;
}

function integer(buf: Buffer, from: number, to: number): number {
  let value = 0;
  let i = from;
  const negative = buf[i] === 45;
  if (negative) i += 1;
  if (i >= to) throw new LockstepError('TARGET_PROTOCOL', 'a reply has no length');
  for (; i < to; i++) {
    const digit = buf[i]! - 48;
    if (digit < 0 || digit > 9) throw new LockstepError('TARGET_PROTOCOL', 'a reply has no length');
    value = value * 10 + digit;
  }
  if (value > MOST_BULK_BYTES)
    throw new LockstepError('TARGET_PROTOCOL', 'a reply is longer than any can be');
  return negative ? -value : value;
}
