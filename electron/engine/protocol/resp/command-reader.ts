import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { MOST_BULK_BYTES } from '../most-bytes.ts';

const STAR = 42;
const DOLLAR = 36;
const CR = 13;
const LF = 10;
/** The most arguments a command may have (`Redis networking.c`: 1024 * 1024 for a client; a primary is not limited). */
const MOST_ARGUMENTS = 0x7fffffff;
/** The address of an argument that the command does not have: bytes from here to here are none. */
const NONE = -1;

/**
 * Finds the bounds of one command of the replication stream without copying: argument i lies in [from[i], to[i]).
 * The arrays are valid until the next `read`. Past the last argument both say NONE, which is no address: nothing of an
 * earlier command can be taken for an argument of this one.
 */
export class CommandReader {
  from = new Int32Array(256).fill(NONE);
  to = new Int32Array(256).fill(NONE);
  count = 0;
  /** Entries that hold an address, of whatever command. */
  private filled = 0;

  /**
   * @returns the address after the command that begins at `at`, or 0 when it does not end before `end`.
   * @throws LockstepError SOURCE_PROTOCOL when the bytes are no command
   */
  read(buf: Buffer, at: number, end: number): number {
    if (buf[at] !== STAR) throw notACommand(buf, at, end);
    this.count = 0;
    let pos = at + 1;
    let count = 0;
    let byte = 0;
    while (pos < end && (byte = buf[pos]!) !== CR) {
      if (byte < 48 || byte > 57) throw notACommand(buf, at, end);
      count = count * 10 + (byte - 48);
      pos += 1;
    }
    if (count > MOST_ARGUMENTS) throw notACommand(buf, at, end);
    pos += 2;
    if (pos > end) return 0;
    if (count === 0) throw notACommand(buf, at, end);
    if (count > this.from.length) {
      // Each argument takes at least five bytes, so an absurd count waits for more bytes than a window holds.
      if (count > (end - at) / 5) return 0;
      this.from = new Int32Array(count * 2).fill(NONE);
      this.to = new Int32Array(count * 2).fill(NONE);
      this.filled = 0;
    }
    const { from, to } = this;
    if (count > this.filled) this.filled = count;
    for (let i = 0; i < count; i++) {
      if (pos >= end) return 0;
      if (buf[pos] !== DOLLAR) throw notACommand(buf, at, end);
      pos += 1;
      let length = 0;
      while (pos < end && (byte = buf[pos]!) !== CR) {
        if (byte < 48 || byte > 57) throw notACommand(buf, at, end);
        length = length * 10 + (byte - 48);
        pos += 1;
      }
      // At once: as many bytes may never come.
      if (length > MOST_BULK_BYTES) throw notACommand(buf, at, end);
      pos += 2;
      from[i] = pos;
      pos += length;
      to[i] = pos;
      pos += 2;
      if (pos > end) return 0;
      if (buf[pos - 1] !== LF) throw notACommand(buf, at, end);
    }
    if (this.filled > count) {
      for (let i = count; i < this.filled; i++) from[i] = to[i] = NONE;
      this.filled = count;
    }
    this.count = count;
    return pos;
  }

  /** The address after what `head` has read. */
  next = 0;

  /**
   * Reads one head (`*n` or `$n`) of a command too large to be read whole.
   * @returns the number, with the address after it in `next`; -1 when it is not complete
   * @throws LockstepError SOURCE_PROTOCOL when the bytes are no head
   */
  head(buf: Buffer, at: number, end: number, firstByte: number): number {
    if (at >= end) return -1;
    if (buf[at] !== firstByte) throw notACommand(buf, at, end);
    let value = 0;
    for (let pos = at + 1; pos < end; pos++) {
      const byte = buf[pos]!;
      if (byte === CR) {
        if (pos + 2 > end) return -1;
        if (value > MOST_BULK_BYTES) throw notACommand(buf, at, end);
        this.next = pos + 2;
        return value;
      }
      if (byte < 48 || byte > 57 || pos > at + 20) throw notACommand(buf, at, end);
      value = value * 10 + (byte - 48);
    }
    return -1;
  }
}

function notACommand(buf: Buffer, at: number, end: number): LockstepError {
  const text = buf.toString('latin1', at, Math.min(end, at + 40)).replace(/[^\x20-\x7e]/g, '.');
  return new LockstepError('SOURCE_PROTOCOL', `the stream holds "${text}" where a command should begin`);
}
