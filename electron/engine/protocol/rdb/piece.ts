import { BLOB_BOUND } from './bounds.ts';
import { broken } from './fault.ts';
import { DECIMAL_BYTES, writeInt64, writeInteger } from './decimal.ts';
import { ENCODING, Length } from './length.ts';
import { checkLzfLengths, decompressLzf } from './lzf.ts';
import { u32le } from './little-endian.ts';

const FIRST_SCRATCH_BYTES = 256;
/** A scratch above this is given back by `release`, so that one large value does not stay in memory. */
const KEPT_SCRATCH_BYTES = 1024 * 1024;

/**
 * A decoded run of bytes, buf[from, to): in place where the snapshot holds it raw, else in a scratch of its own. It holds
 * until its next read; make it once and use it again and again.
 *
 * An encoded string is read in two steps, so that its length is known before its bytes are there:
 * `body = piece.header(buf, pos, limit)`, then `piece.decode(buf, body)`. Its end is body + encodedLength.
 * Source: Redis rdb.c: rdbGenericLoadStringObject.
 */
export class Piece {
  buf: Buffer;
  from = 0;
  to = 0;
  /** Set by `header`: -1 for raw bytes, else one of ENCODING. */
  encoding = -1;
  /** Set by `header`: bytes of the body in the snapshot. */
  encodedLength = 0;
  /** Set by `header`: bytes after decoding; for the integer encodings an upper bound. */
  length = 0;
  #scratch: Buffer = Buffer.allocUnsafeSlow(FIRST_SCRATCH_BYTES);
  readonly #length = new Length();

  constructor() {
    this.buf = this.#scratch;
  }

  /** Reads the header of an encoded string. @returns where its body begins, or a position beyond `limit` (see Length) */
  header(buf: Buffer, pos: number, limit: number): number {
    if (pos >= limit) return pos + 1;
    const first = buf[pos]!;
    if (first < 0x40) {
      this.encoding = -1;
      this.encodedLength = this.length = first;
      return pos + 1;
    }
    const length = this.#length;
    if (first < 0xc0) {
      const body = length.read(buf, pos, limit);
      this.encoding = -1;
      this.encodedLength = this.length = length.value;
      return body;
    }
    const encoding = first & 0x3f;
    this.encoding = encoding;
    if (encoding < ENCODING.LZF) {
      this.encodedLength = 1 << encoding;
      this.length = DECIMAL_BYTES;
      return pos + 1;
    }
    if (encoding !== ENCODING.LZF) throw broken(`unknown string encoding 0x${first.toString(16)}`);
    const afterCompressed = length.read(buf, pos + 1, limit);
    if (afterCompressed > limit) return afterCompressed;
    const compressedLength = length.value;
    const body = length.read(buf, afterCompressed, limit);
    if (body > limit) return body;
    checkLzfLengths(compressedLength, length.value);
    this.encodedLength = compressedLength;
    this.length = length.value;
    return body;
  }

  /** Whether the string whose header was read last is an encoded integer. */
  get isInteger(): boolean {
    return this.encoding >= 0 && this.encoding < ENCODING.LZF;
  }

  /** Decodes the body of the string whose header was read last; all of it lies in `buf` from `body` on. */
  decode(buf: Buffer, body: number): void {
    switch (this.encoding) {
      case -1:
        this.buf = buf;
        this.from = body;
        this.to = body + this.encodedLength;
        break;
      case ENCODING.INT8:
        this.setInteger((buf[body]! << 24) >> 24);
        break;
      case ENCODING.INT16:
        this.setInteger(((buf[body]! | (buf[body + 1]! << 8)) << 16) >> 16);
        break;
      case ENCODING.INT32:
        this.setInteger(u32le(buf, body) | 0);
        break;
      default: {
        const scratch = this.scratchOf(this.length);
        decompressLzf(buf, body, body + this.encodedLength, scratch, 0, this.length);
        this.buf = scratch;
        this.from = 0;
        this.to = this.length;
      }
    }
  }

  /**
   * Reads a whole encoded string, of any size up to `limit`.
   * @returns the position after it; a position beyond `limit` says that the bytes end first (see Length)
   */
  read(buf: Buffer, pos: number, limit: number): number {
    const body = this.header(buf, pos, limit);
    if (body > limit) return body;
    const end = body + this.encodedLength;
    if (end <= limit) this.decode(buf, body);
    return end;
  }

  /**
   * The same for a block that has to be had whole, of which not more memory is taken than BLOB_BOUND.
   * @throws RDB_BROKEN where it does not end before `limit`, or claims more
   */
  readBlock(buf: Buffer, pos: number, limit: number): number {
    const body = this.header(buf, pos, limit);
    if (body > limit || body + this.encodedLength > limit) throw broken('a block does not end');
    if (this.length > BLOB_BOUND) throw broken(`a block claims a length of ${this.length} bytes`);
    this.decode(buf, body);
    return body + this.encodedLength;
  }

  /** Points at bytes that need no decoding. */
  setRange(buf: Buffer, from: number, to: number): void {
    this.buf = buf;
    this.from = from;
    this.to = to;
  }

  /** Holds the decimal text of a safe integer. */
  setInteger(value: number): void {
    this.buf = this.#scratch;
    this.from = 0;
    this.to = writeInteger(this.#scratch, 0, value);
  }

  /** Holds the decimal text of a signed 64-bit integer, given as two unsigned halves. */
  setInt64(high: number, low: number): void {
    this.buf = this.#scratch;
    this.from = 0;
    this.to = writeInt64(this.#scratch, 0, high, low);
  }

  /** The scratch, with room for at least `bytes`; its content is lost when it has to grow. */
  scratchOf(bytes: number): Buffer {
    if (bytes > this.#scratch.length) {
      this.#scratch = Buffer.allocUnsafeSlow(
        Math.max(bytes, Math.min(this.#scratch.length * 2, KEPT_SCRATCH_BYTES)),
      );
    }
    return this.#scratch;
  }

  /** Gives a large scratch back. The bytes must no longer be in use. */
  release(): void {
    if (this.#scratch.length <= KEPT_SCRATCH_BYTES) return;
    this.#scratch = Buffer.allocUnsafeSlow(FIRST_SCRATCH_BYTES);
    this.setRange(this.#scratch, 0, 0);
  }
}
