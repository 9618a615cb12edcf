/** Lengths and the extents of encoded strings. Source: Redis rdb.h and rdb.c: rdbLoadLenByRef. */
import { broken } from './fault.ts';
import { checkLzfClaim } from './lzf.ts';
import { u32be } from './little-endian.ts';

/** Special encodings of strings: the low six bits of a first byte of 11xxxxxx. */
export const ENCODING = { INT8: 0, INT16: 1, INT32: 2, LZF: 3 } as const;

/**
 * Reads one length. Everywhere in the decoder a read returns the position after what it read; a result beyond `limit`
 * says that the bytes end first, and is the least position they must reach (the fields then hold nothing of use).
 */
export class Length {
  /** The length; may exceed 2^53 and be inexact only after `readAny`. */
  value = 0;
  /** The same as two unsigned 32-bit halves. */
  high = 0;
  low = 0;

  /** @throws RDB_BROKEN above 2^53 - 1, or when the byte marks no length */
  read(buf: Buffer, pos: number, limit: number): number {
    if (pos < limit && buf[pos]! < 0x40) {
      this.high = 0;
      this.low = this.value = buf[pos]!;
      return pos + 1;
    }
    const end = this.readAny(buf, pos, limit);
    if (end <= limit && this.high >= 0x200000) throw broken('a length exceeds 2^53');
    return end;
  }

  /** Like `read` for numbers that use all 64 bits (ids of streams, counters). */
  readAny(buf: Buffer, pos: number, limit: number): number {
    if (pos >= limit) return pos + 1;
    const first = buf[pos]!;
    let end: number;
    this.high = 0;
    if (first < 0x40) {
      this.low = first;
      end = pos + 1;
    } else if (first < 0x80) {
      end = pos + 2;
      if (end > limit) return end;
      this.low = ((first & 0x3f) << 8) | buf[pos + 1]!;
    } else if (first === 0x80) {
      end = pos + 5;
      if (end > limit) return end;
      this.low = u32be(buf, pos + 1);
    } else if (first === 0x81) {
      end = pos + 9;
      if (end > limit) return end;
      this.high = u32be(buf, pos + 1);
      this.low = u32be(buf, pos + 5);
    } else {
      throw broken(`0x${first.toString(16)} stands where a length should be`);
    }
    this.value = this.high * 0x100000000 + this.low;
    return end;
  }
}

const skipped = new Length();

/**
 * The end of the encoded string at `pos`, without decoding it; beyond `limit` if the bytes end first.
 * @throws RDB_BROKEN for what is no string, or a compressed one that claims what cannot come out of it
 */
export function skipString(buf: Buffer, pos: number, limit: number): number {
  if (pos >= limit) return pos + 1;
  const first = buf[pos]!;
  if (first < 0x40) return pos + 1 + first;
  if (first < 0xc0) {
    const body = skipped.read(buf, pos, limit);
    return body > limit ? body : body + skipped.value;
  }
  switch (first & 0x3f) {
    case ENCODING.INT8:
      return pos + 2;
    case ENCODING.INT16:
      return pos + 3;
    case ENCODING.INT32:
      return pos + 5;
    case ENCODING.LZF: {
      const afterCompressed = skipped.read(buf, pos + 1, limit);
      if (afterCompressed > limit) return afterCompressed;
      const compressedLength = skipped.value;
      const body = skipped.read(buf, afterCompressed, limit);
      if (body > limit) return body;
      checkLzfClaim(compressedLength, skipped.value);
      return body + compressedLength;
    }
    default:
      throw broken(`unknown string encoding 0x${first.toString(16)}`);
  }
}
