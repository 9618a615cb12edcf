import { broken } from './fault.ts';
import { u32le } from './little-endian.ts';
import type { PackedCursor } from './packed.ts';
import type { Piece } from './piece.ts';

const HEADER_BYTES = 6;
const END = 0xff;
const COUNT_UNKNOWN = 0xffff;

/** Items of a listpack, as text (`next`) or as numbers (`step`). Format: Redis listpack.c. */
export class ListpackCursor implements PackedCursor {
  /** Set by `step`: whether the item is an integer, and then its value as two unsigned halves. */
  isInteger = false;
  high = 0;
  low = 0;
  /** Set by `step`: where the bytes of an item lie that is not an integer. */
  from = 0;
  to = 0;
  buf!: Buffer;
  #pos = 0;
  /** Position of the closing byte. */
  #last = 0;
  #count = 0;
  #countToBe = 0;

  open(buf: Buffer, from: number, to: number): void {
    if (to - from <= HEADER_BYTES || u32le(buf, from) !== to - from || buf[to - 1] !== END)
      throw brokenListpack();
    this.buf = buf;
    this.#pos = from + HEADER_BYTES;
    this.#last = to - 1;
    this.#count = 0;
    this.#countToBe = buf[from + 4]! | (buf[from + 5]! << 8);
  }

  next(item: Piece): boolean {
    if (!this.step()) return false;
    this.copyTo(item);
    return true;
  }

  /** Lets `item` hold the item that `step` came to. */
  copyTo(item: Piece): void {
    if (!this.isInteger) item.setRange(this.buf, this.from, this.to);
    else if (this.high === 0) item.setInteger(this.low);
    else item.setInt64(this.high, this.low);
  }

  /** Moves to the next item. @returns false at the end @throws RDB_BROKEN */
  step(): boolean {
    const pos = this.#pos;
    if (pos >= this.#last) {
      const known = this.#countToBe !== COUNT_UNKNOWN;
      if (pos > this.#last || (known && this.#count !== this.#countToBe)) throw brokenListpack();
      return false;
    }
    const first = this.buf[pos]!;
    const end =
      first < 0x80
        ? this.#small(first, pos + 1)
        : first < 0xc0
          ? this.#bytes(pos + 1, first & 0x3f)
          : this.#other(first, pos);
    const encoded = end - pos;
    const next = end + (encoded < 128 ? 1 : backLengthBytes(encoded));
    if (next > this.#last) throw brokenListpack();
    this.#pos = next;
    this.#count++;
    return true;
  }

  #other(first: number, pos: number): number {
    // Bytes past the end read as undefined, which the bit operations take as 0; `step` checks the position.
    const buf = this.buf;
    if (first < 0xe0) return this.#small((((first & 0x1f) << 27) | (buf[pos + 1]! << 19)) >> 19, pos + 2);
    if (first < 0xf0) return this.#bytes(pos + 2, ((first & 0x0f) << 8) | buf[pos + 1]!);
    switch (first) {
      case 0xf0:
        return this.#bytes(pos + 5, u32le(buf, pos + 1));
      case 0xf1:
        return this.#small(((buf[pos + 1]! | (buf[pos + 2]! << 8)) << 16) >> 16, pos + 3);
      case 0xf2:
        return this.#small(
          ((buf[pos + 1]! << 8) | (buf[pos + 2]! << 16) | (buf[pos + 3]! << 24)) >> 8,
          pos + 4,
        );
      case 0xf3:
        return this.#small(u32le(buf, pos + 1) | 0, pos + 5);
      case 0xf4:
        this.isInteger = true;
        this.low = u32le(buf, pos + 1);
        this.high = u32le(buf, pos + 5);
        return pos + 9;
      default:
        throw brokenListpack();
    }
  }

  #bytes(from: number, length: number): number {
    this.isInteger = false;
    this.from = from;
    return (this.to = from + length);
  }

  #small(value: number, end: number): number {
    this.isInteger = true;
    this.low = value >>> 0;
    this.high = value < 0 ? 0xffffffff : 0;
    return end;
  }
}

/** How many bytes repeat the length of an entry behind it. The limits are lpEncodeBacklen's own, odd as they are. */
export function backLengthBytes(encoded: number): number {
  if (encoded < 128) return 1;
  if (encoded < 16383) return 2;
  if (encoded < 2097151) return 3;
  return encoded < 268435455 ? 4 : 5;
}

export function brokenListpack(): Error {
  return broken('a listpack does not fit its own lengths');
}
