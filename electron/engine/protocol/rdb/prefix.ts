import { NO_EXPIRY } from './events.ts';
import { broken } from './fault.ts';
import { Length } from './length.ts';
import { i64le, u32le } from './little-endian.ts';
import { FIRST_OPCODE, OPCODE } from './opcodes.ts';

/** Each of the three kinds once, with room to spare; bounds how long a prefix can hold up an entry. */
const LONGEST_PREFIX_BYTES = 32;

/** What may stand in front of a key's type: its expiry, and how often or how long ago it was used, which is skipped. */
export class Prefix {
  expireAtMs = NO_EXPIRY;
  /** Whether there was one at all. */
  present = false;
  readonly #idle = new Length();

  /** @returns the position of the type byte; `to` or beyond when the bytes end before it */
  read(buf: Buffer, from: number, to: number): number {
    this.expireAtMs = NO_EXPIRY;
    let pos = from;
    while (pos < to) {
      switch (buf[pos]) {
        case OPCODE.EXPIRE_TIME_MS:
          pos += 9;
          if (pos <= to) this.expireAtMs = i64le(buf, pos - 8);
          break;
        case OPCODE.EXPIRE_TIME:
          pos += 5;
          if (pos <= to) this.expireAtMs = (u32le(buf, pos - 4) | 0) * 1000;
          break;
        case OPCODE.FREQ:
          pos += 2;
          break;
        case OPCODE.IDLE:
          pos = this.#idle.readAny(buf, pos + 1, to);
          break;
        default:
          this.present = pos > from;
          if (this.present && buf[pos]! >= FIRST_OPCODE) throw broken('an expiry without a key');
          return pos;
      }
      if (pos - from > LONGEST_PREFIX_BYTES) throw broken('too many expiries before one key');
    }
    this.present = true;
    return pos;
  }
}
