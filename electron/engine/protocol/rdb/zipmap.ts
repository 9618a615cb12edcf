import { broken } from './fault.ts';
import { u32le } from './little-endian.ts';
import type { PackedCursor } from './packed.ts';
import type { Piece } from './piece.ts';

const LONG_LENGTH = 0xfe;
const END = 0xff;

/**
 * Items of a zipmap, which servers before 2.6 wrote: a count byte, then names and values by turns, each value with a
 * byte that says how many unused bytes follow it. Format: Redis zipmap.c.
 */
export class ZipmapCursor implements PackedCursor {
  #buf!: Buffer;
  #pos = 0;
  #last = 0;
  #isValue = false;

  open(buf: Buffer, from: number, to: number): void {
    if (to - from < 2 || buf[to - 1] !== END) throw brokenZipmap();
    this.#buf = buf;
    this.#pos = from + 1;
    this.#last = to - 1;
    this.#isValue = false;
  }

  next(item: Piece): boolean {
    const buf = this.#buf;
    let pos = this.#pos;
    if (pos === this.#last && !this.#isValue) return false;
    if (pos >= this.#last) throw brokenZipmap();
    let length = buf[pos]!;
    if (length === END) throw brokenZipmap();
    if (length === LONG_LENGTH) {
      if (pos + 5 > this.#last) throw brokenZipmap();
      length = u32le(buf, pos + 1);
      pos += 4;
    }
    pos++;
    let unused = 0;
    if (this.#isValue) {
      if (pos >= this.#last) throw brokenZipmap();
      unused = buf[pos++]!;
    }
    item.setRange(buf, pos, pos + length);
    this.#pos = pos + length + unused;
    if (this.#pos > this.#last) throw brokenZipmap();
    this.#isValue = !this.#isValue;
    return true;
  }
}

function brokenZipmap(): Error {
  return broken('a zipmap does not fit its own lengths');
}
