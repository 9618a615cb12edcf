import { broken } from './fault.ts';
import { u32be, u32le } from './little-endian.ts';
import type { PackedCursor } from './packed.ts';
import type { Piece } from './piece.ts';

const HEADER_BYTES = 10;
const END = 0xff;
const LONG_PREVIOUS_LENGTH = 0xfe;
const COUNT_UNKNOWN = 0xffff;

const INT = {
  INT16: 0xc0,
  INT32: 0xd0,
  INT64: 0xe0,
  INT24: 0xf0,
  INT8: 0xfe,
  FIRST_IMMEDIATE: 0xf1,
  LAST_IMMEDIATE: 0xfd,
};

/** Items of a ziplist. Format: Redis ziplist.c, the comment at its top. */
export class ZiplistCursor implements PackedCursor {
  #buf!: Buffer;
  #pos = 0;
  /** Position of the closing byte. */
  #last = 0;
  #count = 0;
  #countToBe = 0;

  open(buf: Buffer, from: number, to: number): void {
    if (to - from <= HEADER_BYTES || u32le(buf, from) !== to - from || buf[to - 1] !== END)
      throw brokenZiplist();
    this.#buf = buf;
    this.#pos = from + HEADER_BYTES;
    this.#last = to - 1;
    this.#count = 0;
    this.#countToBe = buf[from + 8]! | (buf[from + 9]! << 8);
  }

  next(item: Piece): boolean {
    const buf = this.#buf;
    let pos = this.#pos;
    if (pos >= this.#last) {
      const known = this.#countToBe !== COUNT_UNKNOWN;
      if (pos > this.#last || (known && this.#count !== this.#countToBe)) throw brokenZiplist();
      return false;
    }
    pos += buf[pos] === LONG_PREVIOUS_LENGTH ? 5 : 1;
    if (pos >= this.#last) throw brokenZiplist();
    this.#pos = buf[pos]! < 0xc0 ? this.#string(item, pos) : this.#integer(item, pos);
    if (this.#pos > this.#last) throw brokenZiplist();
    this.#count++;
    return true;
  }

  #string(item: Piece, pos: number): number {
    const buf = this.#buf;
    const first = buf[pos]!;
    let from = pos + 1;
    let length = first & 0x3f;
    if (first >= 0x80) {
      from = pos + 5;
      length = from > this.#last ? 0 : u32be(buf, pos + 1);
    } else if (first >= 0x40) {
      from = pos + 2;
      length = from > this.#last ? 0 : (length << 8) | buf[pos + 1]!;
    }
    item.setRange(buf, from, from + length);
    return from + length;
  }

  #integer(item: Piece, pos: number): number {
    const buf = this.#buf;
    const encoding = buf[pos]!;
    // Bytes past the end read as undefined, which the bit operations take as 0; the caller checks the position.
    switch (encoding) {
      case INT.INT8:
        item.setInteger((buf[pos + 1]! << 24) >> 24);
        return pos + 2;
      case INT.INT16:
        item.setInteger(((buf[pos + 1]! | (buf[pos + 2]! << 8)) << 16) >> 16);
        return pos + 3;
      case INT.INT24:
        item.setInteger(((buf[pos + 1]! << 8) | (buf[pos + 2]! << 16) | (buf[pos + 3]! << 24)) >> 8);
        return pos + 4;
      case INT.INT32:
        item.setInteger(u32le(buf, pos + 1) | 0);
        return pos + 5;
      case INT.INT64:
        item.setInt64(u32le(buf, pos + 5), u32le(buf, pos + 1));
        return pos + 9;
      default:
        if (encoding < INT.FIRST_IMMEDIATE || encoding > INT.LAST_IMMEDIATE) throw brokenZiplist();
        item.setInteger((encoding & 0x0f) - 1);
        return pos + 1;
    }
  }
}

export function brokenZiplist(): Error {
  return broken('a ziplist does not fit its own lengths');
}
