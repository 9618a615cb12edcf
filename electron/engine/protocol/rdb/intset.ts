import { broken } from './fault.ts';
import { u32le } from './little-endian.ts';
import type { PackedCursor } from './packed.ts';
import type { Piece } from './piece.ts';

const HEADER_BYTES = 8;

/** Items of an intset: a width (2, 4 or 8 bytes), a count, then so many integers. Format: Redis intset.h. */
export class IntsetCursor implements PackedCursor {
  #buf!: Buffer;
  #pos = 0;
  #end = 0;
  #width = 2;

  open(buf: Buffer, from: number, to: number): void {
    const width = to - from < HEADER_BYTES ? 0 : u32le(buf, from);
    const fits = width === 2 || width === 4 || width === 8;
    if (!fits || to - from !== HEADER_BYTES + width * u32le(buf, from + 4))
      throw broken('an intset does not fit its own lengths');
    this.#buf = buf;
    this.#pos = from + HEADER_BYTES;
    this.#end = to;
    this.#width = width;
  }

  /** Whether each integer is larger than the one before it. */
  sorted(): boolean {
    const buf = this.#buf;
    const width = this.#width;
    let high = -Infinity;
    let low = 0;
    for (let pos = this.#pos; pos < this.#end; pos += width) {
      let nextHigh = 0;
      let nextLow: number;
      if (width === 2) nextLow = ((buf[pos]! | (buf[pos + 1]! << 8)) << 16) >> 16;
      else if (width === 4) nextLow = u32le(buf, pos) | 0;
      else {
        nextHigh = u32le(buf, pos + 4) | 0;
        nextLow = u32le(buf, pos);
      }
      if (nextHigh < high || (nextHigh === high && nextLow <= low)) return false;
      high = nextHigh;
      low = nextLow;
    }
    return true;
  }

  next(item: Piece): boolean {
    const pos = this.#pos;
    if (pos >= this.#end) return false;
    const buf = this.#buf;
    this.#pos = pos + this.#width;
    if (this.#width === 2) item.setInteger(((buf[pos]! | (buf[pos + 1]! << 8)) << 16) >> 16);
    else if (this.#width === 4) item.setInteger(u32le(buf, pos) | 0);
    else item.setInt64(u32le(buf, pos + 4), u32le(buf, pos));
    return true;
  }
}
